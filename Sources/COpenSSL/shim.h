#pragma once

// Swift cannot call function-like macros, read a C union safely or see a typed stack, so each of
// those that this project needs has one static-inline function here. Nothing else belongs here.

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// MARK: SSL_CTX

static inline int icds_SSL_CTX_set_protocol_range(SSL_CTX *ctx, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(ctx, lowest) == 1
        && SSL_CTX_set_max_proto_version(ctx, highest) == 1;
}

static inline int icds_SSL_CTX_set_groups(SSL_CTX *ctx, const char *list) {
    return SSL_CTX_set1_groups_list(ctx, list) == 1;
}

/// Signature algorithms of both directions: what this side signs with and what it accepts from a
/// peer's certificate.
static inline int icds_SSL_CTX_set_signature_algorithms(SSL_CTX *ctx, const char *list) {
    return SSL_CTX_set1_sigalgs_list(ctx, list) == 1
        && SSL_CTX_set1_client_sigalgs_list(ctx, list) == 1;
}

/// No tickets, no compression, no names of authorities in either direction, and no renegotiation,
/// which TLS 1.3 does not have anyway. The server chooses the cipher suite, ChaCha20 where a client
/// without AES instructions puts it first.
static inline void icds_SSL_CTX_set_strict_options(SSL_CTX *ctx) {
    SSL_CTX_set_options(
        ctx,
        SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION
            | SSL_OP_DISABLE_TLSEXT_CA_NAMES | SSL_OP_CIPHER_SERVER_PREFERENCE
            | SSL_OP_PRIORITIZE_CHACHA);
}

static inline void icds_SSL_CTX_set_mode(SSL_CTX *ctx, long mode) {
    SSL_CTX_set_mode(ctx, mode);
}

static inline void icds_SSL_CTX_disable_session_cache(SSL_CTX *ctx) {
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
}

static inline void icds_SSL_CTX_set_max_cert_list(SSL_CTX *ctx, long bytes) {
    SSL_CTX_set_max_cert_list(ctx, bytes);
}

/// Takes a reference of its own to the certificate, as `SSL_CTX_add1_chain_cert` says.
static inline int icds_SSL_CTX_add_chain_certificate(SSL_CTX *ctx, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(ctx, certificate) == 1;
}

// MARK: SSL

static inline int icds_SSL_new_ex_index(void) {
    return SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

static inline int icds_SSL_set_server_name_indication(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, name) == 1;
}

/// Records and messages are told to `callback`; `argument` comes back in each call.
static inline void icds_SSL_set_message_callback(
    SSL *ssl,
    void (*callback)(int, int, int, const void *, size_t, SSL *, void *),
    void *argument
) {
    SSL_set_msg_callback(ssl, callback);
    SSL_set_msg_callback_arg(ssl, argument);
}

/// The certificates that a peer has sent, with references of the caller's own; NULL where there are
/// none or memory is short. `icds_X509_chain_free` gives them back.
static inline STACK_OF(X509) *icds_SSL_get1_peer_chain(const SSL *ssl) {
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);
    return chain == NULL ? NULL : X509_chain_up_ref(chain);
}

static inline void icds_X509_chain_free(STACK_OF(X509) *chain) {
    sk_X509_pop_free(chain, X509_free);
}

static inline int icds_X509_chain_count(const STACK_OF(X509) *chain) {
    return chain == NULL ? 0 : sk_X509_num(chain);
}

static inline X509 *icds_X509_chain_certificate(const STACK_OF(X509) *chain, int index) {
    return sk_X509_value(chain, index);
}

// MARK: BIO

static inline void icds_BIO_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void icds_BIO_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

// MARK: Certificates

static inline int icds_general_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}

/// The kind of the name at `index` (`GEN_URI`, `GEN_DNS` …), or -1 where there is none.
static inline int icds_general_name_kind(const GENERAL_NAMES *names, int index) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    return name == NULL ? -1 : name->type;
}

/// The URI at `index`. The kind and the string type are looked at before the union is read: 1 only
/// where the name is a URI, held as IA5String.
static inline int icds_general_name_uri(
    const GENERAL_NAMES *names, int index, const unsigned char **bytes, int *length
) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    if (name == NULL || name->type != GEN_URI) return 0;
    const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
    if (uri == NULL || ASN1_STRING_type(uri) != V_ASN1_IA5STRING) return 0;
    *bytes = ASN1_STRING_get0_data(uri);
    *length = ASN1_STRING_length(uri);
    return 1;
}

static inline int icds_extended_key_usages_count(const EXTENDED_KEY_USAGE *usages) {
    return sk_ASN1_OBJECT_num(usages);
}

static inline const ASN1_OBJECT *icds_extended_key_usage(
    const EXTENDED_KEY_USAGE *usages, int index
) {
    return sk_ASN1_OBJECT_value(usages, index);
}
