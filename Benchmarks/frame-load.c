// Makes unary calls from several connections of one thread as fast as they are answered: what h2load is
// for HTTP/2, as cheap as a client can be. The frames are those of proto/PROTOCOL.md; the request's
// bytes come from a file. Prints a line of JSON when the load has started and one at its end.
//
// frame-load PORT CERTIFICATE KEY AUTHORITY METHOD REQUEST-FILE ANSWER-BYTES CONNECTIONS IN-FLIGHT WARM-UP SECONDS

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
    connections_max = 1024,
    in_flight_max = 128,
    // Calls of one connection whose start is remembered: more than are ever in flight.
    starts_remembered = 256,
    read_bytes = 65536,
    request_bytes_max = 16384,
    // Buckets of a sixteenth of their power of two: exact to 6 %.
    buckets = 64 * 16,
};

struct connection {
    SSL *ssl;
    uint32_t next_call;
    uint64_t starts[starts_remembered];
    uint8_t input[read_bytes];
    size_t input_bytes;
};

static uint8_t request[request_bytes_max];
static size_t request_bytes;
static const char *method;
static size_t answer_bytes;
static uint64_t counts[buckets], calls_measured, calls_in_all;
static uint64_t measure_from, measure_to;

static void fail(const char *what) {
    fprintf(stderr, "frame-load: %s: %s\n", what, strerror(errno));
    ERR_print_errors_fp(stderr);
    exit(1);
}

