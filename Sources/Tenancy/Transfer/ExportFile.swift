/// The encrypted file that holds a tenant's export (docs/tenancy.md, "Export and restore").
///
/// A header of 64 bytes: `ICDSTX1` and a line feed, the id of the master key (16 hexadecimal digits),
/// the municipality's code (3 digits and 5 zero bytes), a random salt (32). Then chunks: 4 bytes of
/// length, most significant first, and what `AuthenticatedCipher` seals, bound to the header. The key is
/// derived from the master key, the salt and the code. The nonce counts the chunks and marks the last
/// one, so that none can be left out, moved, or cut off.
enum ExportFile {
    static let magic = Array("ICDSTX1\n".utf8)
    static let headerByteCount = 64
    static let saltByteCount = 32
    /// Plaintext of a chunk at most.
    static let chunkBytesMax = 65_536
    static let sealedBytesMax = chunkBytesMax + AuthenticatedCipher.overheadByteCount

    static func header(_ tenant: TenantSchema, masterKeyID: String, salt: [UInt8]) -> [UInt8] {
        magic + Array(masterKeyID.utf8) + Array(tenant.code.utf8) + [0, 0, 0, 0, 0] + salt
    }

    static func key(_ header: [UInt8], _ master: MasterKey) throws(CryptoError) -> SecretBytes {
        try Digest.hkdfSHA256(
            master.secret, salt: Array(header[32..<headerByteCount]),
            info: Array("icds tenant export v1 ".utf8) + Array(header[24..<27]),
            count: AuthenticatedCipher.keyByteCount)
    }

    /// 1 for the last chunk or 0, three zero bytes, the chunk's number from 0 in 8 bytes.
    static func nonce(number: UInt64, isLast: Bool) -> [UInt8] {
        [isLast ? 1 : 0, 0, 0, 0]
            + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    static func context(_ header: [UInt8]) -> [UInt8] {
        AuthenticatedContext("icds tenant export v1", [header]).bytes
    }
}

/// Why a file cannot be restored from.
public enum ExportFileError: Error, Sendable, Equatable {
    /// It is no export, or of another version.
    case notAnExport
    /// It is another municipality's.
    case otherMunicipality
    /// Bytes were changed, moved or left out, or the file ends too early or goes on past its end.
    case damaged
    /// What it says of itself is not what is in it; the text names what.
    case contradictory(String)
    /// It was made by scripts that this program does not have.
    case otherScripts
}

/// Seals what is written into chunks.
struct ExportSealer {
    let header: [UInt8]
    private let key: SecretBytes
    private let context: [UInt8]
    private var pending: [UInt8] = []
    private var number: UInt64 = 0

    init(_ tenant: TenantSchema, _ masterKeys: MasterKeys) throws(CryptoError) {
        let master = masterKeys.current
        header = ExportFile.header(
            tenant, masterKeyID: master.id,
            salt: try SecureRandom.bytes(count: ExportFile.saltByteCount))
        key = try ExportFile.key(header, master)
        context = ExportFile.context(header)
    }

    /// Takes plaintext; gives the file's next bytes, often none.
    mutating func write(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        pending += bytes
        var sealed: [UInt8] = []
        var used = 0
        // The last chunk is only known at the end, so that a full one waits for what comes after it.
        while pending.count - used > ExportFile.chunkBytesMax {
            let end = used + ExportFile.chunkBytesMax
            sealed += try seal(Array(pending[used..<end]), isLast: false)
            used = end
        }
        pending.removeFirst(used)
        return sealed
    }

    /// The file's last bytes.
    mutating func finish() throws(CryptoError) -> [UInt8] {
        let sealed = try seal(pending, isLast: true)
        Self.erase(&pending)
        return sealed
    }

    private mutating func seal(_ plaintext: [UInt8], isLast: Bool) throws(CryptoError) -> [UInt8] {
        let nonce = ExportFile.nonce(number: number, isLast: isLast)
        number += 1
        let sealed: [UInt8]
        do {
            sealed = try plaintext.withUnsafeBytes {
                try AuthenticatedCipher.seal($0, key: key, nonce: nonce, authenticating: context)
            }
        } catch let error as CryptoError {
            throw error
        } catch {
            throw .library(operation: "AES-256-GCM seal")
        }
        let count = UInt32(sealed.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + sealed
    }

    private static func erase(_ bytes: inout [UInt8]) {
        bytes.withUnsafeMutableBytes { Erasure.erase($0) }
        bytes = []
    }
}

/// Opens a file as its bytes come, in whatever pieces.
struct ExportOpener {
    private let tenant: TenantSchema
    private let masterKeys: MasterKeys
    private var pending: [UInt8] = []
    private var key: SecretBytes?
    private var context: [UInt8] = []
    private var number: UInt64 = 0
    private var isEnded = false

    init(_ tenant: TenantSchema, _ masterKeys: MasterKeys) {
        self.tenant = tenant
        self.masterKeys = masterKeys
    }

    /// Takes bytes of the file; gives the plaintext that they complete.
    mutating func read(_ bytes: [UInt8]) throws -> [UInt8] {
        pending += bytes
        if key == nil {
            guard pending.count >= ExportFile.headerByteCount else { return [] }
            try openHeader(Array(pending.prefix(ExportFile.headerByteCount)))
            pending.removeFirst(ExportFile.headerByteCount)
        }
        var plaintext: [UInt8] = []
        var used = 0
        while pending.count - used >= 4 {
            let count = pending[used..<used + 4].reduce(0) { $0 << 8 | Int($1) }
            guard !isEnded, count <= ExportFile.sealedBytesMax,
                count >= AuthenticatedCipher.overheadByteCount
            else { throw ExportFileError.damaged }
            guard pending.count - used >= 4 + count else { break }
            plaintext += try open(Array(pending[used + 4..<used + 4 + count]))
            used += 4 + count
        }
        pending.removeFirst(used)
        if isEnded, !pending.isEmpty { throw ExportFileError.damaged }
        return plaintext
    }

    /// Throws where the file ended before its last chunk.
    func finish() throws(ExportFileError) {
        guard key != nil else { throw .notAnExport }
        guard isEnded, pending.isEmpty else { throw .damaged }
    }

    private mutating func openHeader(_ header: [UInt8]) throws {
        guard header.starts(with: ExportFile.magic),
            header[27..<32].allSatisfy({ $0 == 0 })
        else { throw ExportFileError.notAnExport }
        guard Array(header[24..<27]) == Array(tenant.code.utf8) else {
            throw ExportFileError.otherMunicipality
        }
        let master = try masterKeys.key(id: String(decoding: header[8..<24], as: UTF8.self))
        key = try ExportFile.key(header, master)
        context = ExportFile.context(header)
    }

    private mutating func open(_ sealed: [UInt8]) throws -> [UInt8] {
        guard let key else { throw ExportFileError.notAnExport }
        let nonce = Array(sealed.prefix(AuthenticatedCipher.nonceByteCount))
        let isLast = nonce == ExportFile.nonce(number: number, isLast: true)
        let isNext = nonce == ExportFile.nonce(number: number, isLast: false)
        guard isLast || isNext else { throw ExportFileError.damaged }
        isEnded = isLast
        number += 1
        let plaintext: SecretBytes
        do throws(CryptoError) {
            plaintext = try AuthenticatedCipher.open(sealed, key: key, authenticating: context)
        } catch {
            throw error == .authenticationFailed ? ExportFileError.damaged : error
        }
        return plaintext.withUnsafeBytes { Array($0) }
    }
}
