import COpenSSL
import Glibc

/// The content of all files of a configuration, each read once, so that what is compared with the
/// content in use is what a context is made of. Holds a private key: not to be kept.
struct TLSMaterial {
    /// What a file held, without what it held.
    struct Fingerprint: Sendable, Equatable {
        let path: String
        /// The permission bits: a key that has become readable for everybody is another file.
        let mode: UInt32
        /// SHA-256 of the content.
        let digest: [UInt8]
    }

    let certificateChain: SecretFile
    let privateKey: SecretFile
    let authorities: [SecretFile]
    /// Nil where revocation is not checked.
    let revocationLists: [SecretFile]?

    /// - Throws: the first file that cannot be read, and why.
    init(reading configuration: TLSConfiguration) throws(TLSConfigurationError) {
        certificateChain = try SecretFile(path: configuration.certificateChainFile)
        privateKey = try SecretFile(path: configuration.privateKeyFile)
        var authorities: [SecretFile] = []
        for path in configuration.trustedAuthorityFiles {
            authorities.append(try SecretFile(path: path))
        }
        self.authorities = authorities
        guard case .lists(let paths) = configuration.revocation else {
            revocationLists = nil
            return
        }
        var lists: [SecretFile] = []
        for path in paths {
            for file in try Self.files(at: path) {
                guard lists.count < revocationListFilesMax else {
                    throw TLSConfigurationError(.tooManyRevocationLists, path)
                }
                lists.append(try SecretFile(path: file, bytesMax: revocationListFileBytesMax))
            }
        }
        revocationLists = lists
    }

    /// Equal where every file has the path, rights and content that it had.
    var fingerprints: [Fingerprint] {
        ([certificateChain, privateKey] + authorities + (revocationLists ?? [])).map { file in
            let digest = [UInt8](unsafeUninitializedCapacity: Int(SHA256_DIGEST_LENGTH)) {
                buffer, count in
                let start = file.bytes.bindMemory(to: UInt8.self).baseAddress
                let isMade = SHA256(start, file.count, buffer.baseAddress) != nil
                count = isMade ? Int(SHA256_DIGEST_LENGTH) : 0
            }
            return Fingerprint(path: file.path, mode: file.mode, digest: digest)
        }
    }

    /// The files in a folder, in the order of their names, or the one file that `path` is.
    private static func files(at path: String) throws(TLSConfigurationError) -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOTDIR { return [path] }
            throw TLSConfigurationError(errno == ENOENT ? .missing : .notReadable, path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            names.append(name)
            guard names.count <= revocationListFilesMax else {
                throw TLSConfigurationError(.tooManyRevocationLists, path)
            }
        }
        guard !names.isEmpty else { throw TLSConfigurationError(.noRevocationList, path) }
        return names.sorted().map { "\(path)/\($0)" }
    }
}

/// The largest file of revocation lists that is read, in bytes.
let revocationListFileBytesMax = 16 * 1024 * 1024
/// The most such files.
let revocationListFilesMax = 256
