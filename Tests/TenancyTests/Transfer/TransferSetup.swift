import Testing

@testable import Tenancy

/// A tenant with two cases and the files made of it.
struct TransferSetup {
    static let order = TenantOrder(
        for: RegistryCaller(uri: "urn:icds:operator:keha:console", callReference: "call-9"),
        reason: "trial")

    let fixture: TenancyFixture
    let tenant: TenantSchema
    let cases: [CaseSetup]

    var transfer: TenantTransfer {
        TenantTransfer(migrator: fixture.migrator, masterKeys: fixture.masterKeys)
    }

    /// Active, with clients, sources, assessments, participations and a log.
    static func make() async throws -> TransferSetup {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let cases = [
            try await CaseSetup.make(fixture, in: tenant, accepted: true),
            try await CaseSetup.make(
                fixture, in: tenant, identityCode: "020594Y9039", nonDisclosure: true,
                accepted: false),
        ]
        return TransferSetup(fixture: fixture, tenant: tenant, cases: cases)
    }

    struct File {
        let bytes: [UInt8]
        let summary: TenantTransfer.ExportSummary
        /// What it holds, decrypted.
        let content: [UInt8]
    }

    func export(_ transfer: TenantTransfer? = nil) async throws -> File {
        var bytes: [UInt8] = []
        let summary = try await (transfer ?? self.transfer).export(tenant, order: Self.order) {
            bytes += $0
        }
        var opener = ExportOpener(tenant, fixture.masterKeys)
        let content = try opener.read(bytes)
        try opener.finish()
        return File(bytes: bytes, summary: summary, content: content)
    }

    /// - Parameter pieceBytes: how much of the file comes at once.
    @discardableResult
    func restore(
        _ bytes: [UInt8], _ transfer: TenantTransfer? = nil, pieceBytes: Int = 1_000
    ) async throws -> TenantTransfer.RestoreOutcome {
        let pieces = stride(from: 0, to: bytes.count, by: pieceBytes).map {
            Array(bytes[$0..<min(bytes.count, $0 + pieceBytes)])
        }
        return try await (transfer ?? self.transfer).restore(
            tenant, from: Pieces(pieces: pieces), order: Self.order)
    }

    /// A file of content that a test makes up.
    func file(of content: [UInt8]) throws -> [UInt8] {
        var sealer = try ExportSealer(tenant, fixture.masterKeys)
        return sealer.header + (try sealer.write(content)) + (try sealer.finish())
    }

    func suspend() async throws { try await fixture.registry.suspend(tenant.key) }
}

/// Pieces that are there already.
struct Pieces: AsyncSequence {
    let pieces: [[UInt8]]

    struct Iterator: AsyncIteratorProtocol {
        var remaining: ArraySlice<[UInt8]>
        mutating func next() async throws -> [UInt8]? { remaining.popFirst() }
    }

    func makeAsyncIterator() -> Iterator { Iterator(remaining: pieces[...]) }
}
