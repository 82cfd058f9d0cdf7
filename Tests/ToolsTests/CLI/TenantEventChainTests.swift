import Contract
import Testing
import Wire

@testable import icds

/// The records' digests, as `TenantEvent` in the contract says them. `TenantsCommandTests` has the database's.
@Suite struct TenantEventChainTests {
    /// Three records whose digests another program made from the contract's words.
    private static let events: [TenantEvent] = zip(
        1...,
        [
            "5eec6b35d2ebeecb9acd642e51852d97731a44f902dc7cb2896e7990ce616d65",
            "442bd58152bd323d4b901af748a5b3960dd026b0e449e506dbf12f3e6030a706",
            "da35feb8b577260c2ec352bd636c051e32f11123dd23e1209237a6130bd1ea4e",
        ]
    ).map { number, digest in
        .with {
            $0.number = UInt64(number)
            $0.time = Timestamp(seconds: 1_700_000_000 + Int64(number), nanos: 123_456_000)
            $0.municipalityCode = "837"
            $0.kind = number == 2 ? .keysRotated : .exported
            $0.actorURI = "urn:icds:operator:test:casework"
            $0.reason = number == 3 ? "A \"b\"\n" : ""
            $0.contentDigest = number == 1 ? String(repeating: "a", count: 64) : ""
            $0.details = "{\"rows\": \(number)}"
            $0.previousDigest = previous[number - 1]
            $0.digest = digest
        }
    }

    private static let previous = [
        String(repeating: "0", count: 64),
        "5eec6b35d2ebeecb9acd642e51852d97731a44f902dc7cb2896e7990ce616d65",
        "442bd58152bd323d4b901af748a5b3960dd026b0e449e506dbf12f3e6030a706",
    ]

    private func fault(
        receipts: [String] = [], _ change: (inout [TenantEvent]) -> Void = { _ in }
    ) throws -> TenantEventChain.Fault? {
        var events = Self.events
        change(&events)
        do {
            try TenantEventChain.verify(events, receipts: receipts)
            return nil
        } catch let fault as TenantEventChain.Fault {
            return fault
        }
    }

    @Test func theDigestsAreThoseOfTheContract() throws {
        #expect(try fault() == nil)
        #expect(try fault { $0 = [] } == nil)
    }

    @Test func eachFieldIsCovered() throws {
        let changes: [(inout TenantEvent) -> Void] = [
            { $0.time?.nanos += 1_000 }, { $0.time = nil }, { $0.time?.seconds = .max },
            { $0.municipalityCode = "838" }, { $0.kind = .restored }, { $0.kind = .unspecified },
            { $0.actorURI += "x" }, { $0.reason = "x" }, { $0.contentDigest = "" },
            { $0.details += " " }, { $0.digest = String(repeating: "b", count: 64) },
        ]
        for change in changes {
            #expect(try fault { change(&$0[0]) } == .changed(number: 1))
        }
        #expect(
            try fault { $0[1].previousDigest = $0[2].previousDigest } == .notChained(number: 2))
    }

    @Test func aRecordThatIsTakenAwayIsFound() throws {
        #expect(try fault { $0.removeFirst() } == .missing(number: 1))
        #expect(try fault { $0.remove(at: 1) } == .missing(number: 2))
        // Numbered anew, it does not follow.
        #expect(
            try fault {
                $0.remove(at: 1)
                $0[1].number = 2
            } == .notChained(number: 2))
        // The end alone is found by a receipt.
        let last = Self.events[2].digest
        #expect(try fault(receipts: [last, last.uppercased()]) == nil)
        #expect(try fault { $0.removeLast() } == nil)
        #expect(try fault(receipts: [last]) { $0.removeLast() } == .unknownReceipt(last))
    }
}
