import Contract
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct ListAccessesTests {
    @Test func everyAccessSaysWhoWhenWhatForAndOnWhatGround() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture)
        let response = try await fixture.county("08").sharing.fetch(made.fetchRequest())
        let accesses = try await made.caller.accesses(to: made.client.clientID)
        #expect(
            accesses.map { String($0.method.split(separator: "/").last ?? "") } == [
                "Fetch", "AcceptParticipation", "InviteCounty", "StartAssessment", "CreateClient",
            ])
        let fetch = try #require(accesses.first)
        #expect(fetch.actorKind == .county && fetch.actorCode == "08")
        #expect(fetch.actorSystem == "casework" && fetch.userID == "county-user")
        #expect(fetch.outcome == .permitted && fetch.refusalReason.isEmpty)
        #expect(fetch.purpose == .assessment && fetch.rule == "WC-ASSESS")
        #expect(fetch.legalBasis == response.decision?.legalBasis)
        #expect(fetch.decisionID == response.decision?.decisionID)
        #expect(fetch.released == response.decision?.released)
        #expect(fetch.statedReason == "Meeting with the client.")
        #expect(fetch.clientID == made.client.clientID && fetch.clientCount == 1)
        #expect(fetch.leafHash.count == 32 && fetch.accessTime != nil)
        #expect(accesses.last?.purpose == .integrationServices, "a municipality's own purpose")
    }

    @Test func theListingItselfAppearsLater() async throws {
        let fixture = try await ServiceFixture.shared()
        let made = try await ServiceCase.make(fixture, to: .recorded)
        let first = try await made.caller.accesses(to: made.client.clientID)
        #expect(first.map(\.method) == ["icds.v1.ClientService/CreateClient"])
        let second = try await made.caller.accesses(to: made.client.clientID)
        #expect(second.first?.method == "icds.v1.AuditService/ListAccesses")
        #expect(second.count == 2)
    }

    @Test func pagesFollowEachOtherWithoutGapsOrRepeats() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(try await fixture.activeMunicipality())
        for _ in 0..<7 { _ = try await caller.create() }
        var clients: Set<String> = []
        var sequences: [Int64] = []
        var token = ""
        repeat {
            let page = try await caller.audit.listAccesses(
                .with {
                    $0.access = ServiceExamples.access(.logOversight)
                    $0.pageSize = 3
                    $0.pageToken = token
                })
            #expect(page.accesses.count <= 3)
            sequences += page.accesses.map(\.sequence)
            clients.formUnion(page.accesses.map(\.clientID))
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(clients.count == 7)
        #expect(sequences == sequences.sorted(by: >) && Set(sequences).count == 7)
    }

    @Test func aTokenBelongsToOneListingOfOneMunicipality() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(ServiceFixture.tampere)
        for _ in 0..<2 { _ = try await caller.create() }
        let page = try await caller.audit.listAccesses(
            .with {
                $0.access = ServiceExamples.access(.logOversight)
                $0.pageSize = 1
            })
        let token = page.nextPageToken
        #expect(!token.isEmpty)
        let oulu = fixture.municipality(ServiceFixture.oulu)
        for (other, client, token) in [
            (oulu, "", token), (caller, "00000000-0000-4000-8000-000000000000", token),
            (caller, "", String(token.dropLast(2))), (caller, "", "zz"),
        ] {
            let refusal = try await status {
                _ = try await other.audit.listAccesses(
                    .with {
                        $0.access = ServiceExamples.access(.logOversight)
                        $0.clientID = client
                        $0.pageToken = token
                    })
            }
            #expect(refusal?.violationSummary == ["page_token FORMAT"])
        }
    }

    @Test func refusedFieldsAreOnRecordToo() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(try await fixture.activeMunicipality())
        _ = try await status { _ = try await caller.create(Client()) }
        let access = try #require(try await caller.accesses().first)
        #expect(access.outcome == .refused && access.refusalReason == "INVALID_FIELD")
        #expect(access.clientID.isEmpty && access.clientCount == 0)
    }
}
