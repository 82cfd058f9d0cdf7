import NIOCore
import Testing

@testable import Wire

/// Memory that goes from one buffer to the next, and never to two at once.
@Suite struct SpareBuffersTests {
    @Test func memoryOfABufferThatNobodyElseHasIsUsedAgain() {
        let spare = SpareBuffers()
        var buffer = ByteBuffer(string: "what came")
        let capacity = buffer.storageCapacity
        spare.giveBack(&buffer)
        #expect(buffer.storageCapacity == 0)
        let next = spare.take()
        #expect(next.readableBytes == 0)
        #expect(next.storageCapacity == capacity)
        #expect(spare.take().storageCapacity == 0)
    }

    @Test func memoryThatSomebodyStillHoldsIsLeftToThem() {
        let spare = SpareBuffers()
        var buffer = ByteBuffer(string: "what came")
        let held = buffer
        spare.giveBack(&buffer)
        #expect(spare.take().storageCapacity == 0)
        #expect(String(buffer: held) == "what came")
    }

    @Test(arguments: [4_096, 8_192]) func onlySmallBuffersAreKept(capacity: Int) {
        let spare = SpareBuffers()
        var buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
        spare.giveBack(&buffer)
        #expect(spare.take().storageCapacity == (capacity <= 4_096 ? capacity : 0))
    }

    @Test func fourBuffersAreKeptAtTheMost() {
        let spare = SpareBuffers()
        for _ in 1...5 {
            var buffer = ByteBuffer(string: "one of five")
            spare.giveBack(&buffer)
        }
        let kept = (1...5).map { _ in spare.take().storageCapacity }
        #expect(kept.count { $0 > 0 } == 4)
    }
}
