/// A message's bytes, scanned and unpacked: the C structure with the arena that it lies in. Without
/// generic code, so that it is compiled once and not for each message.
@usableFromInline
struct UnpackedMessage: ~Copyable {
    private let arena: Arena
    /// Lives as long as this value.
    @usableFromInline let structure: UnsafeRawPointer

    @usableFromInline
    init(
        _ bytes: UnsafeRawBufferPointer, _ shape: MessageShape, _ limits: MessageLimits
    ) throws(RPCStatus) {
        if let fault = WireScanner.scan(bytes, shape.table, limits) {
            throw RPCStatus(fault)
        }
        // The structures of most messages take two to four times their bytes.
        let arena = Arena(
            budgetBytes: limits.arenaBytes(wireBytes: bytes.count),
            firstBlockBytes: 512 + 4 * min(bytes.count, ArenaState.blockBytesMax))
        guard let structure = arena.unpack(bytes, shape) else { throw arena.unpackFailure }
        self.arena = arena
        self.structure = structure
    }
}
