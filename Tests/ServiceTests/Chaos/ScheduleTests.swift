import Testing

@testable import ChaosHarness

@Suite struct ScheduleTests {
    @Test func theSeedDecidesAll() {
        #expect(Schedule(seed: 7, kills: 100) == Schedule(seed: 7, kills: 100))
        #expect(Schedule(seed: 7, kills: 100) != Schedule(seed: 8, kills: 100))
    }

    @Test func aHundredKillsAreOfEveryKindWithTheOtherFaultsBetween() {
        let faults = Schedule(seed: 1, kills: 100).steps.map(\.fault)
        let counts = Dictionary(grouping: faults) { $0 }.mapValues(\.count)
        #expect(faults.count { $0.kind.isKill } == 100)
        #expect(counts[.killBackend] == 45 && counts[.killDaemon] == 30)
        #expect(counts[.killPostgres] == 15 && counts[.killPostmaster] == 10)
        #expect(faults.filter { !$0.kind.isKill }.count == Schedule.standardOthers.count)
        #expect(faults.first?.kind.isKill == true && faults.last?.kind.isKill == true)
    }

    @Test func chosenKindsComeAlone() {
        let kills = Schedule(seed: 1, kills: 10, kinds: [.daemon]).steps.map(\.fault)
        #expect(kills == Array(repeating: .killDaemon, count: 10))
        let promotions = Schedule(seed: 1, kills: 4, kinds: [.promote]).steps.map(\.fault)
        #expect(promotions == Array(repeating: .promoteStandby, count: 4))
        #expect(Schedule(seed: 1, kills: 0).steps.map(\.fault.kind.isKill).contains(true) == false)
    }
}
