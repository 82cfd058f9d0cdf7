// The insides of Wire are visible in debug builds only, so that is where these targets exist.
#if DEBUG
    /// What can be fuzzed. Each takes any bytes, and any bytes mean something to it.
    public enum FuzzTarget: String, CaseIterable, Sendable {
        /// A connection of a server or of a client that gets frames, or what may be frames.
        case frames
        /// A message of the contract in bytes or in JSON.
        case messages

        /// Runs one input. What must not be is thrown; what must not happen at all stops the process.
        public func run(_ bytes: UnsafeRawBufferPointer) throws(FuzzFinding) {
            switch self {
            case .frames: try FramesTarget.run(bytes)
            case .messages: try MessagesTarget.run(bytes)
            }
        }
    }

    /// Something that must not be, found by a target.
    public struct FuzzFinding: Error, CustomStringConvertible {
        public let description: String
    }
#endif
