import COpenSSL
import Foundation

/// A certificate that a test made, in files of the test process's own folder.
public struct IssuedCertificate: Sendable {
    /// PEM.
    public let certificatePath: String
    /// PEM, mode 0600.
    public let keyPath: String
    public let der: [UInt8]
    /// The authorities between the root and the certificate, the lowest first.
    let intermediates: [TestAuthority]
}

/// Two certificate authorities, one trusted and one not, and whatever certificates a test asks for,
/// good or bad. Made once a process, in a temporary folder that goes with it.
public final class TestPKI: Sendable {
    public enum Authority: Sendable { case trusted, unknown }

    public struct Failure: Error {
        let step: String
    }

    /// What a certificate is to hold. The defaults are those of a good client certificate; every
    /// common name is an operator's URI, so that code which reads it is found out.
    public struct Request: Sendable {
        public var uris: [String] = []
        public var dnsNames: [String] = []
        /// 4 or 16 bytes each.
        public var ipAddresses: [[UInt8]] = []
        /// OpenSSL's names, separated by commas; nil for no such extension.
        public var extendedKeyUsage: String? = "clientAuth"
        /// Seconds from now.
        public var notBefore = -3600
        public var notAfter = 24 * 3600
        public var authority = Authority.trusted
        /// Authorities between that one and the certificate; the file holds them too.
        public var intermediates = 0

        public init() {}
    }

    public static var shared: TestPKI {
        get throws { try made.get() }
    }

    private static let made = Result { try TestPKI() }

    public let folder: String
    public var trustedAuthorityPath: String { trusted.path }
    public var unknownAuthorityPath: String { unknown.path }

    let trusted: TestAuthority
    let unknown: TestAuthority

    private init() throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("icds-test-pki-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        self.folder = folder.path
        // The folder can only be removed when nothing uses it any more: at the process's end.
        atexit {
            if let folder = try? TestPKI.shared.folder {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
        trusted = try TestAuthority(name: "ICDS test authority", path: folder.path + "/ca.pem")
        unknown = try TestAuthority(name: "Some authority", path: folder.path + "/other-ca.pem")
    }

    /// A certificate for `localhost`, 127.0.0.1 and ::1.
    public func server(_ change: (inout Request) -> Void = { _ in }) throws -> IssuedCertificate {
        try issue { request in
            request.dnsNames = ["localhost"]
            request.ipAddresses = [[127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1]]
            request.extendedKeyUsage = "serverAuth"
            change(&request)
        }
    }

    /// A client's certificate with these URIs.
    public func issue(
        uris: [String], ca: Authority = .trusted, notAfter: Int = 24 * 3600
    ) throws -> IssuedCertificate {
        try issue { request in
            request.uris = uris
            request.authority = ca
            request.notAfter = notAfter
            request.notBefore = min(request.notBefore, notAfter - 3600)
        }
    }

    public func issue(_ change: (inout Request) -> Void) throws -> IssuedCertificate {
        var request = Request()
        change(&request)
        let name = "\(folder)/\(UUID().uuidString)"
        var authority = request.authority == .trusted ? trusted : unknown
        var chain: [TestAuthority] = []
        for index in 0..<request.intermediates {
            authority = try TestAuthority(
                name: "Intermediate \(index)", path: "\(name)-\(index).pem", issuer: authority)
            chain.insert(authority, at: 0)
        }
        let key = try TestKey()
        let certificate = try TestCertificate(
            subject: "urn:icds:operator:keha:admin", key: key, request: request, issuer: authority)
        try certificate.write(to: name + ".pem")
        for authority in chain { try authority.certificate.write(to: name + ".pem") }
        try key.write(to: name + ".key")
        return IssuedCertificate(
            certificatePath: name + ".pem", keyPath: name + ".key", der: try certificate.der(),
            intermediates: chain)
    }
}

/// Immutable after it was made, and OpenSSL's reference counts are atomic, so that threads may sign
/// with it at the same time.
final class TestAuthority: @unchecked Sendable {
    let path: String
    let key: TestKey
    let certificate: TestCertificate

    init(name: String, path: String, issuer: TestAuthority? = nil) throws {
        self.path = path
        key = try TestKey()
        certificate = try TestCertificate(authority: name, key: key, issuer: issuer)
        try certificate.write(to: path)
    }
}
