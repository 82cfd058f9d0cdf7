internal import COpenSSL
internal import Synchronization

/// Memory for keys: OpenSSL's secure heap, which lies between two pages that nobody may touch, is locked
/// into RAM and left out of memory dumps (`mlock`, `MADV_DONTDUMP`). Where our part of it is full, or the
/// system does not let this process lock so much, memory is as any other; it is erased all the same.
enum SecretHeap {
    /// The smallest piece: a key.
    private static let pieceByteCount = 32
    /// What is longer is no key but a text that was opened, and would crowd the keys out.
    private static let secretBytesMax = 64

    private static let connectionsMax = Mutex(SecretRoom.standardConnectionsMax)
    private static let ownByteCount = Atomic(0)

    /// Made once, at the first key.
    private static let (room, outcome) = {
        let room = SecretRoom(connectionsMax: connectionsMax.withLock { $0 })
        return (room, CRYPTO_secure_malloc_init(room.byteCount, pieceByteCount))
    }()

    /// Makes it, with room for the keys of so many connections. It stays as it is where there was a key
    /// already.
    ///
    /// - Returns: whether it is locked into RAM and left out of memory dumps.
    static func make(connectionsMax: Int) -> Bool {
        self.connectionsMax.withLock { $0 = connectionsMax }
        // 2: it is there, and the system did not let it be protected so.
        return outcome == 1
    }

    static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if (1...secretBytesMax).contains(count), outcome != 0, take(count) {
            if let base = CRYPTO_secure_malloc(count, nil, 0) {
                return UnsafeMutableRawBufferPointer(start: base, count: count)
            }
            giveBack(count)
        }
        return UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    }

    /// Overwrites and gives back what `allocate` gave.
    static func free(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return buffer.deallocate() }
        if CRYPTO_secure_allocated(base) == 1 {
            CRYPTO_secure_clear_free(base, buffer.count, nil, 0)
            giveBack(buffer.count)
        } else {
            OPENSSL_cleanse(base, buffer.count)
            buffer.deallocate()
        }
    }

    /// Takes of our part. The rest is OpenSSL's, whose handshakes fail where it finds none.
    private static func take(_ count: Int) -> Bool {
        let size = pieceSize(count)
        guard ownByteCount.add(size, ordering: .relaxed).newValue <= room.ownByteCount else {
            ownByteCount.subtract(size, ordering: .relaxed)
            return false
        }
        return true
    }

    private static func giveBack(_ count: Int) {
        ownByteCount.subtract(pieceSize(count), ordering: .relaxed)
    }

    private static func pieceSize(_ count: Int) -> Int {
        count <= pieceByteCount ? pieceByteCount : secretBytesMax
    }

    /// Whether a key's memory is part of it.
    static func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
        CRYPTO_secure_allocated(bytes.baseAddress) == 1
    }
}
