import NIOCore

/// Writes in the order in which they came; only those before the last flush may be sent.
struct TLSWriteQueue {
    private struct Write {
        let bytes: ByteBuffer
        let promise: EventLoopPromise<Void>?
    }

    /// What is encrypted at one go, and the promises of the writes that it completes.
    struct Chunk {
        var bytes: ByteBuffer
        var promises: [EventLoopPromise<Void>] = []
    }

    private var writes = MarkedCircularBuffer<Write>(initialCapacity: 0)
    /// Bytes of the first write that were taken already.
    private var takenOfFirst = 0

    var isEmpty: Bool { writes.isEmpty }
    var hasFlushed: Bool { writes.hasMark }

    mutating func append(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>?) {
        writes.append(Write(bytes: bytes, promise: promise))
    }

    mutating func markFlush() { writes.mark() }

    /// The next flushed bytes, `bytesMax` (more than 0) at the most: small writes are put together,
    /// so that a burst of replies becomes one record; a write that alone fills a record is not
    /// copied. Nil where nothing is flushed.
    mutating func nextChunk(bytesMax: Int) -> Chunk? {
        guard hasFlushed, let first = writes.first else { return nil }
        var chunk = Chunk(bytes: ByteBuffer())
        if takenOfFirst > 0 || writes.count == 1 || first.bytes.readableBytes >= tlsRecordBytesMax {
            takeFirst(bytesMax: bytesMax, into: &chunk)
            return chunk
        }
        chunk.bytes.reserveCapacity(min(bytesMax, flushedBytes(atMost: bytesMax)))
        while hasFlushed, let next = writes.first,
            chunk.bytes.readableBytes + next.bytes.readableBytes <= bytesMax
        {
            chunk.bytes.writeImmutableBuffer(next.bytes)
            if let promise = next.promise { chunk.promises.append(promise) }
            _ = writes.removeFirst()
        }
        if chunk.bytes.readableBytes == 0, chunk.promises.isEmpty, hasFlushed {
            takeFirst(bytesMax: bytesMax, into: &chunk)
        }
        return chunk
    }

    /// Takes out everything, flushed or not, for its promises to be failed.
    mutating func removeAll() -> [EventLoopPromise<Void>] {
        defer { self = TLSWriteQueue() }
        return writes.compactMap(\.promise)
    }

    private mutating func takeFirst(bytesMax: Int, into chunk: inout Chunk) {
        guard let first = writes.first else { return }
        let count = min(bytesMax, first.bytes.readableBytes - takenOfFirst)
        let start = first.bytes.readerIndex + takenOfFirst
        if let slice = first.bytes.getSlice(at: start, length: count) { chunk.bytes = slice }
        takenOfFirst += count
        if takenOfFirst == first.bytes.readableBytes {
            takenOfFirst = 0
            if let promise = first.promise { chunk.promises.append(promise) }
            _ = writes.removeFirst()
        }
    }

    private func flushedBytes(atMost limit: Int) -> Int {
        var total = 0
        for write in writes where total < limit { total += write.bytes.readableBytes }
        return total
    }
}

/// The plaintext of one record (RFC 8446, section 5.1).
let tlsRecordBytesMax = 16_384
