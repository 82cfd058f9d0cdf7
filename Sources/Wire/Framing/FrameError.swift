/// Bytes that are no frame. Fatal to the connection: after it nobody knows where the next begins.
enum FrameError: Error, Equatable, Sendable {
    /// The length before the frame is over the limit. Nothing of the frame was buffered.
    case tooLarge(bytes: Int, bytesMax: Int)
    /// The bytes are not an `icds.wire.v1.Frame` with exactly one known kind.
    case malformed(Problem)

    /// What is wrong with a frame; the raw value completes the sentence "the frame …".
    enum Problem: String, Sendable {
        case empty = "has no kind"
        case unknownKind = "is of an unknown kind"
        case severalKinds = "has more than one kind"
        case truncatedField = "ends inside a field"
        case badVarint = "holds a varint that is too long"
        case badTag = "holds an impossible field tag"
        case wrongWireType = "holds a field of the wrong wire type"
        case invalidText = "holds text that is not UTF-8 or contains NUL"
        case outOfRange = "holds a number that is out of range"
    }

    /// The status that the peer gets in a GoAway (PROTOCOL.md, "Errors of the connection").
    var status: RPCStatus {
        switch self {
        case .tooLarge(let bytes, let bytesMax):
            LibraryReason.frameTooLarge.status(
                "a frame of \(bytes) bytes is over the limit of \(bytesMax)")
        case .malformed(let problem):
            LibraryReason.protocolError.status("the frame \(problem.rawValue)")
        }
    }
}
