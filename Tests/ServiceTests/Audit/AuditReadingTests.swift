import Contract
import TestSupport
import Testing
import Wire

@testable import Services

/// What the log says of a municipality's own reading, and what is left of a row whose month was erased.
@Suite struct AuditReadingTests {
    @Test func ownReadingSaysWhichGroupsWereRead() async throws {
        let fixture = try await ServiceFixture.shared()
        let caller = fixture.municipality(try await fixture.activeMunicipality())
        let client = try await caller.create()
        _ = try await caller.get(client.clientID)
        _ = try await status { _ = try await caller.get("00000000-0000-4000-8000-000000000000") }
        let accesses = try await caller.accesses()
        #expect(accesses.map(\.outcome) == [.refused, .permitted, .permitted])
        // All but assessments and plans (6), which are not part of a client.
        let whole = [1, 2, 3, 4, 5, 7, 8, 9, 10].map { DataCategory(rawValue: $0) }
        #expect(accesses.map(\.released) == [[], whole, whole])
        #expect(accesses.allSatisfy { $0.personalPart == .present && !$0.userID.isEmpty })
    }

    @Test func anErasedRowSaysSoAndKeepsTheRest() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let caller = fixture.municipality(code)
        let client = try await caller.create()
        let before = try #require(try await caller.accesses().first)
        // As if the row were of January 2001, whose key is gone.
        _ = try fixture.rows(
            "UPDATE m\(code).audit SET personal = overlay(personal PLACING '\\x000c' FROM 2)")
        let after = try #require(
            try await caller.accesses(to: client.clientID).last { $0.sequence == before.sequence })
        #expect(after.personalPart == .erased && after.userID.isEmpty)
        #expect(after.statedReason.isEmpty)
        #expect(after.clientID == before.clientID && after.method == before.method)
    }

    /// The month of the row is not twelve years ago: whoever destroyed its key hid who had looked.
    @Test func aKeyThatIsGoneBeforeItsTimeIsNoErasure() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let caller = fixture.municipality(code)
        _ = try await caller.create()
        _ = try fixture.rows("UPDATE m\(code).audit_key SET month = '2001-01-01'")
        let access = try #require(try await caller.accesses().last)
        #expect(access.personalPart == .damaged && access.userID.isEmpty)
        #expect(
            fixture.log.lines.contains {
                $0.contains("critical ALARM: keys of a log's months are gone before their time")
                    && $0.contains("tenant=\(code)")
            })
    }

    @Test func aRowThatSomebodyChangedIsDamagedAndTheListingGoesOn() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let caller = fixture.municipality(code)
        _ = try await caller.create()
        _ = try fixture.rows("UPDATE m\(code).audit SET call_reference = 'other'")
        let access = try #require(try await caller.accesses().last)
        #expect(access.personalPart == .damaged && access.userID.isEmpty)
    }
}
