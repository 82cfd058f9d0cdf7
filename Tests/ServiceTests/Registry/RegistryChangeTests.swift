import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// `RegistryService.ListRegistryChanges`: what the operator did is there, with whose call it was.
@Suite struct RegistryChangeTests {
    @Test func aSuspensionIsListedWithItsCaller() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let console = RegistryServiceClient(fixture.operation)
        _ = try await console.suspendOrganisation(
            .with {
                $0.kind = .municipality
                $0.code = code
            })
        let answer = try await console.listRegistryChanges(.with { $0.pageSize = 1_000 })
        let change = try #require(
            answer.changes.first {
                $0.table == "organisation" && $0.newRow.contains(#""code": "\#(code)""#)
            })
        #expect(change.actor == fixture.operation.peer.uri)
        #expect(change.login == "icds_operator" && change.callReference == "test-call")
        #expect(change.operation == "UPDATE")
        #expect(change.oldRow.contains(#""status": "active""#))
        #expect(change.newRow.contains(#""status": "suspended""#))
    }

    @Test func pagesFollowEachOtherWithoutGapOrRepetition() async throws {
        let fixture = try await ServiceFixture.shared()
        _ = try await fixture.activeMunicipality()
        let console = RegistryServiceClient(fixture.operation)
        let first = try await console.listRegistryChanges(.with { $0.pageSize = 2 })
        let second = try await console.listRegistryChanges(
            .with {
                $0.pageSize = 2
                $0.pageToken = first.nextPageToken
            })
        let numbers = (first.changes + second.changes).map(\.number)
        #expect(numbers.count == 4)
        #expect(numbers == Set(numbers).sorted(by: >))
        let status = await #expect(throws: RPCStatus.self) {
            try await console.listRegistryChanges(.with { $0.pageToken = "x" })
        }
        #expect(status?.reason == "INVALID_FIELD")
    }
}
