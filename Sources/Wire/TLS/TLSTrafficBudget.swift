/// Counts what a peer sends after the handshake without application data in it. Pure.
struct TLSTrafficBudget {
    private let recordsWithoutDataMax: Int
    private var handshakeRecords = 0
    private var handshakeMessages = 0
    private var otherRecords = 0
    private var bytesRead = 0
    /// Data records whose content has not shown yet: those that stay without any were empty.
    private var dataRecordsUnread = 0

    init(recordsWithoutDataMax: Int) {
        self.recordsWithoutDataMax = recordsWithoutDataMax
    }

    /// Whether the peer has sent more without data than it may.
    var isExceeded: Bool {
        // One record may hold several messages, and one message may be spread over many records.
        let withoutData = max(handshakeRecords, handshakeMessages) + otherRecords
        return withoutData > recordsWithoutDataMax + bytesRead / (1024 * 1024)
    }

    mutating func receivedHandshakeRecord() { handshakeRecords += 1 }

    mutating func receivedHandshakeMessage() { handshakeMessages += 1 }

    /// An alert that does not end the connection.
    mutating func receivedWarning() { otherRecords += 1 }

    /// A record of application data was decrypted. What came of the one before is known by now: a
    /// record's content is read before the next one is.
    mutating func receivedDataRecord() {
        otherRecords += dataRecordsUnread
        dataRecordsUnread = 1
    }

    /// Application data came out; more than none.
    mutating func read(bytes: Int) {
        bytesRead += bytes
        dataRecordsUnread = 0
    }
}
