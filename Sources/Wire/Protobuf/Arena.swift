import CContract

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Memory for the C structures of one message: taken piece by piece from blocks, given back all at
/// once, and never more than a budget. It belongs to one decoding or encoding, on one thread at a time.
public struct Arena: ~Copyable {
    /// The head of the first block; the blocks' bytes follow it.
    let state: UnsafeMutablePointer<ArenaState>?

    /// An arena that hands out at most `budgetBytes`. Where the machine has no memory for even the
    /// first block, every allocation fails.
    init(budgetBytes: Int, firstBlockBytes: Int) {
        let size = max(0, min(budgetBytes, firstBlockBytes, ArenaState.blockBytesMax))
        state = ArenaState.make(budgetBytes: budgetBytes, firstBlockBytes: size)
    }

    deinit {
        if let state { ArenaState.destroy(state) }
    }

    /// An arena for the structures of one message to send.
    @usableFromInline
    static func forEncoding() -> Arena {
        Arena(
            budgetBytes: MessageLimits.encodingArenaBytesMax,
            firstBlockBytes: ArenaState.firstBlockBytesSmall)
    }

    /// Unpacks scanned bytes; nil where protobuf-c refuses them or the budget is used up.
    func unpack(_ bytes: UnsafeRawBufferPointer, _ shape: MessageShape) -> UnsafeRawPointer? {
        guard let state else { return nil }
        var allocator = ProtobufCAllocator(
            alloc: { data, size in
                guard let data else { return nil }
                let state = data.assumingMemoryBound(to: ArenaState.self)
                return ArenaState.allocate(state, size)
            },
            free: { _, _ in },
            allocator_data: UnsafeMutableRawPointer(state))
        let data = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let message = protobuf_c_message_unpack(shape.descriptor, &allocator, bytes.count, data)
        return message.map { UnsafeRawPointer($0) }
    }

    /// Why `unpack` gave nothing.
    var unpackFailure: RPCStatus {
        guard let state, !state.pointee.isExhausted else { return RPCStatus(.memoryBudget) }
        return RPCStatus(.rejectedByDecoder)
    }

    /// Room for so many bytes, not initialised.
    @usableFromInline
    package func room(bytes: Int) throws(RPCStatus) -> UnsafeMutableRawPointer {
        guard let state, let room = ArenaState.allocate(state, bytes) else {
            throw RPCStatus(.memoryBudget)
        }
        return room
    }
}

/// Where an arena stands. Kept in the arena's own memory, so that C callbacks can reach it.
struct ArenaState {
    /// The next free byte of the current block, and how many follow it.
    var next: UnsafeMutableRawPointer
    var left: Int
    /// Bytes that may still be handed out, in this block and in new ones.
    var budget: Int
    var blockBytes: Int
    /// Blocks after the first, newest first; each begins with the address of the one before.
    var blocks: UnsafeMutableRawPointer?
    /// An allocation was refused.
    var isExhausted = false
    /// Messages being built inside one another.
    var depth = 0

    static let alignment = 8
    static let headBytes = (MemoryLayout<ArenaState>.size + alignment - 1) / alignment * alignment
    static let blockBytesMax = 262_144
    /// The first block of a small message. With the head it stays within the 1,032 bytes up to which
    /// glibc's malloc keeps freed blocks at hand for the thread, which halves what an arena costs.
    static let firstBlockBytesSmall = 1032 - headBytes

    static func make(budgetBytes: Int, firstBlockBytes: Int) -> UnsafeMutablePointer<ArenaState>? {
        guard let memory = malloc(headBytes + firstBlockBytes) else { return nil }
        let state = memory.bindMemory(to: ArenaState.self, capacity: 1)
        state.initialize(
            to: ArenaState(
                next: memory + headBytes, left: firstBlockBytes, budget: budgetBytes,
                blockBytes: max(firstBlockBytes, 1024)))
        return state
    }

    static func destroy(_ state: UnsafeMutablePointer<ArenaState>) {
        var block = state.pointee.blocks
        while let current = block {
            block = current.load(as: UnsafeMutableRawPointer?.self)
            free(current)
        }
        free(state)
    }

    /// `size` bytes, aligned for any C type; nil where the budget or the machine has no more.
    @inline(__always)
    static func allocate(
        _ state: UnsafeMutablePointer<ArenaState>, _ size: Int
    ) -> UnsafeMutableRawPointer? {
        guard size >= 0, size <= state.pointee.budget else {
            state.pointee.isExhausted = true
            return nil
        }
        let rounded = (size + alignment - 1) & ~(alignment - 1)
        if rounded > state.pointee.left, !addBlock(state, atLeast: rounded) {
            state.pointee.isExhausted = true
            return nil
        }
        let result = state.pointee.next
        state.pointee.next = result + rounded
        state.pointee.left -= rounded
        state.pointee.budget -= min(rounded, state.pointee.budget)
        return result
    }

    private static func addBlock(
        _ state: UnsafeMutablePointer<ArenaState>, atLeast bytes: Int
    ) -> Bool {
        let wanted = min(state.pointee.blockBytes * 2, blockBytesMax)
        let size = max(bytes, min(wanted, state.pointee.budget))
        guard let block = malloc(alignment + size) else { return false }
        block.storeBytes(of: state.pointee.blocks, as: UnsafeMutableRawPointer?.self)
        state.pointee.blocks = block
        state.pointee.blockBytes = wanted
        state.pointee.next = block + alignment
        state.pointee.left = size
        return true
    }
}
