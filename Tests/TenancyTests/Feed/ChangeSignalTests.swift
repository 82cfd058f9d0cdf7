import Testing

@testable import Tenancy

@Suite struct ChangeSignalTests {
    private let tenant: TenantSchema

    init() throws {
        tenant = try #require(TenantSchema(municipalityCode: "837"))
    }

    @Test func aChangeBeforeTheWaitIsNotMissed() async {
        let signal = ChangeSignal()
        let seen = signal.count(tenant)
        signal.changed(tenant)
        await signal.wait(for: tenant, after: seen, atMost: .seconds(600))
    }

    @Test func aChangeWakesAllWhoWait() async {
        let signal = ChangeSignal()
        let seen = signal.count(tenant)
        await withTaskGroup { group in
            for _ in 0..<3 {
                group.addTask {
                    await signal.wait(for: tenant, after: seen, atMost: .seconds(600))
                }
            }
            group.addTask { signal.changed(tenant) }
        }
        #expect(signal.count(tenant) == seen + 1)
    }

    @Test func theWaitEndsByItself() async {
        let signal = ChangeSignal()
        await signal.wait(for: tenant, after: 0, atMost: .milliseconds(1))
    }

    @Test func cancellationEndsTheWait() async {
        let signal = ChangeSignal()
        let task = Task { await signal.wait(for: tenant, after: 0, atMost: .seconds(600)) }
        task.cancel()
        await task.value
    }
}
