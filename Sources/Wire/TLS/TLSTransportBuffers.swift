import COpenSSL
import NIOCore

/// The two byte streams between OpenSSL and the channel, behind a BIO of our own: OpenSSL reads
/// from and writes into NIO's buffers, without the copies that a memory BIO makes and the memory
/// that it keeps.
///
/// Owned by the `TLSSession`, which outlives the `SSL` that holds the BIO; the BIO therefore keeps
/// an unretained pointer, and no cycle exists. Used on the channel's event loop only.
final class TLSTransportBuffers {
    /// Ciphertext of the peer that OpenSSL has not taken yet.
    private var inbound = ByteBuffer()
    /// Ciphertext that waits to be written to the channel. Its storage goes with it, so that an idle
    /// connection holds none.
    private var outbound = ByteBuffer()
    private let spare: SpareBuffers
    /// Bytes OpenSSL has taken so far.
    private(set) var consumedBytes = 0
    /// Where it is set, OpenSSL gets no bytes past this count, and then an error.
    var consumedBytesMax: Int?
    /// Set to stop OpenSSL in the middle of a read: it gets an error in place of bytes.
    var isCutOff = false

    init(spare: SpareBuffers) { self.spare = spare }

    var receivedBytes: Int { inbound.readableBytes }

    /// The first byte of the peer that OpenSSL has not taken.
    var firstReceivedByte: UInt8? { inbound.getInteger(at: inbound.readerIndex) }

    func receive(_ buffer: ByteBuffer) {
        if inbound.readableBytes == 0 {
            inbound = buffer
        } else {
            inbound.writeImmutableBuffer(buffer)
        }
    }

    func takeOutbound() -> ByteBuffer? {
        guard outbound.readableBytes > 0 else { return nil }
        defer { outbound = ByteBuffer() }
        return outbound
    }

    /// Makes room for the records of `plaintextBytes`, each with its header, type and tag.
    func reserveOutbound(plaintextBytes: Int) {
        if outbound.storageCapacity == 0 { outbound = spare.take() }
        let records = plaintextBytes / tlsRecordBytesMax + 1
        outbound.reserveCapacity(minimumWritableBytes: plaintextBytes + records * 22)
    }

    /// Forgets what came in: no more of it will be read.
    func dropReceived() { inbound = ByteBuffer() }

    enum ReadResult {
        case bytes(Int)
        case nothingYet
        case refused
    }

    fileprivate func read(into target: UnsafeMutableRawBufferPointer) -> ReadResult {
        if isCutOff { return .refused }
        let count = min(target.count, inbound.readableBytes)
        guard count > 0 else { return .nothingYet }
        if let consumedBytesMax, consumedBytes + count > consumedBytesMax {
            isCutOff = true
            return .refused
        }
        inbound.readWithUnsafeReadableBytes { source in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
            return count
        }
        consumedBytes += count
        // The storage is given back as soon as it is used up.
        if inbound.readableBytes == 0 { inbound = ByteBuffer() }
        return .bytes(count)
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer) {
        outbound.writeBytes(bytes)
    }

    /// A BIO over this object, for one `SSL`, which frees it. Nil where memory is short.
    func makeBIO() -> OpaquePointer? {
        guard let method = TLSTransportMethod.shared.pointer, let bio = BIO_new(method) else {
            return nil
        }
        BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }
}

/// OpenSSL's table of functions for our BIO: one for the process, never freed.
///
/// `@unchecked Sendable` is safe because the table is written once, before it is shared, and
/// OpenSSL only reads it. It holds functions alone: a peer's bytes are in the buffers of its own
/// connection.
private struct TLSTransportMethod: @unchecked Sendable {
    static let shared = TLSTransportMethod()

    let pointer: OpaquePointer?

    private init() {
        let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = BIO_meth_new(kind, "swift-nio") else {
            pointer = nil
            return
        }
        BIO_meth_set_read_ex(method) { bio, target, length, read in
            guard let bio, let target, let buffers = TLSTransportMethod.buffers(of: bio) else {
                return 0
            }
            icds_BIO_clear_retry(bio)
            switch buffers.read(into: UnsafeMutableRawBufferPointer(start: target, count: length)) {
            case .bytes(let count):
                read?.pointee = count
                return 1
            case .nothingYet:
                icds_BIO_set_retry_read(bio)
                return 0
            case .refused:
                return 0
            }
        }
        BIO_meth_set_write_ex(method) { bio, source, length, written in
            guard let bio, let source, let buffers = TLSTransportMethod.buffers(of: bio) else {
                return 0
            }
            icds_BIO_clear_retry(bio)
            buffers.write(UnsafeRawBufferPointer(start: source, count: length))
            written?.pointee = length
            return 1
        }
        // OpenSSL flushes after each flight and needs to hear that it worked; of everything else
        // (end of file, pending bytes) it can do without.
        BIO_meth_set_ctrl(method) { _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0 }
        pointer = method
    }

    private static func buffers(of bio: OpaquePointer) -> TLSTransportBuffers? {
        guard let data = BIO_get_data(bio) else { return nil }
        return Unmanaged<TLSTransportBuffers>.fromOpaque(data).takeUnretainedValue()
    }
}
