extension InboundFrame {
    /// Reads the envelope of one frame.
    ///
    /// Unknown fields inside a kind are passed over, so that later versions can add some; a frame
    /// without a kind, with two, or of an unknown kind is an error (PROTOCOL.md, "Frames").
    init(decoding bytes: UnsafeRawBufferPointer) throws(FrameError) {
        var cursor = WireCursor(bytes)
        guard let field = try cursor.nextField() else { throw .malformed(.empty) }
        guard let kind = FrameKind(rawValue: field.number) else { throw .malformed(.unknownKind) }
        let body = try cursor.bytes(field)
        guard cursor.offset == bytes.count else { throw .malformed(.severalKinds) }
        switch kind {
        case .hello: self = .hello(body)
        case .call: self = .call(try CallFrame(decoding: body))
        case .message: self = .message(try MessageFrame(decoding: body))
        case .credit:
            let (callID, bytes) = try decodeTwoNumbers(body)
            self = .credit(callID: callID, bytes: bytes)
        case .cancel: self = .cancel(callID: try decodeTwoNumbers(body).0)
        case .end: self = .end(try EndFrame(decoding: body))
        case .ping: self = .ping(opaque: try decodeOpaque(body))
        case .pong: self = .pong(opaque: try decodeOpaque(body))
        case .goAway: self = .goAway(body)
        }
    }
}

extension CallFrame {
    /// Reads a `Call`.
    init(decoding bytes: UnsafeRawBufferPointer) throws(FrameError) {
        self.init()
        metadata = MetadataSlice(message: bytes, field: 4)
        var cursor = WireCursor(bytes)
        while let field = try cursor.nextField() {
            switch field.number {
            case 1: callID = try cursor.uint32(field)
            case 2: method = try cursor.bytes(field)
            case 3: timeoutMilliseconds = try cursor.uint32(field)
            case 4:
                _ = try cursor.bytes(field)
                metadata.count += 1
            case 5: payload = try cursor.bytes(field)
            case 6: endOfStream = try cursor.bool(field)
            case 7: hasPayload = try cursor.bool(field)
            default: try cursor.skip(field.type)
            }
        }
    }
}

extension MessageFrame {
    /// Reads a `Message`.
    init(decoding bytes: UnsafeRawBufferPointer) throws(FrameError) {
        self.init()
        metadata = MetadataSlice(message: bytes, field: 5)
        var cursor = WireCursor(bytes)
        while let field = try cursor.nextField() {
            switch field.number {
            case 1: callID = try cursor.uint32(field)
            case 2: payload = try cursor.bytes(field)
            case 3: endOfStream = try cursor.bool(field)
            case 4: hasPayload = try cursor.bool(field)
            case 5:
                _ = try cursor.bytes(field)
                metadata.count += 1
            default: try cursor.skip(field.type)
            }
        }
    }
}

extension EndFrame {
    /// Reads an `End`.
    init(decoding bytes: UnsafeRawBufferPointer) throws(FrameError) {
        self.init()
        metadata = MetadataSlice(message: bytes, field: 4)
        trailingMetadata = MetadataSlice(message: bytes, field: 5)
        var cursor = WireCursor(bytes)
        while let field = try cursor.nextField() {
            switch field.number {
            case 1: callID = try cursor.uint32(field)
            case 2: status = try cursor.bytes(field)
            case 3: payload = try cursor.bytes(field)
            case 4:
                _ = try cursor.bytes(field)
                metadata.count += 1
            case 5:
                _ = try cursor.bytes(field)
                trailingMetadata.count += 1
            default: try cursor.skip(field.type)
            }
        }
    }
}

/// Reads a `Credit`, or the first number of a `Cancel`.
private func decodeTwoNumbers(
    _ bytes: UnsafeRawBufferPointer
) throws(FrameError) -> (UInt32, UInt32) {
    var cursor = WireCursor(bytes)
    var numbers: (UInt32, UInt32) = (0, 0)
    while let field = try cursor.nextField() {
        switch field.number {
        case 1: numbers.0 = try cursor.uint32(field)
        case 2: numbers.1 = try cursor.uint32(field)
        default: try cursor.skip(field.type)
        }
    }
    return numbers
}

/// Reads a `Ping` or `Pong`.
private func decodeOpaque(_ bytes: UnsafeRawBufferPointer) throws(FrameError) -> UInt64 {
    var cursor = WireCursor(bytes)
    var opaque: UInt64 = 0
    while let field = try cursor.nextField() {
        guard field.number == 1 else {
            try cursor.skip(field.type)
            continue
        }
        guard field.type == .fixed64 else { throw .malformed(.wrongWireType) }
        opaque = try cursor.fixed64()
    }
    return opaque
}
