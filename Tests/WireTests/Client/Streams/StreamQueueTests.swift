import Testing

@testable import Wire

/// Inbox, outbox and budget of streaming calls, without tasks.
@Suite struct StreamQueueTests {
    private static let lead = Metadata([Metadata.Entry(key: "a", value: [1])])

    // MARK: Inbox

    @Test func messagesAreTakenInOrderAndThenTheEnd() {
        var inbox = StreamInbox(creditBytes: 1_000)
        #expect(inbox.take() == .wait)
        #expect(inbox.receive([1], leading: Metadata()) == 65)
        #expect(inbox.receive([2, 2], leading: Metadata()) == 66)
        #expect(inbox.end(failure: nil) == true)
        #expect(inbox.take() == .message([1], cost: 65, giveBack: 0))
        #expect(inbox.take() == .message([2, 2], cost: 66, giveBack: 0))
        #expect(inbox.take() == .end)
        #expect(inbox.take() == .end)
    }

    @Test func creditGoesBackWhenHalfTheWindowWasRead() {
        var inbox = StreamInbox(creditBytes: 260)
        for _ in 0..<4 { _ = inbox.receive([1], leading: Metadata()) }
        #expect(inbox.take() == .message([1], cost: 65, giveBack: 0))
        #expect(inbox.take() == .message([1], cost: 65, giveBack: 130))
        _ = inbox.end(failure: nil)
        #expect(inbox.take() == .message([1], cost: 65, giveBack: 0))
        #expect(inbox.take() == .message([1], cost: 65, giveBack: 0))
    }

    @Test func failureComesAfterWhatWasThere() {
        var inbox = StreamInbox(creditBytes: 100)
        _ = inbox.receive([1], leading: Metadata())
        #expect(inbox.end(failure: .deadlineExceeded) == true)
        #expect(inbox.end(failure: nil) == false)
        #expect(inbox.receive([2], leading: Metadata()) == nil)
        _ = inbox.take()
        #expect(inbox.take() == .failure(.deadlineExceeded))
    }

    @Test func answerOfAClientStreamComesWithItsEnd() {
        var inbox = StreamInbox(creditBytes: 100)
        _ = inbox.end(failure: nil, answer: [7], leading: Self.lead)
        #expect(inbox.leading == Self.lead)
        #expect(inbox.take() == .message([7], cost: 0, giveBack: 0))
        #expect(inbox.take() == .end)
    }

    @Test func leadingMetadataIsKnownWithTheFirstThingThatComes() {
        var inbox = StreamInbox(creditBytes: 100)
        #expect(inbox.leading == nil)
        #expect(inbox.receive(nil, leading: Self.lead) == 0)
        _ = inbox.receive([1], leading: Metadata())
        #expect(inbox.leading == Self.lead)
    }

    @Test func abandonedInboxHoldsNothingAndNeverEndsWell() {
        var inbox = StreamInbox(creditBytes: 100)
        _ = inbox.receive([1], leading: Metadata())
        _ = inbox.end(failure: nil)
        let first = inbox.abandon()
        #expect(first.held == 65 && !first.wasOpen)
        #expect(inbox.take() == .failure(.cancelled))

        var open = StreamInbox(creditBytes: 100)
        let second = open.abandon()
        #expect(second.held == 0 && second.wasOpen)
        #expect(open.take() == .failure(.cancelled))

        var read = StreamInbox(creditBytes: 100)
        _ = read.end(failure: nil)
        _ = read.abandon()
        #expect(read.take() == .end)
    }

    // MARK: Outbox

    @Test func writerWaitsWhenTheOutboxIsFull() {
        var outbox = StreamOutbox()
        let half = [UInt8](repeating: 0, count: StreamOutbox.bytesMax / 2 - 64)
        #expect(outbox.put(half) == .stored(wake: true))
        #expect(outbox.put(half) == .stored(wake: false))
        #expect(outbox.put([]) == .full)
        #expect(!outbox.hasRoom)
        #expect(outbox.take(hasCredit: true) == .message(half, isLast: false))
        #expect(outbox.hasRoom)
        #expect(outbox.put([]) == .stored(wake: true))
    }

    @Test func largeMessageWaitsAlone() {
        var outbox = StreamOutbox()
        let large = [UInt8](repeating: 0, count: StreamOutbox.bytesMax * 2)
        #expect(outbox.put(large) == .stored(wake: true))
        #expect(outbox.put([]) == .full)
    }

    @Test func lastMessageEndsTheStream() {
        var outbox = StreamOutbox()
        _ = outbox.put([1])
        _ = outbox.put([2])
        #expect(outbox.finish() == false)
        #expect(outbox.finish() == false)
        #expect(outbox.put([3]) == .finished)
        #expect(outbox.take(hasCredit: true) == .message([1], isLast: false))
        #expect(outbox.take(hasCredit: false) == .blocked)
        #expect(outbox.take(hasCredit: true) == .message([2], isLast: true))
        #expect(outbox.take(hasCredit: true) == .nothing)
    }

    @Test func endAloneNeedsNoCreditAndIsSentOnce() {
        var outbox = StreamOutbox()
        #expect(outbox.take(hasCredit: true) == .nothing)
        #expect(outbox.finish() == true)
        #expect(outbox.take(hasCredit: false) == .end)
        #expect(outbox.take(hasCredit: false) == .nothing)
    }

    // MARK: Budget

    @Test func creditIsWithheldOverTheBudgetUntilReadersCatchUp() {
        let budget = ReceiveBudget(bytesMax: 100)
        budget.add(100)
        #expect(!budget.mustWithhold())
        budget.add(50)
        #expect(budget.mustWithhold())
        #expect(budget.release(49) == false)
        #expect(budget.release(1) == true)
        #expect(budget.release(100) == false)
        #expect(budget.heldBytes == 0)
    }
}
