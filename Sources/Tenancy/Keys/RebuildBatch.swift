import AuditProof

/// Codes of some clients sealed with the newest generation of the tenant's key, with their index by it.
struct RebuildBatch {
    let keys: TenantKeys
    private(set) var ids: [String] = []
    private var read: [String] = []
    private var sealed: [String] = []
    private var odd: [String] = []
    private var even: [String] = []

    init(keys: TenantKeys) {
        self.keys = keys
    }

    /// - Throws: `KeyRotationError.damaged` where the code does not open.
    mutating func add(clientID: String, sealed old: [UInt8]) throws {
        let code: String
        do throws(CryptoError) {
            code = try keys.open(identityCode: old, clientID: clientID)
        } catch {
            throw KeyRotationError.damaged(clientID: clientID)
        }
        let newest = keys.newest
        let columns = BlindIndexColumns([
            BlindIndex(
                generation: newest.generation, bytes: try newest.index(identityCode: code))
        ])
        ids.append(clientID)
        read.append(Hex.encode(old))
        sealed.append(Hex.encode(try newest.seal(identityCode: code, clientID: clientID)))
        odd.append(Hex.encode(columns.odd ?? []))
        even.append(Hex.encode(columns.even ?? []))
    }

    /// Those of `KeyRotationStatements.build`.
    var parameters: [SQLValue] {
        [ids, read, sealed, odd, even].map { .textArray($0) }
    }
}
