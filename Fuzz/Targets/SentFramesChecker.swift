#if DEBUG
    import NIOCore
    import NIOEmbedded
    @testable import Wire

    /// Reads what a side sends as its peer would, and says where it breaks the protocol.
    struct SentFramesChecker {
        private let isServer: Bool
        private var buffer = FrameBuffer(frameBytesMax: Limits.default.frameBytesMax)
        private var hasBegun = false
        private var isOver = false
        private var ended: Set<UInt32> = []

        init(isServer: Bool) {
            self.isServer = isServer
        }

        mutating func check(_ side: some SideUnderTest) throws(FuzzFinding) {
            while let bytes = try? side.channel.readOutbound(as: ByteBuffer.self) {
                buffer.append(bytes)
            }
            for kind in try sentKinds() {
                if let problem = problem(kind) {
                    throw FuzzFinding(description: "sent what it must not: \(problem)")
                }
            }
        }

        private mutating func sentKinds() throws(FuzzFinding) -> [Frame.Kind] {
            var kinds: [Frame.Kind] = []
            do throws(FrameError) {
                while try buffer.withNextFrame({ raw throws(FrameError) in
                    _ = try InboundFrame(decoding: raw)
                    guard let kind = (try? Frame(decoding: raw))?.kind else {
                        throw .malformed(.empty)
                    }
                    kinds.append(kind)
                }) {}
            } catch {
                throw FuzzFinding(description: "sent what is no frame: \(error)")
            }
            return kinds
        }

        private mutating func problem(_ kind: Frame.Kind) -> String? {
            if isOver { return "\(kind) after the end" }
            defer { hasBegun = true }
            switch kind {
            case .hello: return hasBegun ? "a second Hello" : nil
            case .goAway(let goAway):
                if !isServer { return "a client's GoAway" }
                isOver = goAway.code != 0
                return nil
            case _ where !hasBegun: return "\(kind) before the Hello"
            case .end(let end):
                if !isServer { return "a client's End" }
                return ended.insert(end.callID).inserted ? nil : "a second End of \(end.callID)"
            case .message(let message):
                return ended.contains(message.callID) ? "a Message after the End" : nil
            case .call: return isServer ? "a server's Call" : nil
            case .cancel: return isServer ? "a server's Cancel" : nil
            case .credit(let credit): return credit.bytes == 0 ? "a Credit of nothing" : nil
            case .ping, .pong: return nil
            }
        }
    }
#endif
