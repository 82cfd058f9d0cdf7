import Contract
import Testing

@testable import Wire

/// proto3's JSON mapping.
@Suite struct JSONMappingTests {
    @Test func clientComesBack() throws {
        let text = GoldenBytesTests.client.jsonString()
        #expect(try Client(jsonString: text) == GoldenBytesTests.client)
        let expected =
            #"{"clientId":"0190c2f4-5b7e-7c3a-9d11-0a1b2c3d4e5f","municipalityCode":"837","#
            + #""etag":"7","status":"CLIENT_STATUS_ACTIVE","nonDisclosureOrder":true,"#
            + #""identityCode":"010594Y9032","#
            + #""name":{"givenNames":"Åsa Élodie","familyName":"Öhman"},"residenceTitles":"#
            + #"[{"type":"RESIDENCE_TITLE_TYPE_TEMPORARY","ground":"RESIDENCE_GROUND_FAMILY","#
            + #""validFrom":"2025-01-31"},{}],"citizenships":["SO","XX"],"#
            + #""background":{"educationLevel":300},"reimbursements":[{"amountCents":"-5"}],"#
            + #""createTime":"2026-01-01T00:00:00.250Z"}"#
        #expect(text == expected)
    }

    @Test func bothSpellingsOfANameAreRead() throws {
        #expect(try Client(jsonString: #"{"client_id":"a"}"#).clientID == "a")
        #expect(try Client(jsonString: #"{"clientId":"a"}"#).clientID == "a")
        #expect(throws: JSONError("the field comes twice", path: "client_id")) {
            try Client(jsonString: #"{"clientId":"a","client_id":"a"}"#)
        }
    }

    @Test func nullIsTheDefault() throws {
        let text = """
            {"clientId":null,"status":null,"name":null,"residenceTitles":null,
             "nonDisclosureOrder":null,"createTime":null}
            """
        #expect(try Client(jsonString: text) == Client())
        #expect(try FetchRequest(jsonString: #"{"caseReference":null}"#).subject == nil)
        #expect(try EchoRequest(jsonString: #"{"labels":null,"payload":null}"#) == EchoRequest())
    }

    @Test func errorsNameThePlace() {
        func path(_ text: String) -> String? {
            do throws(JSONError) {
                _ = try Client(jsonString: text)
                return nil
            } catch {
                return error.path
            }
        }
        #expect(path(#"{"nome":1}"#) == "nome")
        #expect(path(#"{"name":{"nick":1}}"#) == "name.nick")
        #expect(path(#"{"residenceTitles":[{},{"type":"X"}]}"#) == "residenceTitles[1].type")
        #expect(path(#"{"citizenships":["SO",1]}"#) == "citizenships[1]")
        #expect(path(#"{"name":[]}"#) == "name")
        #expect(path(#"{"residenceTitles":[null]}"#) == "residenceTitles[0]")
        #expect(path("[]") == "")
    }

    @Test func enumsAreNamesOrNumbers() throws {
        #expect(try CheckResponse(jsonString: #"{"status":1}"#).status == .serving)
        let named = #"{"status":"SERVING_STATUS_SERVING"}"#
        #expect(try CheckResponse(jsonString: named).status == .serving)
        let unknown = try CheckResponse(jsonString: #"{"status":99}"#)
        #expect(unknown.status == .unrecognized(99))
        #expect(unknown.jsonString() == #"{"status":99}"#)
        #expect(throws: JSONError.self) { try CheckResponse(jsonString: #"{"status":"SERVING"}"#) }
        #expect(throws: JSONError.self) { try CheckResponse(jsonString: #"{"status":1.5}"#) }
        #expect(throws: JSONError.self) { try CheckResponse(jsonString: #"{"status":"1"}"#) }
    }

    @Test func integersKeepTheirRange() throws {
        func cents(_ text: String) throws -> Int64 {
            try Reimbursement(jsonString: "{\"amountCents\":\(text)}").amountCents
        }
        #expect(try cents("\"9223372036854775807\"") == .max)
        #expect(try cents("-9223372036854775808") == .min)
        #expect(try cents("1e2") == 100)
        #expect(try cents("1.50e1") == 15)
        #expect(try cents("1.0") == 1)
        #expect(try cents("\"100e-2\"") == 1)
        let wrong = [
            "9223372036854775808", "1.5", "\"\"", "\" 1\"", "\"+1\"", "\"1x\"", "\"0x1\"", "true",
            "1e99", "1e-1", "\"--1\"", "\"1.\"",
        ]
        for text in wrong {
            #expect(throws: JSONError.self, "\(text)") { try cents(text) }
        }
        #expect(throws: JSONError.self) { try CheckResponse(jsonString: #"{"schemaVersion":-1}"#) }
        let most = try CheckResponse(jsonString: #"{"schemaVersion":4294967295}"#)
        #expect(most.schemaVersion == .max)
    }

    @Test func bytesAreBase64OfEitherAlphabet() throws {
        func payload(_ text: String) throws -> [UInt8] {
            try EchoRequest(jsonString: "{\"payload\":\"\(text)\"}").payload
        }
        #expect(try payload("+/8=") == [0xFB, 0xFF])
        #expect(try payload("-_8") == [0xFB, 0xFF])
        #expect(try payload("AQ==") == [1])
        for text in ["A", "AQ=", "AQ===", "A*==", "AR==", "AQ==AQ=="] {
            #expect(throws: JSONError.self, "\(text)") { try payload(text) }
        }
        for count in 0..<10 {
            let request = EchoRequest.with { $0.payload = (0..<count).map { UInt8($0 * 28) } }
            #expect(try EchoRequest(jsonString: request.jsonString()) == request)
        }
    }

    @Test func oneofsTakeOneMember() throws {
        let request = try FetchRequest(jsonString: #"{"identityCode":""}"#)
        #expect(request.subject == .identityCode(""))
        #expect(request.jsonString() == #"{"identityCode":""}"#)
        #expect(throws: JSONError.self) {
            try FetchRequest(jsonString: #"{"identityCode":"a","caseReference":"b"}"#)
        }
    }

    @Test func mapsAndRecursionComeBack() throws {
        let request = EchoRequest.with {
            $0.labels = ["b": "2", "a": "1"]
            $0.node = .with { $0.child = Node() }
            $0.numbers = [1, .max]
        }
        let text = #"{"numbers":[1,4294967295],"node":{"child":{}},"labels":{"a":"1","b":"2"}}"#
        #expect(request.jsonString() == text)
        #expect(try EchoRequest(jsonString: text) == request)
    }
}
