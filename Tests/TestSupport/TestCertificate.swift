import COpenSSL
import Foundation

func testCheck(_ isDone: Bool, _ step: String) throws {
    guard isDone else { throw TestPKI.Failure(step: step) }
}

/// A new key on P-256.
final class TestKey {
    let pointer: OpaquePointer

    init() throws {
        let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        let isMade =
            EVP_PKEY_keygen_init(context) == 1
            && EVP_PKEY_CTX_set_group_name(context, "P-256") == 1
            && EVP_PKEY_generate(context, &key) == 1
        guard isMade, let key else { throw TestPKI.Failure(step: "key") }
        pointer = key
    }

    deinit { EVP_PKEY_free(pointer) }

    func write(to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        try testCheck(descriptor >= 0, "create \(path)")
        let file = fdopen(descriptor, "w")
        defer { fclose(file) }
        try testCheck(
            PEM_write_PrivateKey(file, pointer, nil, nil, 0, nil, nil) == 1, "write \(path)")
    }
}

/// A certificate made by hand, so that it can be wrong in every way that a test needs.
final class TestCertificate {
    let pointer: OpaquePointer

    /// An authority, signed by another or by itself.
    init(authority name: String, key: TestKey, issuer: TestAuthority? = nil) throws {
        guard let pointer = X509_new() else { throw TestPKI.Failure(step: "X509_new") }
        self.pointer = pointer
        try fill(subject: name, key: key, notBefore: -7200, notAfter: 48 * 3600)
        try add(NID_basic_constraints, "critical,CA:TRUE", issuer: pointer)
        try add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: pointer)
        try add(NID_subject_key_identifier, "hash", issuer: pointer)
        try sign(issuer: issuer?.certificate.pointer ?? pointer, key: issuer?.key ?? key)
    }

    init(
        subject: String, key: TestKey, request: TestPKI.Request, issuer: TestAuthority
    ) throws {
        guard let pointer = X509_new() else { throw TestPKI.Failure(step: "X509_new") }
        self.pointer = pointer
        try fill(
            subject: subject, key: key, notBefore: request.notBefore, notAfter: request.notAfter)
        let authority = issuer.certificate.pointer
        try add(NID_basic_constraints, "critical,CA:FALSE", issuer: authority)
        try add(NID_key_usage, "critical,digitalSignature", issuer: authority)
        try add(NID_authority_key_identifier, "keyid", issuer: authority)
        if let usage = request.extendedKeyUsage {
            try add(NID_ext_key_usage, usage, issuer: authority)
        }
        let names = TestCertificate.alternativeNames(request)
        if !names.isEmpty { try add(NID_subject_alt_name, der: names) }
        try sign(issuer: authority, key: issuer.key)
    }

    deinit { X509_free(pointer) }

    /// Appends the certificate to the file.
    func write(to path: String) throws {
        let file = fopen(path, "a")
        try testCheck(file != nil, "create \(path)")
        defer { fclose(file) }
        try testCheck(PEM_write_X509(file, pointer) == 1, "write \(path)")
    }

    func der() throws -> [UInt8] {
        let length = i2d_X509(pointer, nil)
        try testCheck(length > 0, "i2d_X509")
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var target = buffer.baseAddress
            count = Int(i2d_X509(pointer, &target))
        }
    }

    private func fill(subject: String, key: TestKey, notBefore: Int, notAfter: Int) throws {
        let name = X509_get_subject_name(pointer)
        let isFilled =
            X509_set_version(pointer, 2) == 1
            && ASN1_INTEGER_set_uint64(
                X509_get_serialNumber(pointer), UInt64.random(in: 1...UInt64.max >> 1)) == 1
            && X509_gmtime_adj(X509_getm_notBefore(pointer), notBefore) != nil
            && X509_gmtime_adj(X509_getm_notAfter(pointer), notAfter) != nil
            && X509_set_pubkey(pointer, key.pointer) == 1
            && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, subject, -1, -1, 0) == 1
        try testCheck(isFilled, "fill \(subject)")
    }

    private func add(_ extensionID: Int32, _ value: String, issuer: OpaquePointer) throws {
        var context = v3_ext_ctx()
        X509V3_set_ctx(&context, issuer, pointer, nil, nil, 0)
        let made = X509V3_EXT_conf_nid(nil, &context, extensionID, value)
        defer { X509_EXTENSION_free(made) }
        try testCheck(made != nil && X509_add_ext(pointer, made, -1) == 1, "extension \(value)")
    }

    private func add(_ extensionID: Int32, der: [UInt8]) throws {
        let octets = ASN1_OCTET_STRING_new()
        defer { ASN1_OCTET_STRING_free(octets) }
        try testCheck(ASN1_OCTET_STRING_set(octets, der, Int32(der.count)) == 1, "octets")
        let made = X509_EXTENSION_create_by_NID(nil, extensionID, 0, octets)
        defer { X509_EXTENSION_free(made) }
        try testCheck(made != nil && X509_add_ext(pointer, made, -1) == 1, "extension")
    }

    private func sign(issuer: OpaquePointer, key: TestKey) throws {
        try testCheck(
            X509_set_issuer_name(pointer, X509_get_subject_name(issuer)) == 1, "issuer")
        try testCheck(X509_sign(pointer, key.pointer, EVP_sha256()) > 0, "sign")
    }

    /// `GeneralNames` (RFC 5280, section 4.2.1.6) byte by byte: a URI may hold what it must not.
    private static func alternativeNames(_ request: TestPKI.Request) -> [UInt8] {
        var items: [UInt8] = []
        for name in request.dnsNames { items += element(0x82, Array(name.utf8)) }
        for uri in request.uris { items += element(0x86, Array(uri.utf8)) }
        for address in request.ipAddresses { items += element(0x87, address) }
        return items.isEmpty ? [] : element(0x30, items)
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        switch content.count {
        case ..<128: [tag, UInt8(content.count)] + content
        case ..<256: [tag, 0x81, UInt8(content.count)] + content
        default: [tag, 0x82, UInt8(content.count >> 8 & 255), UInt8(content.count & 255)] + content
        }
    }
}
