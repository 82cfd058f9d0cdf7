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
        let joined = try Self.joined(bytes, shape, limits)
        // The structures of most messages take two to four times their bytes.
        let arena = Arena(
            budgetBytes: limits.arenaBytes(wireBytes: bytes.count),
            firstBlockBytes: max(
                ArenaState.firstBlockBytesSmall, 4 * min(bytes.count, ArenaState.blockBytesMax)))
        let unpacked: UnsafeRawPointer?
        if let joined {
            unpacked = joined.withUnsafeBytes { arena.unpack($0, shape) }
        } else {
            unpacked = arena.unpack(bytes, shape)
        }
        guard let structure = unpacked else { throw arena.unpackFailure }
        self.arena = arena
        self.structure = structure
    }

    /// Checks the bytes, and puts messages together that come in parts; nil where none does.
    private static func joined(
        _ bytes: UnsafeRawBufferPointer, _ shape: MessageShape, _ limits: MessageLimits
    ) throws(RPCStatus) -> [UInt8]? {
        do throws(WireFault) {
            let finding = try WireScanner.scan(bytes, shape.table, limits)
            return finding.hasParts ? try MessageJoiner.joined(bytes, shape.table) : nil
        } catch {
            throw RPCStatus(error)
        }
    }
}
