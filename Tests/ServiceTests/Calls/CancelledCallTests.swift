import Contract
import Services
import Tenancy
import TestSupport
import Testing
import Wire

/// What becomes of a database query whose caller is gone, over a real connection.
@Suite struct CancelledCallTests {
    /// Waits in the database, longer than any test.
    private struct Sleeper: EchoServiceProtocol {
        static let sleep = Statement("cancelled_call", "SELECT pg_sleep(29.5)")
        let database: Database

        func echo(_ request: EchoRequest, context: ServerContext) async throws -> EchoResponse {
            try await database.transaction(in: Scope(role: nil)) { transaction in
                _ = try await transaction.run(Self.sleep)
            }
            return EchoResponse()
        }
    }

    private func queries(_ fixture: ServiceFixture) throws -> Int {
        let rows = try fixture.rows(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE query LIKE 'SELECT pg_sleep(29.5)%' AND state = 'active'
            """)
        return Int(rows[0][0] ?? "") ?? -1
    }

    /// Makes a call that waits in the database, does `end` to it, and waits until its query is gone.
    private func call(
        timeout: Duration, _ end: (Task<RPCStatus?, Never>, RPCClient) async -> Void
    ) async throws -> RPCStatus? {
        let fixture = try await ServiceFixture.shared()
        let server = try await ServiceServer.start(
            fixture,
            services: [EchoServiceBinding(Sleeper(database: fixture.databases.operation))])
        let client = try await server.connect(
            try await server.register(.operator, "test"))
        let task = Task {
            do {
                _ = try await EchoServiceClient(client).echo(
                    EchoRequest(), options: CallOptions(timeout: timeout))
                return RPCStatus?.none
            } catch {
                return error as? RPCStatus
            }
        }
        while try queries(fixture) == 0 { await Task.yield() }
        await end(task, client)
        let status = await task.value
        while try queries(fixture) > 0 { await Task.yield() }
        await client.close()
        return status
    }

    @Test func cancelStopsTheQueryOfItsCall() async throws {
        let status = try await call(timeout: .seconds(60)) { task, _ in task.cancel() }
        #expect(status?.code == .cancelled)
    }

    @Test func lostConnectionStopsTheQueryOfItsCall() async throws {
        let status = try await call(timeout: .seconds(61)) { _, client in await client.close() }
        #expect(status?.code == .unavailable)
    }

    @Test func deadlineStopsTheQueryOfItsCall() async throws {
        let status = try await call(timeout: .seconds(2)) { _, _ in }
        #expect(status?.code == .deadlineExceeded)
    }
}
