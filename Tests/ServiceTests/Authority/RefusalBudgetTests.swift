import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct RefusalBudgetTests {
    private let oulu = OrganisationKey(kind: .municipality, code: "564")
    private let start = ContinuousClock.now

    private func exhausted() -> RefusalBudget {
        var budget = RefusalBudget()
        for _ in 0..<RefusalBudget.countMax { budget.spend(by: oulu, now: start) }
        return budget
    }

    @Test func theLastOneIsWithinAndTheNextIsNot() {
        var budget = RefusalBudget()
        for _ in 1..<RefusalBudget.countMax { budget.spend(by: oulu, now: start) }
        #expect(budget.look(at: oulu, now: start) == .withinBudget)
        budget.spend(by: oulu, now: start)
        #expect(budget.look(at: oulu, now: start) == .exhausted(isFirst: true))
        #expect(budget.look(at: oulu, now: start) == .exhausted(isFirst: false))
    }

    @Test func oneOrganisationDoesNotSpendAnothers() {
        var budget = exhausted()
        let county = OrganisationKey(kind: .county, code: "56")
        #expect(budget.look(at: county, now: start) == .withinBudget)
    }

    @Test func itRecoversWithTimeAndNotBefore() {
        var budget = exhausted()
        let step = RefusalBudget.recoveryTime
        #expect(
            budget.look(at: oulu, now: start + step - .nanoseconds(1))
                == .exhausted(isFirst: true))
        #expect(budget.look(at: oulu, now: start + step) == .withinBudget)
        budget.spend(by: oulu, now: start + step)
        // Still the same story: it is not told again.
        #expect(budget.look(at: oulu, now: start + step) == .exhausted(isFirst: false))
        let later = start + step * (RefusalBudget.countMax * 2)
        #expect(budget.look(at: oulu, now: later) == .withinBudget)
        for _ in 0..<RefusalBudget.countMax { budget.spend(by: oulu, now: later) }
        #expect(budget.look(at: oulu, now: later) == .exhausted(isFirst: true))
    }

    /// A log that is not the caller's own does not grow without bound, and the answer says nothing.
    @Test func whoIsRefusedTooOftenIsNotLookedAtAnyMore() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(
            fixture, municipality: try await fixture.activeMunicipality(), to: .invited)
        // Nobody else in these tests calls as this county.
        let county = fixture.county("71")
        let context = ServerContext(
            peer: county.peer, method: SharingServiceMethods.fetch, callReference: "test-budget")
        let recorder = try #require(fixture.authority as? DaemonAuthority).recorder
        for _ in 0..<RefusalBudget.countMax * 2 { recorder.spend(context) }
        let before = try fixture.rows("SELECT FROM m\(made.caller.peer.code).audit").count
        for request in [made.fetchRequest(), made.fetchRequest(byIdentityCode: true)] {
            let refused = try await status { _ = try await county.sharing.fetch(request) }
            #expect(refused == AuthorityRefusals.tooManyRefusals)
        }
        #expect(try fixture.rows("SELECT FROM m\(made.caller.peer.code).audit").count == before)
        let lines = fixture.log.lines.filter { $0.contains(county.peer.uri) }
        #expect(lines.count == 1 && lines.first?.hasPrefix("warning") == true)
    }

    /// The method table's answer stays what it is, and the log does not grow.
    @Test func whoMayNotCallAMethodIsToldSoAndNoMore() async throws {
        let fixture = try await ServiceFixture.shared()
        let municipality = try await fixture.activeMunicipality()
        let agency = fixture.caller(.agency, "budget")
        let look = { @Sendable in
            try await status {
                _ = try await agency.clients.getClient(
                    .with {
                        $0.access = ServiceExamples.access()
                        $0.municipalityCode = municipality
                    })
            }
        }
        let context = ServerContext(
            peer: agency.peer, method: ClientServiceMethods.getClient, callReference: "test-budget")
        let recorder = try #require(fixture.authority as? DaemonAuthority).recorder
        let before = try await look()
        for _ in 0..<RefusalBudget.countMax * 2 { recorder.spend(context) }
        #expect(try await look() == before)
        #expect(before?.reason == "METHOD_NOT_PERMITTED")
        #expect(try fixture.rows("SELECT FROM m\(municipality).audit").count == 1)
    }

    /// What a municipality asks for of its own is its own business.
    @Test func ownRefusalsAreNotCounted() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(try await fixture.activeMunicipality())
        var context = ServerContext(
            peer: caller.peer, method: ClientServiceMethods.getClient, callReference: "test-budget")
        let recorder = try #require(fixture.authority as? DaemonAuthority).recorder
        for named in [nil, caller.peer.code] {
            context.address.municipalityCode = named
            for _ in 0...RefusalBudget.countMax { recorder.spend(context) }
        }
        #expect(try await caller.create().municipalityCode == caller.peer.code)
        let foreign = try await status {
            _ = try await caller.clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.municipalityCode = ServiceFixture.oulu
                })
        }
        #expect(foreign == AuthorityRefusals.foreignOrganisation)
    }
}
