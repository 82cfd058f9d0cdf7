import Contract
import Testing
import Wire

@Suite struct RedactionTests {
    @Test func personalFieldsAreRedactedAtEveryLevel() {
        let description = GoldenBytesTests.client.description
        for secret in ["010594Y9032", "Åsa", "Öhman", "2025-01-31", "SO", "300", "amount"] {
            #expect(!description.contains(secret))
        }
        #expect(description.contains("identity_code: [redacted]"))
        #expect(description.contains("name: [redacted]"))
        #expect(description.contains("municipality_code: \"837\""))
        #expect(description.contains("status: CLIENT_STATUS_ACTIVE"))
        let name = PersonName.with { $0.givenNames = "Åsa" }
        #expect(name.description == "PersonName(given_names: [redacted])")
        #expect("\(GetClientResponse.with { $0.client = GoldenBytesTests.client })".count < 50)
    }

    @Test func nestedMessagesUseTheirOwnRedactedDescription() {
        let response = ListAccessesResponse.with {
            $0.accesses = [
                .with {
                    $0.sequence = 7
                    $0.statedReason = "secret words"
                    $0.leafHash = [1, 2, 3]
                }
            ]
        }
        let expected =
            "ListAccessesResponse(accesses: [Access(sequence: 7, "
            + "stated_reason: [redacted], leaf_hash: 3 bytes)])"
        #expect(response.description == expected)
    }

    @Test func oneofMembersAreRedactedByTheirOwnOption() {
        let secret = FetchRequest.with { $0.subject = .identityCode("010594Y9032") }
        #expect(secret.description == "FetchRequest(identity_code: [redacted])")
        let open = FetchRequest.with { $0.subject = .caseReference("K-1") }
        #expect(open.description == "FetchRequest(case_reference: \"K-1\")")
    }

    @Test func descriptionsStayOnOneLineAndShort() {
        let echo = EchoRequest.with {
            $0.text = String(repeating: "x", count: 10_000)
            $0.numbers = Array(0..<1_000)
            $0.labels = ["secret": "value"]
        }
        #expect(echo.description.count < 250)
        #expect(!echo.description.contains("secret"))
        let injected = EchoRequest.with { $0.text = "a\nlevel=info forged" }
        #expect(!injected.description.contains("\n"))
    }

    @Test func addressesSayWhatTheyNameAndNotHow() {
        let request = FindClientRequest.with { $0.identityCode = "010594Y9032" }
        #expect(request.address.description == "RequestAddress(identity_code)")
    }
}
