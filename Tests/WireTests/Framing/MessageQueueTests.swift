import Testing

@testable import Wire

/// All states of a stream's queue by all events.
@Suite struct MessageQueueTests {
    enum Step: CaseIterable { case empty, queued, awaited, finished, finishedQueued, failed }

    private struct Broken: Error {}

    private func queue(_ step: Step) -> MessageQueue<String> {
        var queue = MessageQueue<String>()
        switch step {
        case .empty: break
        case .queued: _ = queue.push([1])
        case .awaited: _ = queue.wait("reader")
        case .finished: _ = queue.finish()
        case .finishedQueued:
            _ = queue.push([1])
            _ = queue.finish()
        case .failed: _ = queue.fail(Broken())
        }
        return queue
    }

    /// What a reader gets, in a word.
    private func take(_ queue: inout MessageQueue<String>) -> String {
        switch queue.take() {
        case .message(let bytes): "message \(bytes)"
        case .end: "end"
        case .failed: "failed"
        case .nothing: "nothing"
        }
    }

    @Test(arguments: Step.allCases)
    func messageGoesToTheReaderThatWaitsOrIsQueuedUntilTheEnd(_ step: Step) {
        var queue = queue(step)
        let before = queue.count
        #expect(queue.push([2]) == (step == .awaited ? "reader" : nil))
        #expect(queue.count == before + (step == .empty || step == .queued ? 1 : 0))
        #expect(!queue.hasReader)
    }

    @Test(arguments: Step.allCases)
    func takeGivesWhatIsThereFirst(_ step: Step) {
        var queue = queue(step)
        switch step {
        case .empty, .awaited: #expect(take(&queue) == "nothing")
        case .queued:
            #expect(take(&queue) == "message [1]")
            #expect(take(&queue) == "nothing")
        case .finished: #expect(take(&queue) == "end")
        case .finishedQueued:
            #expect(take(&queue) == "message [1]")
            #expect(take(&queue) == "end")
        case .failed: #expect(take(&queue) == "failed")
        }
    }

    @Test(arguments: Step.allCases)
    func endIsToldToTheReaderThatWaits(_ step: Step) {
        var queue = queue(step)
        #expect(queue.finish() == (step == .awaited ? "reader" : nil))
        #expect(queue.finish() == nil)
        #expect(queue.push([3]) == nil)
    }

    @Test(arguments: Step.allCases)
    func failureDropsWhatIsQueuedAndIsToldOnce(_ step: Step) {
        var queue = queue(step)
        #expect(queue.fail(Broken()) == (step == .awaited ? "reader" : nil))
        #expect(queue.fail(Broken()) == nil)
        #expect(queue.bytes == 0)
        #expect(take(&queue) == "failed")
    }

    @Test(arguments: Step.allCases)
    func oneReaderWaitsAtATime(_ step: Step) {
        var queue = queue(step)
        #expect(queue.wait("second") == (step != .awaited))
        #expect(queue.leave() == (step == .awaited ? "reader" : "second"))
        #expect(queue.leave() == nil)
    }

    @Test func bytesAreThoseThatCreditCounts() {
        var queue = queue(.empty)
        _ = queue.push([UInt8](repeating: 0, count: 36))
        _ = queue.push([])
        #expect(queue.bytes == 164)
        _ = take(&queue)
        #expect(queue.bytes == 64)
    }
}
