#if DEBUG
    import NIOCore

    /// What the bytes of an input say is to happen to a connection.
    ///
    /// The first byte: bit 0 the client is tested and not the server, bit 1 what follows are the bytes
    /// that arrive and not steps, bit 2 the peer does not begin with a Hello. The second byte: bytes
    /// that arrive at once, 0 for all. Then steps, each of three bytes and a body: the kind of frame
    /// (0 to 8) or one of the others below, and the length of the body in two bytes, little-endian.
    /// So an input that was changed anywhere still has frames of the right length.
    struct FrameInput {
        enum Step {
            /// These bytes arrive.
            case arrive([UInt8])
            /// Time passes.
            case wait(TimeAmount)
            /// The server's address book changes its mind, or the client makes a call: by a number.
            case act(Int)
        }

        var isClient = false
        var hasNoHello = false
        var steps: [Step] = []

        init?(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count >= 2 else { return nil }
            isClient = bytes[0] & 1 != 0
            hasNoHello = bytes[0] & 4 != 0
            let chunk = Int(bytes[1])
            var rest = bytes[2...]
            if bytes[0] & 2 != 0 {
                add(Array(rest), chunk)
                return
            }
            while rest.count >= 3, steps.count < 200 {
                let header = Array(rest.prefix(3))
                let body = Array(rest.dropFirst(3).prefix(Int(header[1]) | Int(header[2]) << 8))
                rest = rest.dropFirst(3 + body.count)
                switch header[0] {
                case 0...8: add(Self.frame([header[0] + 1 << 3 | 2] + Self.prefixed(body)), chunk)
                case 9...199: add(Self.frame(body), chunk)
                case 200...227: steps.append(.wait(.milliseconds(1 << Int64(header[0] - 200))))
                default: steps.append(.act(Int(header[0])))
                }
            }
        }

        private mutating func add(_ bytes: [UInt8], _ chunk: Int) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = rest.prefix(chunk == 0 ? rest.count : chunk)
                steps.append(.arrive(Array(part)))
                rest = rest.dropFirst(part.count)
            }
        }

        static func frame(_ content: [UInt8]) -> [UInt8] {
            withUnsafeBytes(of: UInt32(content.count).bigEndian) { Array($0) } + content
        }

        static func prefixed(_ bytes: [UInt8]) -> [UInt8] {
            var result: [UInt8] = []
            var rest = bytes.count
            while rest >= 0x80 {
                result.append(UInt8(rest & 0x7f) | 0x80)
                rest >>= 7
            }
            return result + [UInt8(rest)] + bytes
        }
    }
#endif
