import Synchronization

/// Bytes of answers that wait on one connection for their readers, all calls together.
///
/// Over the limit the connection gives no credit back until readers have caught up, so that many slow
/// readers cannot add up.
final class ReceiveBudget: Sendable {
    private let bytesMax: Int
    private let held = Atomic<Int>(0)
    private let isWithholding = Atomic<Bool>(false)

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Bytes that wait.
    var heldBytes: Int { held.load(ordering: .relaxed) }

    /// A message arrived.
    func add(_ bytes: Int) {
        held.add(bytes, ordering: .sequentiallyConsistent)
    }

    /// Whether the connection must keep its credit back until `release` says that it may go.
    func mustWithhold() -> Bool {
        guard held.load(ordering: .sequentiallyConsistent) > bytesMax else { return false }
        isWithholding.store(true, ordering: .sequentiallyConsistent)
        // A reader may have caught up in between, and not seen that it should say so.
        return held.load(ordering: .sequentiallyConsistent) > bytesMax
    }

    /// A message was read or dropped.
    ///
    /// - Returns: true where the connection may give credit back again, and has to be told.
    func release(_ bytes: Int) -> Bool {
        let left = held.subtract(bytes, ordering: .sequentiallyConsistent).newValue
        guard left <= bytesMax, isWithholding.load(ordering: .sequentiallyConsistent) else {
            return false
        }
        return isWithholding.exchange(false, ordering: .sequentiallyConsistent)
    }
}
