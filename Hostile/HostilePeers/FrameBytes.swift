import Contract
import Wire

/// Frames as bytes, good and bad ones.
enum FrameBytes {
    static let echo = EchoServiceMethods.echo.fullName

    /// A frame with its length before it.
    static func of(_ kind: Frame.Kind) -> [UInt8] {
        let body = (try? Frame.with { $0.kind = kind }.encoded()) ?? []
        return length(body.count) + body
    }

    static func length(_ bytes: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(bytes).bigEndian, Array.init)
    }

    static let hello = of(
        .hello(
            .with {
                $0.versions = [1]
                $0.implementation = "hostile/1"
            }))

    /// Behind the length of a frame of 4,000,000 bytes: a call with a payload of nearly all of it.
    static let largeCallStart: [UInt8] = {
        // Call, 3,999,995 bytes; payload, 3,999,990 bytes.
        [0x12, 0xfb, 0x91, 0xf4, 0x01, 0x2a, 0xf6, 0x91, 0xf4, 0x01]
    }()

    static func metadata(entries: Int) -> [MetadataEntry] {
        (0..<entries).map { number in
            .with {
                $0.key = "key-\(number)"
                $0.value = [UInt8](repeating: 0x61, count: 100)
            }
        }
    }

    static func ping(_ opaque: UInt64) -> [UInt8] { of(.ping(.with { $0.opaque = opaque })) }

    static func cancel(_ id: UInt32) -> [UInt8] { of(.cancel(.with { $0.callID = id })) }

    static func call(
        _ id: UInt32, method: String = echo, payload: [UInt8] = [],
        metadata: [MetadataEntry] = []
    ) -> [UInt8] {
        of(
            .call(
                .with {
                    $0.callID = id
                    $0.method = method
                    $0.timeoutMilliseconds = 5_000
                    $0.metadata = metadata
                    $0.payload = payload
                    $0.endOfStream = true
                }))
    }

    /// The request of an echo call. The server of the harness keeps those waiting that say "wait".
    static func request(_ text: String = "", payloadBytes: Int = 0) -> [UInt8] {
        let request = EchoRequest.with {
            $0.text = text
            $0.payload = [UInt8](repeating: 7, count: payloadBytes)
        }
        return (try? request.encoded()) ?? []
    }
}
