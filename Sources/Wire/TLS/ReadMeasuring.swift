/// Who wants to know how long an event loop is busy with what a connection has read, from the socket
/// on: decrypting much takes longer than most of what is done with it.
protocol ReadMeasuring: AnyObject {
    /// Calls `work`, which takes `bytes` bytes of ciphertext, at once. On the event loop only.
    func measureRead(bytes: Int, _ work: () -> Void)
}

/// Bytes of ciphertext from which on a read is measured: a small call's must cost nothing.
let measuredReadBytesMin = 8_192
