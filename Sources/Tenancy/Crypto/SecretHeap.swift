internal import COpenSSL

/// Memory for keys: OpenSSL's secure heap, which lies between two pages that nobody may touch, is locked
/// into RAM and left out of memory dumps (`mlock`, `MADV_DONTDUMP`). Where it is full, or the system does
/// not let this process lock so much, memory is as any other; it is erased all the same.
enum SecretHeap {
    /// Room for the keys of all municipalities in both keyrings, twice over. A power of two.
    private static let byteCount = 1 << 19
    /// The smallest piece: a key.
    private static let pieceByteCount = 32
    /// What is longer is no key but a text that was opened, and would crowd the keys out.
    private static let secretBytesMax = 64

    /// Made once, at the first key.
    private static let isReady = CRYPTO_secure_malloc_init(byteCount, pieceByteCount) != 0

    static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if (1...secretBytesMax).contains(count), isReady,
            let base = CRYPTO_secure_malloc(count, nil, 0)
        {
            return UnsafeMutableRawBufferPointer(start: base, count: count)
        }
        return UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    }

    /// Overwrites and gives back what `allocate` gave.
    static func free(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return buffer.deallocate() }
        if CRYPTO_secure_allocated(base) == 1 {
            CRYPTO_secure_clear_free(base, buffer.count, nil, 0)
        } else {
            OPENSSL_cleanse(base, buffer.count)
            buffer.deallocate()
        }
    }

    /// Whether a key's memory is part of it.
    static func holds(_ bytes: UnsafeRawBufferPointer) -> Bool {
        CRYPTO_secure_allocated(bytes.baseAddress) == 1
    }
}
