import Testing

@testable import Wire

/// Trace contexts of the W3C's examples, and what is not one.
@Suite struct TraceContextTests {
    private static let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00-\(traceID)-00f067aa0ba902b7-01"

    @Test func parentIsReadAndWritten() throws {
        let context = try #require(TraceContext(traceparent: Self.parent, tracestate: "a=1,b=2"))
        #expect(context.traceID == Self.traceID)
        #expect(context.parentID == "00f067aa0ba902b7")
        #expect(context.flags == 1)
        #expect(context.state == "a=1,b=2")
        #expect(context.traceparent == Self.parent)
    }

    @Test func laterVersionIsReadAsFarAsItIsKnown() throws {
        let context = try #require(TraceContext(traceparent: "cc\(Self.parent.dropFirst(2))-more"))
        #expect(context.traceparent == Self.parent)
    }

    @Test(arguments: [
        "", "00", "\(parent)-more", "\(parent)0", "ff\(parent.dropFirst(2))",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-\(traceID)-0000000000000000-01", "00-\(traceID.uppercased())-00f067aa0ba902b7-01",
        "00_\(traceID)-00f067aa0ba902b7-01", "00-\(traceID)-00f067aa0ba902b7-0g",
        "cc\(parent.dropFirst(2)).more",
    ])
    func whatIsNoParentIsNone(_ text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func stateThatIsTooLongIsLeftOut() throws {
        let atLimit = String(repeating: "a", count: TraceContext.stateBytesMax)
        #expect(TraceContext(traceparent: Self.parent, tracestate: atLimit)?.state == atLimit)
        #expect(TraceContext(traceparent: Self.parent, tracestate: atLimit + "a")?.state == "")
    }

    @Test func metadataCarriesOneContext() throws {
        var metadata = Metadata()
        metadata.append("tracestate", "old=1")
        metadata.append("other", "kept")
        let context = try #require(TraceContext(traceparent: Self.parent, tracestate: "a=1"))
        metadata.set(context)
        #expect(TraceContext(metadata) == context)
        #expect(metadata.entries.map(\.key) == ["other", "traceparent", "tracestate"])
        #expect(TraceContext(Metadata()) == nil)
    }
}
