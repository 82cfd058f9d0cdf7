import Foundation
import Testing

@testable import Wire

/// The worked conversation of PROTOCOL.md, byte for byte: it decodes as it says, and the encoders write
/// the same bytes.
@Suite struct ProtocolConversationTests {
    private let frames: [ConversationFrame]

    init() throws {
        frames = try ConversationFrame.inDocument()
    }

    @Test func framesAreWhatTheyAreCalledAndAsLongAsTheySay() throws {
        #expect(
            frames.map(\.kind)
                == [
                    "Hello", "Hello", "Call", "End", "Call", "Message", "Message", "End", "Call",
                    "Message", "Message", "End",
                ])
        for frame in frames {
            let length = frame.bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            #expect(length == frame.bytes.count - 4)
            let name = try #require(FrameKind(tag: frame.bytes[4])).documentName
            #expect(name == frame.kind)
        }
    }

    @Test func decodingAndEncodingGivesTheSameBytes() throws {
        for frame in frames {
            let body = Array(frame.bytes.dropFirst(4))
            #expect(try Frame(decoding: body).encoded() == body, "\(frame.kind)")
        }
    }

    @Test func theHelloTellsTheDefaultLimits() throws {
        let body = Array(try #require(frames.dropFirst().first).bytes.dropFirst(4))
        guard case .hello(let hello) = try Frame(decoding: body).kind else {
            Issue.record("the second frame is no Hello")
            return
        }
        #expect(hello.limits == ConnectionLimits(Limits.default))
        #expect(hello.implementation == ProtocolVersion.implementation)
        #expect(hello.versions == [ProtocolVersion.current])
    }
}

/// One frame of the section "A conversation in bytes".
struct ConversationFrame {
    let isFromClient: Bool
    let kind: String
    var bytes: [UInt8] = []

    /// All of them, in their order.
    static func inDocument() throws -> [ConversationFrame] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let document = try String(
            contentsOf: root.appending(path: "proto/PROTOCOL.md"), encoding: .utf8)
        let section = try #require(
            document.components(separatedBy: "\n## A conversation in bytes\n").last)
        let block = section.components(separatedBy: "```")[1]
        var frames: [ConversationFrame] = []
        for line in block.split(separator: "\n") {
            if let kind = line.split(separator: ": ").last, line.hasPrefix("client: ") {
                frames.append(ConversationFrame(isFromClient: true, kind: String(kind)))
            } else if let kind = line.split(separator: ": ").last, line.hasPrefix("server: ") {
                frames.append(ConversationFrame(isFromClient: false, kind: String(kind)))
            } else {
                // The bytes end where two spaces follow one of them: then comes what they are.
                let text = line.dropFirst().components(separatedBy: "  ")[0]
                let bytes = try text.split(separator: " ").map { pair in
                    try #require(UInt8(pair, radix: 16), "\(line)")
                }
                frames[frames.count - 1].bytes += bytes
            }
        }
        return frames
    }
}

extension FrameKind {
    /// The kind of a frame by its first byte.
    fileprivate init?(tag: UInt8) {
        self.init(rawValue: UInt32(tag >> 3))
    }

    fileprivate var documentName: String {
        let name = "\(self)"
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
