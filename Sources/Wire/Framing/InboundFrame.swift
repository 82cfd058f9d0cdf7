/// A frame as it lies in the read buffer: nothing copied, valid only while the buffer is.
enum InboundFrame {
    case hello(UnsafeRawBufferPointer)
    case call(CallFrame)
    case message(MessageFrame)
    case credit(callID: UInt32, bytes: UInt32)
    case cancel(callID: UInt32)
    case end(EndFrame)
    case ping(opaque: UInt64)
    case pong(opaque: UInt64)
    case goAway(UnsafeRawBufferPointer)
}

/// A `Call` in place. Text is not checked here: the method's bytes are looked up in a table, and
/// metadata is read by `MetadataReader`.
struct CallFrame {
    var callID: UInt32 = 0
    var method = UnsafeRawBufferPointer(start: nil, count: 0)
    var timeoutMilliseconds: UInt32 = 0
    var metadata = MetadataSlice()
    var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    var endOfStream = false
    var hasPayload = false
}

/// A `Message` in place.
struct MessageFrame {
    var callID: UInt32 = 0
    var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    var endOfStream = false
    var hasPayload = false
    /// Leading metadata of an answer; a client sends none.
    var metadata = MetadataSlice()
}

/// An `End` in place. An absent status means OK.
struct EndFrame {
    var callID: UInt32 = 0
    var status: UnsafeRawBufferPointer?
    var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    var metadata = MetadataSlice()
    var trailingMetadata = MetadataSlice()
}

/// The metadata entries of a frame, still in its bytes.
struct MetadataSlice {
    /// The message that holds the entries, and the number of their field in it.
    var message = UnsafeRawBufferPointer(start: nil, count: 0)
    var field: UInt32 = 0
    var count = 0
}
