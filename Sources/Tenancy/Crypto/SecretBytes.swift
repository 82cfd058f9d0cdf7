internal import COpenSSL

/// Key material. The only owner of its memory, which is overwritten when the last reference goes;
/// nothing in it is ever printed.
///
/// What is as short as a key lies in `SecretHeap`: never in the swap and never in a memory dump.
///
/// `@unchecked Sendable` is safe because the buffer is written only in `init` and after that read
/// only, until `deinit`, which runs once and when nobody else holds a reference; `SecretHeap` gives and
/// takes memory under OpenSSL's own lock, so that `deinit` may run on any thread. A peer has no
/// part in what is in one: keys come from the operator, the generator, or the master key's wrapping.
public final class SecretBytes: @unchecked Sendable, CustomStringConvertible {
    private let storage: UnsafeMutableRawBufferPointer

    public var count: Int { storage.count }
    public var description: String { "SecretBytes(\(storage.count) bytes)" }

    /// Makes a buffer of `count` bytes and lets `initialize` fill it.
    init(
        count: Int, initialize: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        storage = SecretHeap.allocate(count)
        storage.initializeMemory(as: UInt8.self, repeating: 0)
        // A class whose `init` throws after all its properties are set runs `deinit`, so that a
        // failure here frees the buffer, too.
        try initialize(storage)
    }

    /// Copies `bytes`. The caller's own copy is the caller's to erase.
    public convenience init(copying bytes: [UInt8]) {
        // The closure cannot throw; the error type is that of the designated initialiser.
        do {
            try self.init(count: bytes.count) { buffer throws(CryptoError) in
                buffer.copyBytes(from: bytes)
            }
        } catch {
            preconditionFailure("copying bytes cannot fail")
        }
    }

    deinit { SecretHeap.free(storage) }

    /// Makes the memory for keys, which the keys of TLS connections share. To be called before there is a
    /// key, by a server that may have other than 10,000 connections.
    ///
    /// - Returns: whether it is locked into RAM and left out of memory dumps; keys can be held either way.
    public static func makeMemory(connectionsMax: Int) -> Bool {
        SecretHeap.make(connectionsMax: connectionsMax)
    }

    /// Random key material from OpenSSL's private generator.
    public static func random(count: Int) throws(CryptoError) -> SecretBytes {
        try SecretBytes(count: count) { buffer throws(CryptoError) in
            let base = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard RAND_priv_bytes(base, Int32(buffer.count)) == 1 else {
                throw CryptoError.library(operation: "RAND_priv_bytes")
            }
        }
    }

    /// In a time that depends on the length only.
    func isEqual(to other: SecretBytes) -> Bool {
        withUnsafeBytes { own in
            other.withUnsafeBytes { other in
                own.count == other.count
                    && CRYPTO_memcmp(own.baseAddress, other.baseAddress, own.count) == 0
            }
        }
    }

    func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(storage))
    }
}
