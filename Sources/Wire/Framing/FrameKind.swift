/// The kinds of frame; the raw value is the field number in `icds.wire.v1.Frame`.
enum FrameKind: UInt32, CaseIterable, Sendable {
    case hello = 1
    case call, message, credit, cancel, end, ping, pong, goAway
}
