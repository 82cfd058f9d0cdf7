/// The generations of one tenant's key as they stood when they were read, and which of them is used for
/// what (docs/keys.md).
///
/// They may be out of date at any moment: the database refuses work that goes by a generation which has
/// been replaced, and the keyring then reads them anew.
public struct TenantKeys: Sendable {
    /// Where a generation stands.
    public enum State: String, Sendable {
        /// Its index is being built: every new code has it beside that of the current one.
        case incoming
        /// Codes are looked up by it.
        case current
        /// Opens what is left of its time.
        case retired
    }

    public let tenant: TenantSchema
    private let current: TenantKey
    private let incoming: TenantKey?
    private let byGeneration: [UInt8: TenantKey]

    /// - Throws: `CryptoError.noTenantKey` where none is current.
    init(
        _ keys: [(key: TenantKey, state: State)], tenant: TenantSchema
    ) throws(CryptoError) {
        guard let current = keys.first(where: { $0.state == .current })?.key else {
            throw .noTenantKey
        }
        self.tenant = tenant
        self.current = current
        incoming = keys.first { $0.state == .incoming }?.key
        byGeneration = Dictionary(
            keys.map { ($0.key.generation, $0.key) }, uniquingKeysWith: { first, _ in first })
    }

    /// What is sealed from now on is sealed with it.
    public var newest: TenantKey { incoming ?? current }

    func holds(_ generation: UInt8) -> Bool { byGeneration[generation] != nil }

    /// - Throws: `CryptoError.unknownGeneration`.
    func key(of generation: UInt8) throws(CryptoError) -> TenantKey {
        guard let key = byGeneration[generation] else { throw .unknownGeneration(generation) }
        return key
    }

    /// A code sealed for one client by the newest generation (`TenantKey.seal`).
    public func seal(identityCode: String, clientID: String) throws(CryptoError) -> [UInt8] {
        try newest.seal(identityCode: identityCode, clientID: clientID)
    }

    /// The code that was sealed for this client, by whichever generation.
    ///
    /// - Throws: `CryptoError.unknownGeneration`.
    public func open(identityCode sealed: [UInt8], clientID: String) throws(CryptoError) -> String {
        guard let generation = sealed.first else { throw .malformed }
        return try key(of: generation).open(identityCode: sealed, clientID: clientID)
    }

    /// What a code is looked up by.
    public func index(identityCode: String) throws(CryptoError) -> BlindIndex {
        try index(identityCode, by: current)
    }

    /// What is written with a code: an index by each generation that is in use.
    public func columns(identityCode: String) throws(CryptoError) -> BlindIndexColumns {
        var indexes = [try index(identityCode, by: current)]
        if let incoming { indexes.append(try index(identityCode, by: incoming)) }
        return BlindIndexColumns(indexes)
    }

    private func index(
        _ identityCode: String, by key: TenantKey
    ) throws(CryptoError) -> BlindIndex {
        BlindIndex(
            generation: key.generation, bytes: try key.index(identityCode: identityCode))
    }
}
