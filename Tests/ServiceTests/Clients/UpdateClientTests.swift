import Contract
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct UpdateClientTests {
    private let tampere = ServiceFixture.tampere

    private func update(
        _ client: Client, _ paths: [String], etag: String? = nil, by caller: ServiceCaller,
        _ change: (inout Client) -> Void
    ) async throws -> Client? {
        var new = Client()
        change(&new)
        return try await caller.clients.updateClient(
            .with {
                $0.access = ServiceExamples.access(user: "user-2")
                $0.clientID = client.clientID
                $0.etag = etag ?? client.etag
                $0.client = new
                $0.updateMask = FieldMask(paths: paths)
            }
        ).client
    }

    @Test func onlyNamedFieldsChange() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let created = try await caller.create()
        let updated = try #require(
            try await update(created, ["health", "contact"], by: caller) {
                $0.health = .with { $0.summary = "Recovered." }
                $0.name = .with { $0.familyName = "Ignored" }
                $0.sources = [
                    .with {
                        $0.category = .health
                        $0.kind = .representative
                        $0.sourceName = "Guardian"
                    }
                ]
            })
        #expect(updated.health?.summary == "Recovered.")
        #expect(updated.contact == nil, "named and not set: emptied")
        #expect(updated.name == created.name)
        #expect(updated.etag != created.etag)
        #expect(updated.updateTime != created.updateTime)
        #expect(updated.createTime == created.createTime)
        let health = updated.sources.first { $0.category == .health }
        #expect(health?.kind == .representative && health?.recordedBy == "user-2")
        let residence = updated.sources.first { $0.category == .residence }
        #expect(residence == created.sources.first { $0.category == .residence })
        #expect(try await caller.get(created.clientID) == updated)
    }

    @Test func anEmptiedGroupHasNoSource() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let created = try await caller.create()
        let updated = try await update(created, ["placement"], by: caller) { _ in }
        #expect(updated?.placement == nil)
        #expect(updated?.sources.map(\.category).contains(.placement) == false)
    }

    @Test func aStaleEtagChangesNothing() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let created = try await caller.create()
        let updated = try await update(created, ["citizenships"], by: caller) {
            $0.citizenships = ["FI", "SO"]
        }
        let refusal = try await status {
            _ = try await update(created, ["citizenships"], by: caller) { $0.citizenships = ["SE"] }
        }
        #expect(refusal?.code == .aborted && refusal?.reason == "ETAG_MISMATCH")
        #expect(try await caller.get(created.clientID) == updated)
    }

    @Test func ofTwoUpdatesAtOnceOneWins() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let created = try await caller.create()
        let reasons = try await withThrowingTaskGroup(of: String.self) { group in
            for code in ["FI", "SE", "EE", "DE"] {
                group.addTask {
                    try await status {
                        _ = try await update(created, ["citizenships"], by: caller) {
                            $0.citizenships = [code]
                        }
                    }?.reason ?? "OK"
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reasons.sorted() == ["ETAG_MISMATCH", "ETAG_MISMATCH", "ETAG_MISMATCH", "OK"])
    }

    @Test func theClientIsCheckedAsAWhole() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let created = try await caller.create()
        let refusal = try await status {
            _ = try await update(created, ["birth_date", "name"], by: caller) {
                $0.birthDate = "1850-01-01"
            }
        }
        #expect(
            refusal?.violationSummary == ["client.birth_date DISAGREES", "client.name REQUIRED"])
        #expect(try await caller.get(created.clientID) == created)
    }

    @Test func maskAndEtagAreRequired() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let created = try await caller.create()
        let refusal = try await status {
            _ = try await update(created, [], etag: "", by: caller) { _ in }
        }
        #expect(refusal?.violationSummary == ["etag REQUIRED", "update_mask REQUIRED"])
    }

    @Test func aCodeCanChangeButNotToAnothersCode() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(tampere)
        let first = try await caller.create()
        let second = try await caller.create()
        let refusal = try await status {
            _ = try await update(second, ["identity_code", "birth_date"], by: caller) {
                $0.identityCode = first.identityCode
            }
        }
        #expect(refusal?.reason == "IDENTITY_CODE_IN_USE")
        let code = ServiceExamples.identityCode()
        let changed = try await update(second, ["identity_code", "birth_date"], by: caller) {
            $0.identityCode = code
        }
        #expect(changed?.identityCode == code)
        let found = try await caller.clients.findClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.identityCode = code
            })
        #expect(found.client?.clientID == second.clientID)
    }

    @Test func anUnknownClientIsNotFound() async throws {
        let fixture = try await ServiceFixture.shared()
        let unknown = Client.with {
            $0.clientID = "00000000-0000-4000-8000-000000000000"
            $0.etag = "v1"
        }
        let refusal = try await status {
            _ = try await update(unknown, ["health"], by: fixture.municipality(tampere)) { _ in }
        }
        #expect(refusal == ClientRefusals.notFound)
    }
}
