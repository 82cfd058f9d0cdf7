internal import COpenSSL

/// Overwrites memory in a way that the compiler may not leave out.
enum Erasure {
    static func erase(_ buffer: UnsafeMutableRawBufferPointer) {
        if let base = buffer.baseAddress { OPENSSL_cleanse(base, buffer.count) }
    }
}