static uint64_t nanoseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static size_t put_varint(uint8_t *out, uint32_t value) {
    size_t count = 0;
    while (value >= 0x80) {
        out[count++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    out[count++] = (uint8_t)value;
    return count;
}

// A Call with its payload, which ends the stream. Returns the bytes of the frame with its length.
static size_t put_call(uint8_t *out, uint32_t call) {
    uint8_t body[request_bytes_max + 512];
    size_t n = 0, method_bytes = strlen(method);
    body[n++] = 1 << 3;
    n += put_varint(body + n, call);
    body[n++] = 2 << 3 | 2;
    n += put_varint(body + n, (uint32_t)method_bytes);
    memcpy(body + n, method, method_bytes);
    n += method_bytes;
    body[n++] = 5 << 3 | 2;
    n += put_varint(body + n, (uint32_t)request_bytes);
    memcpy(body + n, request, request_bytes);
    n += request_bytes;
    body[n++] = 6 << 3;
    body[n++] = 1;
    uint8_t *at = out + 4;
    *at++ = 2 << 3 | 2;
    at += put_varint(at, (uint32_t)n);
    memcpy(at, body, n);
    at += n;
    uint32_t length = htonl((uint32_t)(at - out - 4));
    memcpy(out, &length, 4);
    return (size_t)(at - out);
}

static void write_all(struct connection *connection, const uint8_t *bytes, size_t count) {
    size_t written;
    while (!SSL_write_ex(connection->ssl, bytes, count, &written)) {
        int error = SSL_get_error(connection->ssl, 0);
        if (error != SSL_ERROR_WANT_WRITE && error != SSL_ERROR_WANT_READ) fail("SSL_write");
    }
}

static void send_calls(struct connection *connection, unsigned count) {
    static uint8_t out[in_flight_max * (request_bytes_max + 600)];
    size_t n = 0;
    uint64_t now = nanoseconds_now();
    for (unsigned i = 0; i < count; i++) {
        uint32_t call = connection->next_call++;
        connection->starts[call % starts_remembered] = now;
        n += put_call(out + n, call);
    }
    write_all(connection, out, n);
}

static void record(uint64_t started, uint64_t now) {
    calls_in_all++;
    if (started < measure_from || now > measure_to) return;
    uint64_t took = now - started;
    unsigned exponent = took < 16 ? 0 : 63 - (unsigned)__builtin_clzll(took);
    counts[took < 16 ? took : (exponent - 3) * 16 + ((took >> (exponent - 4)) & 15)]++;
    calls_measured++;
}

// An End of a call that went well: 32 n 08 call_id 1a n payload. Anything else ends the program.
static uint32_t read_end(const uint8_t *frame, size_t count) {
    size_t at = 0;
    if (count < 4 || frame[at++] != (6 << 3 | 2)) fail("not an End");
    while (frame[at++] & 0x80) {}
    if (frame[at++] != 1 << 3) fail("an End without its call");
    uint32_t call = 0;
    for (unsigned shift = 0;; shift += 7) {
        call |= (uint32_t)(frame[at] & 0x7f) << shift;
        if (!(frame[at++] & 0x80)) break;
    }
    if (at >= count || frame[at++] != (3 << 3 | 2)) fail("a call that failed");
    while (frame[at++] & 0x80) {}
    if (count - at != answer_bytes) fail("an answer of another length");
    return call;
}

static void read_answers(struct connection *connection) {
    for (;;) {
        size_t count;
        if (!SSL_read_ex(
                connection->ssl, connection->input + connection->input_bytes,
                read_bytes - connection->input_bytes, &count)) {
            if (SSL_get_error(connection->ssl, 0) == SSL_ERROR_WANT_READ) return;
            fail("the server closed the connection");
        }
        connection->input_bytes += count;
        size_t at = 0;
        unsigned answered = 0;
        uint64_t now = nanoseconds_now();
        while (connection->input_bytes - at >= 4) {
            uint32_t length;
            memcpy(&length, connection->input + at, 4);
            length = ntohl(length);
            if (length > read_bytes - 4) fail("a frame that is too long");
            if (connection->input_bytes - at - 4 < length) break;
            uint32_t call = read_end(connection->input + at + 4, length);
            record(connection->starts[call % starts_remembered], now);
            answered++;
            at += 4 + length;
        }
        memmove(connection->input, connection->input + at, connection->input_bytes - at);
        connection->input_bytes -= at;
        if (answered > 0) send_calls(connection, answered);
    }
}

static SSL_CTX *make_context(const char *certificate, const char *key, const char *authority) {
    static const uint8_t protocol[] = "\x0aicds-rpc/1";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)
        || SSL_CTX_use_certificate_chain_file(context, certificate) != 1
        || SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1
        || SSL_CTX_load_verify_locations(context, authority, NULL) != 1
        || SSL_CTX_set_alpn_protos(context, protocol, sizeof protocol - 1) != 0
        || SSL_CTX_set_ciphersuites(context, "TLS_AES_256_GCM_SHA384") != 1)
        fail("TLS");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

// Connects and waits for the server's Hello: only that says that the client is in.
static void open_connection(struct connection *connection, SSL_CTX *context, uint16_t port) {
    static const uint8_t hello[] = {0, 0, 0, 5, 0x0a, 3, 0x0a, 1, 1};
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int socket_ = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    if (connect(socket_, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->ssl = SSL_new(context);
    SSL_set_tlsext_host_name(connection->ssl, "localhost");
    SSL_set1_host(connection->ssl, "localhost");
    SSL_set_fd(connection->ssl, socket_);
    if (SSL_connect(connection->ssl) != 1) fail("handshake");
    write_all(connection, hello, sizeof hello);
    uint8_t answer[4096];
    size_t n = 0, count;
    while (n < 4 || n < 4 + (size_t)answer[2] * 256 + answer[3]) {
        if (!SSL_read_ex(connection->ssl, answer + n, sizeof answer - n, &count)) fail("Hello");
        n += count;
    }
    if (answer[4] != (1 << 3 | 2)) fail("not admitted");
    fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
    connection->next_call = 1;
}

static double microseconds_at(double quantile) {
    double left = (double)calls_measured * quantile;
    for (unsigned i = 0; i < buckets; i++) {
        left -= (double)counts[i];
        if (counts[i] == 0 || left > 0) continue;
        if (i < 16) return (i + 1) / 1e3;
        return (double)((uint64_t)(i % 16 + 17) << (i / 16 + 3 - 4)) / 1e3;
    }
    return 0;
}

int main(int count, char **words) {
    if (count != 12) {
        fprintf(stderr, "frame-load: eleven arguments, as the first lines of its source say\n");
        return 64;
    }
    SSL_CTX *context = make_context(words[2], words[3], words[4]);
    method = words[5];
    FILE *file = fopen(words[6], "rb");
    if (!file) fail(words[6]);
    request_bytes = fread(request, 1, sizeof request, file);
    fclose(file);
    answer_bytes = (size_t)atol(words[7]);
    int connections = atoi(words[8]), in_flight = atoi(words[9]);
    if (connections < 1 || connections > connections_max || in_flight < 1
        || in_flight > in_flight_max || strlen(method) > 256)
        fail("arguments");
    int poll = epoll_create1(0);
    struct connection *all = calloc((size_t)connections, sizeof *all);
    if (!all) fail("memory");
    for (int i = 0; i < connections; i++) {
        open_connection(&all[i], context, (uint16_t)atoi(words[1]));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, SSL_get_fd(all[i].ssl), &event);
    }
    measure_from = nanoseconds_now() + (uint64_t)(atof(words[10]) * 1e9);
    measure_to = measure_from + (uint64_t)(atof(words[11]) * 1e9);
    printf("{\"started\": true}\n");
    fflush(stdout);
    for (int i = 0; i < connections; i++) send_calls(&all[i], (unsigned)in_flight);
    while (nanoseconds_now() < measure_to) {
        struct epoll_event events[64];
        int ready = epoll_wait(poll, events, 64, 100);
        for (int i = 0; i < ready; i++) read_answers(events[i].data.ptr);
    }
    printf("{\"calls\": %llu, \"calls_in_all\": %llu, \"per_second\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f}\n",
           (unsigned long long)calls_measured, (unsigned long long)calls_in_all,
           (double)calls_measured / atof(words[11]), microseconds_at(0.5), microseconds_at(0.99));
    return 0;
}
