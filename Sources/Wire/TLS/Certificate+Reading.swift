import COpenSSL
import Glibc

extension Certificate {
    static func read(_ bytes: [UInt8]) throws(CertificateError) -> Certificate {
        guard bytes.count <= certificateBytesMax else { throw .tooLarge }
        guard !bytes.isEmpty else { throw .notACertificate }
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let bio = BIO_new_mem_buf(bytes, Int32(bytes.count)) else { throw .notACertificate }
        defer { BIO_free(bio) }
        let isPEM = bytes.withUnsafeBytes { looksLikePEM($0) }
        let parsed = isPEM ? PEM_read_bio_X509(bio, nil, nil, nil) : d2i_X509_bio(bio, nil)
        guard let parsed else { throw .notACertificate }
        defer { X509_free(parsed) }
        let certificate = try Certificate(x509: parsed)
        guard isPEM || certificate.der.count == bytes.count else { throw .trailingBytes }
        return certificate
    }

    /// Copies what is needed out of OpenSSL's certificate, which stays the caller's.
    init(x509: OpaquePointer) throws(CertificateError) {
        defer { ERR_clear_error() }
        let der = try Certificate.der(of: x509)
        guard let keyDescription = Certificate.publicKeyDescription(of: x509) else {
            throw .badPublicKey
        }
        let flags = X509_get_extension_flags(x509)
        self.init(
            der: der, fingerprint: Certificate.sha256(der),
            serialNumber: Certificate.serialNumber(of: x509),
            validity: try Certificate.validity(of: x509),
            names: try Certificate.alternativeNames(of: x509),
            publicKeyDescription: keyDescription,
            isCertificateAuthority: flags & UInt32(EXFLAG_CA) != 0,
            extendedKeyUsages: try Certificate.extendedKeyUsages(of: x509))
    }

    private static func der(of x509: OpaquePointer) throws(CertificateError) -> [UInt8] {
        let length = i2d_X509(x509, nil)
        guard length > 0 else { throw .notACertificate }
        guard length <= certificateBytesMax else { throw .tooLarge }
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var target = buffer.baseAddress
            count = Int(max(0, i2d_X509(x509, &target)))
        }
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) { buffer, count in
            count = SHA256(bytes, bytes.count, buffer.baseAddress) == nil ? 0 : buffer.count
        }
    }

    private static func serialNumber(of x509: OpaquePointer) -> String {
        guard let serial = X509_get0_serialNumber(x509),
            let number = ASN1_INTEGER_to_BN(serial, nil)
        else { return "0" }
        defer { BN_free(number) }
        guard let text = BN_bn2hex(number) else { return "0" }
        defer { CRYPTO_free(text, #file, #line) }
        let digits = String(cString: text).lowercased().drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(digits)
    }

    private static func validity(
        of x509: OpaquePointer
    ) throws(CertificateError) -> ClosedRange<Int64> {
        guard let first = unixSeconds(X509_get0_notBefore(x509)),
            let last = unixSeconds(X509_get0_notAfter(x509)), first <= last
        else { throw .badValidity }
        return first...last
    }

    static func unixSeconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var fields = tm()
        guard let time, ASN1_TIME_to_tm(time, &fields) == 1 else { return nil }
        return Int64(timegm(&fields))
    }

    /// Every name's kind is looked at before the name is; a URI must be IA5 without a NUL or any
    /// other control character.
    private static func alternativeNames(
        of x509: OpaquePointer
    ) throws(CertificateError) -> AlternativeNames {
        var position: Int32 = -1
        guard let raw = X509_get_ext_d2i(x509, NID_subject_alt_name, &position, nil) else {
            // -1: there is none. Anything else is one that cannot be read, or more than one.
            guard position == -1 else { throw .badAlternativeName }
            return AlternativeNames()
        }
        let list = OpaquePointer(raw)
        defer { GENERAL_NAMES_free(list) }
        var names = AlternativeNames()
        let count = icds_general_names_count(list)
        guard count <= certificateListItemsMax else { throw .tooManyNames }
        for index in 0..<max(0, count) {
            guard icds_general_name_kind(list, index) == GEN_URI else {
                names.otherCount += 1
                continue
            }
            var bytes: UnsafePointer<UInt8>?
            var length: Int32 = 0
            guard icds_general_name_uri(list, index, &bytes, &length) == 1, let bytes, length > 0
            else { throw .badAlternativeName }
            let text = UnsafeBufferPointer(start: bytes, count: Int(length))
            guard text.allSatisfy({ (0x21...0x7e).contains($0) }) else { throw .badAlternativeName }
            names.uris.append(String(decoding: text, as: UTF8.self))
        }
        return names
    }

    private static func extendedKeyUsages(
        of x509: OpaquePointer
    ) throws(CertificateError) -> [String] {
        var position: Int32 = -1
        guard let raw = X509_get_ext_d2i(x509, NID_ext_key_usage, &position, nil) else {
            guard position == -1 else { throw .badKeyUsage }
            return []
        }
        let list = OpaquePointer(raw)
        defer { EXTENDED_KEY_USAGE_free(list) }
        let count = icds_extended_key_usages_count(list)
        guard count <= certificateListItemsMax else { throw .badKeyUsage }
        var usages: [String] = []
        for index in 0..<max(0, count) {
            guard let usage = icds_extended_key_usage(list, index) else { throw .badKeyUsage }
            let identifier = OBJ_obj2nid(usage)
            if identifier != NID_undef, let name = OBJ_nid2sn(identifier) {
                usages.append(String(cString: name))
            } else {
                var text = [CChar](repeating: 0, count: 128)
                let length = OBJ_obj2txt(&text, Int32(text.count), usage, 1)
                guard length > 0, length < text.count else { throw .badKeyUsage }
                usages.append(string(text.prefix(Int(length))))
            }
        }
        return usages
    }

    private static func publicKeyDescription(of x509: OpaquePointer) -> String? {
        guard let key = X509_get0_pubkey(x509) else { return nil }
        let kind = EVP_PKEY_get_base_id(key)
        guard kind == EVP_PKEY_EC else {
            let name = OBJ_nid2sn(kind).map { String(cString: $0) } ?? "unknown"
            let standardName = name == "rsaEncryption" ? "RSA" : name
            return "\(standardName) \(EVP_PKEY_get_bits(key))"
        }
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1, length < name.count
        else { return "EC" }
        return "EC " + string(name.prefix(length))
    }

    private static func string(_ characters: ArraySlice<CChar>) -> String {
        String(decoding: characters.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
