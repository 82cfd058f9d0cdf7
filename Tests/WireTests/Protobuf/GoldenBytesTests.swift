import Contract
import Testing

@testable import Wire

/// Bytes that `protoc --encode` made of the same messages.
@Suite struct GoldenBytesTests {
    static let clientBytes = bytes(
        hex: """
            0a2430313930633266342d356237652d376333612d396431312d3061316232633364346535661203383337
            1a013720012801320b303130353934593930333242160a0cc385736120c3896c6f6469651206c396686d61
            6e5210080210041a0a323032352d30312d333152005a02534f5a0258586a0308ac028a010b10fbffffffff
            ffffffff019a010b0880f2d6ca061080e59a77
            """)

    static let client = Client.with {
        $0.clientID = "0190c2f4-5b7e-7c3a-9d11-0a1b2c3d4e5f"
        $0.municipalityCode = "837"
        $0.etag = "7"
        $0.status = .active
        $0.nonDisclosureOrder = true
        $0.identityCode = "010594Y9032"
        $0.name = .with {
            $0.givenNames = "Åsa Élodie"
            $0.familyName = "Öhman"
        }
        $0.residenceTitles = [
            .with {
                $0.type = .temporary
                $0.ground = .family
                $0.validFrom = "2025-01-31"
            },
            ResidenceTitle(),
        ]
        $0.citizenships = ["SO", "XX"]
        $0.background = .with { $0.educationLevel = 300 }
        $0.reimbursements = [.with { $0.amountCents = -5 }]
        $0.createTime = Timestamp(seconds: 1_767_225_600, nanos: 250_000_000)
    }

    @Test func clientEncodesAsProtocDoes() throws {
        #expect(try Self.client.encoded() == Self.clientBytes)
    }

    @Test func clientDecodesWhatProtocWrote() throws {
        #expect(try Client(decoding: Self.clientBytes) == Self.client)
    }

    @Test func oneofKeepsAnEmptyMember() throws {
        let golden = bytes(hex: "0a090a02753110021a017212033833371a002a020809")
        let request = FetchRequest.with {
            $0.access = .with {
                $0.userID = "u1"
                $0.purpose = .assessment
                $0.reason = "r"
            }
            $0.municipalityCode = "837"
            $0.subject = .caseReference("")
            $0.categories = [.health, .placement]
        }
        #expect(try request.encoded() == golden)
        #expect(try FetchRequest(decoding: golden) == request)
    }

    @Test func emptyMessageIsNoBytes() throws {
        #expect(try Client().encoded().isEmpty)
        #expect(try Client(decoding: []) == Client())
    }

    @Test func mapsAreWrittenInTheOrderOfTheirKeys() throws {
        let request = EchoRequest.with { $0.labels = ["b": "2", "a": "1", "": ""] }
        let golden = bytes(hex: "2a00 2a060a01611201312a060a0162120132")
        #expect(try request.encoded() == golden)
        #expect(try EchoRequest(decoding: golden) == request)
    }

    @Test func everyKindOfFieldOfAFrameComesBack() throws {
        let frame = Frame.with {
            $0.kind = .call(
                .with {
                    $0.callID = .max
                    $0.method = "icds.v1.ClientService/GetClient"
                    $0.timeoutMilliseconds = 1
                    $0.metadata = [
                        .with {
                            $0.key = "k-bin"
                            $0.value = [0, 255]
                        }
                    ]
                    $0.payload = [0, 1, 2]
                    $0.endOfStream = true
                })
        }
        #expect(try Frame(decoding: frame.encoded()) == frame)
        let ping = Frame.with { $0.kind = .ping(.with { $0.opaque = .max }) }
        #expect(try ping.encoded() == bytes(hex: "3a09 09ffffffffffffffff"))
        #expect(try Frame(decoding: ping.encoded()) == ping)
        let goAway = GoAway.with { $0.code = -1 }
        #expect(try GoAway(decoding: goAway.encoded()) == goAway)
    }

    @Test func recursiveMessagesComeBack() throws {
        let node = Node.with { $0.child = .with { $0.child = Node() } }
        #expect(try node.encoded() == bytes(hex: "0a020a00"))
        #expect(try Node(decoding: node.encoded()) == node)
        #expect(node != Node.with { $0.child = Node() })
    }

    @Test func unknownEnumNumbersAreKept() throws {
        let response = try CheckResponse(decoding: bytes(hex: "0863"))
        #expect(response.status == .unrecognized(99))
        #expect(try response.encoded() == bytes(hex: "0863"))
        let negative = try CheckResponse(decoding: bytes(hex: "08ffffffffffffffffff01"))
        #expect(negative.status == .unrecognized(-1))
    }
}
