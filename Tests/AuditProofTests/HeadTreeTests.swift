import Testing

@testable import AuditProof

/// A checkpoint has one place for each municipality's head, so that an operator who keeps two logs cannot put
/// both into one.
@Suite struct HeadTreeTests {
    private func head(_ schema: String, _ size: UInt64) throws -> LogHead {
        LogHead(
            schema: schema, sealNumber: 1, treeSize: size, root: try SHA256.hash([1]),
            sealHash: try SHA256.hash([2]))
    }

    @Test func onlyACodeOfThreeDigitsHasAPlace() {
        #expect(HeadTree.place(of: "m837") == 837)
        #expect(HeadTree.place(of: "m000") == 0 && HeadTree.place(of: "m999") == 999)
        for other in ["", "m", "837", "m83", "m8370", "M837", "m+37", "m 37", "m８３７", "m83\u{663}"]
        {
            #expect(HeadTree.place(of: other) == nil, "\(other)")
        }
    }

    @Test func twoHeadsOfOneLogMakeNoTree() throws {
        let both = [try head("m837", 1), try head("m837", 2)]
        #expect(throws: ProofError.self) { try HeadTree.leaves(both) }
        #expect(throws: ProofError.self) { try HeadTree.leaves([head("other", 1)]) }
        #expect(try HeadTree.leaves([both[0]]).count == 1_000)
    }

    /// The operator makes the tree by other means: the head of its second log for Tampere stands at a place
    /// that no municipality has.
    @Test func aSecondHeadElsewhereInTheTreeIsNotTaken() throws {
        let key = try SigningKey.generate()
        let heads = [try head("m837", 1), try head("m837", 2)]
        var leaves = try HeadTree.leaves([heads[0]])
        leaves[838] = try heads[1].leaf()
        for (place, isTaken) in [(837, true), (838, false)] {
            var operatorLog = MerkleFrontier()
            let proof = try TestLog.proof(
                heads[place - 837], leaves, place: place, 0, &operatorLog, key)
            let checkpoint = try Checkpoint(body: proof.note.body)
            #expect(try proof.isValid(for: checkpoint, of: "m837") == isTaken)
        }
    }

    @Test func aLogThatIsNotThereCanBeShownNotToBe() throws {
        let key = try SigningKey.generate()
        let leaves = try HeadTree.leaves([try head("m091", 1)])
        var operatorLog = MerkleFrontier()
        let proof = try TestLog.proof(nil, leaves, place: 837, 0, &operatorLog, key)
        let checkpoint = try Checkpoint(body: proof.note.body)
        #expect(try proof.isValid(for: checkpoint, of: "m837"))
        #expect(try !proof.isValid(for: checkpoint, of: "m091"), "that one has a head")
    }
}
