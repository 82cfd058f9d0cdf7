import Testing

@testable import Tenancy

/// Requests that had begun when their municipality was suspended, and end while it is worked on: what was
/// acknowledged is not lost.
@Suite(.timeLimit(.minutes(1))) struct RequestsUnderWayTests {
    /// Happens once.
    private struct Signal: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() { (stream, continuation) = AsyncStream.makeStream() }

        func send() { continuation.finish() }
        func wait() async { for await _ in stream {} }
    }

    /// A request of a municipality in the middle of its transaction.
    private struct Request {
        let hasBegun = Signal()
        let goesOn = Signal()
        let task: Task<Void, any Error>

        /// - Parameter writesFirst: before it has begun, else when it goes on.
        init(_ fixture: TenancyFixture, _ tenant: TenantSchema, writesFirst: Bool) {
            let insert = WorkStep.sql(
                """
                INSERT INTO {schema}.client (client_id, given_names, family_name)
                VALUES (gen_random_uuid(), 'Nimi', 'Kesken')
                """)
            let look = WorkStep.sql("SELECT 1 AS one")
            task = Task { [hasBegun, goesOn] in
                try await fixture.api.transaction(
                    in: Scope(role: tenant.role, schema: tenant), options: WorkOptions()
                ) { transaction in
                    _ = try await transaction.run([writesFirst ? insert : look])
                    hasBegun.send()
                    await goesOn.wait()
                    if !writesFirst { _ = try await transaction.run([insert]) }
                }
            }
        }
    }

    private func wait(
        _ fixture: TenancyFixture, forLockOn schema: String, isGranted: Bool
    ) async throws {
        let locks = """
            SELECT FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
            JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = '\(schema)' AND c.relname = 'client'
                AND l.granted = \(isGranted)
                AND (NOT l.granted OR l.mode = 'AccessExclusiveLock')
            """
        while try fixture.rows(locks).isEmpty { await Task.yield() }
    }

    private func unfinished(_ fixture: TenancyFixture, _ schema: String) throws -> Int {
        try fixture.rows("SELECT FROM \(schema).client WHERE family_name = 'Kesken'").count
    }

    /// An erasure of a suspended municipality that waits for a request which has written.
    private struct WaitingErasure {
        let setup: TransferSetup
        let request: Request
        let task: Task<ChangeOutcome<RecordedTenantEvent>, any Error>
    }

    private func waitingErasure() async throws -> WaitingErasure {
        let setup = try await TransferSetup.make()
        let (fixture, tenant) = (setup.fixture, setup.tenant)
        let digest = try await setup.export().summary.contentDigest
        let request = Request(fixture, tenant, writesFirst: true)
        await request.hasBegun.wait()
        try await setup.suspend()
        let task = Task {
            try await setup.transfer.erase(
                tenant, contentDigest: digest, order: TransferSetup.order)
        }
        try await wait(fixture, forLockOn: tenant.name, isGranted: false)
        return WaitingErasure(setup: setup, request: request, task: task)
    }

    @Test func whatIsBeingWrittenIsNotErased() async throws {
        let erasure = try await waitingErasure()
        erasure.request.goesOn.send()
        try await erasure.request.task.value
        await #expect(throws: TenantWorkError.exportIsStale) { try await erasure.task.value }
        #expect(try unfinished(erasure.setup.fixture, erasure.setup.tenant.name) == 1)
    }

    @Test func whatIsBeingWrittenIsMoved() async throws {
        let setup = try await TransferSetup.make()
        let (fixture, source) = (setup.fixture, setup.tenant)
        let target = try await fixture.activeTenant()
        let request = Request(fixture, source, writesFirst: true)
        await request.hasBegun.wait()
        try await setup.suspend()
        let merger = TenantMerger(migrator: fixture.migrator, masterKeys: fixture.masterKeys)
        let merging = Task {
            try await merger.merge(
                source, into: target, lastDay: "2024-12-31", order: TransferSetup.order,
                actor: AuditActor(kind: .operator, code: "keha", system: "console", userID: nil),
                isDryRun: false)
        }
        try await wait(fixture, forLockOn: source.name, isGranted: false)
        request.goesOn.send()
        try await request.task.value
        guard case .made(let report) = try await merging.value else {
            Issue.record("nothing was made")
            return
        }
        #expect(report.movedCount == 3)
        #expect(try unfinished(fixture, target.name) == 1)
    }

    @Test func whatComesDuringARestoreIsWrittenIntoWhatItMade() async throws {
        let setup = try await TransferSetup.make()
        let (fixture, tenant) = (setup.fixture, setup.tenant)
        let file = try await setup.export().bytes
        let request = Request(fixture, tenant, writesFirst: false)
        await request.hasBegun.wait()
        try await setup.suspend()
        let (pieces, piece) = AsyncStream.makeStream(of: [UInt8].self)
        let restore = Task {
            try await setup.transfer.restore(tenant, from: pieces, order: TransferSetup.order)
        }
        try await wait(fixture, forLockOn: tenant.name, isGranted: true)
        request.goesOn.send()
        try await wait(fixture, forLockOn: tenant.name, isGranted: false)
        piece.yield(file)
        piece.finish()
        #expect(try await restore.value.hasReplaced)
        try await request.task.value
        #expect(try unfinished(fixture, tenant.name) == 1)
        #expect(try unfinished(fixture, tenant.name + "_replaced") == 0)
    }

    /// Somebody lets the municipality in after the work has looked, and before it can keep others out.
    @Test func aMunicipalityThatIsLetInMeanwhileIsLeftAlone() async throws {
        let erasure = try await waitingErasure()
        try await erasure.setup.fixture.registry.activate(erasure.setup.tenant.key)
        erasure.request.goesOn.send()
        try await erasure.request.task.value
        await #expect(throws: TenantWorkError.notSuspended) { try await erasure.task.value }
    }
}
