import Testing

@testable import Tenancy

@Suite struct BackendMemoryTests {
    /// A backend of three megabytes whose each statement takes `each` bytes; gives what it had when it
    /// was found to be too much, and how often it was asked.
    private func grow(each: Int, bytesMax: Int) -> (bytes: Int, asked: Int) {
        var memory = BackendMemory(bytesMax: bytesMax)
        var asked = 0
        for growth in 1...100_000 {
            let bytes = (3 << 20) + growth * each
            guard memory.ask(growth: growth) else { continue }
            asked += 1
            if memory.measured(bytes) { return (bytes, asked) }
        }
        return (0, asked)
    }

    @Test(arguments: [25 << 10, 40 << 10, 150 << 10])
    func aBackendIsFoundOutSoonAfterItsBoundAndIsNotAskedOften(each: Int) {
        let (bytes, asked) = grow(each: each, bytesMax: 100 << 20)
        #expect(bytes >= 100 << 20 && bytes < 104 << 20)
        #expect(asked < 24)
    }

    @Test func nothingIsAskedWhileAnAnswerIsAwaitedNorAfterItWasTooMuch() {
        var memory = BackendMemory(bytesMax: 1_000)
        let early = memory.ask(growth: 1)
        let first = memory.ask(growth: 50)
        let second = memory.ask(growth: 5_000)
        let isTooMuch = memory.measured(1_000)
        let after = memory.ask(growth: 50_000)
        #expect(!early && first && !second && isTooMuch && !after)
    }

    @Test func aDatabaseThatCannotSayIsNotAskedAgain() {
        var memory = BackendMemory(bytesMax: 1_000)
        let first = memory.ask(growth: 50)
        memory.couldNotSay()
        let again = memory.ask(growth: 50_000)
        #expect(first && !again)
    }
}
