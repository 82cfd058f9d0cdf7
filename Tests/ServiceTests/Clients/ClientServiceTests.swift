import Contract
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct ClientServiceTests {
    private let tampere = ServiceFixture.tampere

    @Test func aClientIsReadAsItWasRecorded() async throws {
        let fixture = try await ServiceFixture.shared()
        let sent = ServiceExamples.client()
        let created = try await fixture.municipality(tampere).create(sent)
        #expect(created.municipalityCode == "837")
        #expect(created.status == .active)
        #expect(created.identityCode == sent.identityCode)
        #expect(created.birthDate.hasPrefix("19"))
        #expect(created.createTime != nil && !created.etag.isEmpty)
        let read = try await fixture.municipality(tampere).get(created.clientID)
        #expect(read == created)
        for field in ClientField.allCases where field != .status && field != .birthDate {
            #expect(field.isSet(in: read) == field.isSet(in: sent), "\(field)")
        }
        #expect(read.health == sent.health && read.reimbursements == sent.reimbursements)
    }

    @Test func eachGroupHasItsSource() async throws {
        let fixture = try await ServiceFixture.shared()
        let created = try await fixture.municipality(tampere).create()
        #expect(created.sources.map(\.category.rawValue) == [1, 2, 3, 4, 5, 7, 8, 9, 10])
        let residence = created.sources.first { $0.category == .residence }
        #expect(residence?.kind == .authority)
        #expect(residence?.sourceName == "Finnish Immigration Service")
        let name = created.sources.first { $0.category == .nameAndContact }
        #expect(name?.kind == .client && name?.recordedBy == "user-1" && name?.recordTime != nil)
    }

    @Test func aNewcomerMayHaveNoCode() async throws {
        let fixture = try await ServiceFixture.shared()
        let client = try await fixture.municipality(tampere).create(
            .with {
                $0.name = .with {
                    $0.givenNames = "Samir"
                    $0.familyName = "Esimerkki"
                }
            })
        #expect(client.identityCode.isEmpty && client.birthDate.isEmpty && client.contact == nil)
        #expect(client.sources.map(\.category) == [.nameAndContact])
        #expect(try await fixture.municipality(tampere).get(client.clientID) == client)
    }

    @Test func findGoesByAllElevenCharacters() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let created = try await caller.create()
        let found = try await find(created.identityCode, by: caller)
        #expect(found == created)
        // The same digits with another separator are another person.
        let other = created.identityCode.replacing("-", with: "Y")
        let refusal = try await status { _ = try await find(other, by: caller) }
        #expect(refusal?.reason == "CLIENT_NOT_FOUND")
        let malformed = try await status { _ = try await find("010594y9032", by: caller) }
        #expect(malformed?.code == .invalidArgument)
        #expect(malformed?.violationSummary == ["identity_code SEPARATOR"])
    }

    private func find(_ code: String, by caller: ServiceCaller) async throws -> Client? {
        try await caller.clients.findClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.identityCode = code
            }
        ).client
    }

    @Test func aCodeBelongsToOneClientOfAMunicipality() async throws {
        let fixture = try await ServiceFixture.shared()
        let client = ServiceExamples.client()
        let first = try await fixture.municipality(tampere).create(client)
        let refusal = try await status {
            _ = try await fixture.municipality(tampere).create(client)
        }
        #expect(refusal?.code == .alreadyExists && refusal?.reason == "IDENTITY_CODE_IN_USE")
        // Another municipality knows nothing of it.
        _ = try await fixture.municipality(ServiceFixture.oulu).create(client)
        let accesses = try await fixture.municipality(tampere).accesses(to: first.clientID)
        #expect(accesses.first?.refusalReason == "IDENTITY_CODE_IN_USE")
    }

    @Test func nothingOfAMalformedClientIsRecorded() async throws {
        let fixture = try await ServiceFixture.shared()
        var client = ServiceExamples.client()
        client.identityCode = "010594Y9033"
        client.name = nil
        let refusal = try await status {
            _ = try await fixture.municipality(tampere).create(client)
        }
        #expect(refusal?.code == .invalidArgument && refusal?.reason == "INVALID_FIELD")
        #expect(
            refusal?.violationSummary == [
                "client.identity_code CHECK_CHARACTER", "client.name REQUIRED",
            ])
        #expect(refusal?.message.contains("9033") == false)
    }

    @Test func unknownAndMalformedIdsAreNotFound() async throws {
        let fixture = try await ServiceFixture.shared()
        for id in ["", "x", "00000000-0000-4000-8000-000000000000"] {
            let refusal = try await status { _ = try await fixture.municipality(tampere).get(id) }
            #expect(refusal == ClientRefusals.notFound)
        }
    }

    @Test func theDatabaseKeepsNoCodeInTheClear() async throws {
        let fixture = try await ServiceFixture.shared()
        let created = try await fixture.municipality(tampere).create()
        let rows = try fixture.rows(
            "SELECT c::text FROM m837.client c WHERE client_id = '\(created.clientID)'")
        let text = try #require(rows.first?.first ?? nil)
        #expect(text.contains("Esimerkki"))
        #expect(!text.contains(created.identityCode))
    }

    @Test func productionTakesNoArtificialCodes() async throws {
        let check = ClientValidation(
            acceptance: .realOnly, today: CalendarDate(year: 2026, month: 1, day: 1) ?? .distantPast
        )
        var violations = FieldViolations()
        _ = check.check(ServiceExamples.client(), at: "client", &violations)
        #expect(violations.summary == ["client.identity_code INDIVIDUAL_NUMBER"])
    }
}
