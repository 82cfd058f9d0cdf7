import AuditProof
import Contract
import Foundation
import TestSupport
import Testing
import Wire

@testable import icds

/// What somebody could do to an exported file: `icds audit verify` names the first thing that is wrong,
/// and ends with 6.
@Suite struct AuditTamperingTests {
    /// The lines of an export, and a way to look for what is to be changed.
    struct Export {
        var items: [ExportAccessesResponse]

        init(path: String) throws {
            items = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                .map { try ExportAccessesResponse(jsonString: String($0)) }
        }

        var text: String { items.map { $0.jsonString() + "\n" }.joined() }

        var rowIndexes: [Int] {
            items.indices.filter { if case .row = items[$0].item { true } else { false } }
        }

        var sealIndexes: [Int] {
            items.indices.filter { if case .seal = items[$0].item { true } else { false } }
        }

        mutating func changeRow(_ number: Int, _ change: (inout Contract.LogRow) throws -> Void)
            throws
        {
            let index = rowIndexes[number]
            guard case .row(var row) = items[index].item else { return }
            try change(&row)
            items[index].item = .row(row)
        }

        mutating func changeSeal(_ number: Int, _ change: (inout LogSeal) -> Void) {
            let index = sealIndexes[number]
            guard case .seal(var seal) = items[index].item else { return }
            change(&seal)
            items[index].item = .seal(seal)
        }

        mutating func changeProof(_ change: (inout LogHeadProof) -> Void) {
            for index in items.indices {
                guard case .proof(var proof) = items[index].item else { continue }
                change(&proof)
                items[index].item = .proof(proof)
            }
        }

        /// Takes items away, and counts what is left, as a forger would.
        mutating func remove(_ indexes: [Int]) {
            let gone = Set(indexes)
            items = items.indices.filter { !gone.contains($0) }.map { items[$0] }
            count()
        }

        mutating func count() {
            let (rows, seals) = (UInt64(rowIndexes.count), UInt64(sealIndexes.count))
            guard case .end(var end) = items.last?.item else { return }
            end.rowCount = rows
            end.sealCount = seals
            items[items.count - 1].item = .end(end)
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let finding: String
        let make: @Sendable (inout Export) throws -> Void

        init(
            _ name: String, _ finding: String,
            _ make: @escaping @Sendable (inout Export) throws -> Void
        ) {
            testDescription = name
            self.finding = finding
            self.make = make
        }
    }

    static let changes: [Change] = [
        Change("a row says something else", "is not what its leaf is the hash of") {
            try $0.changeRow(1) { $0.purpose += 1 }
        },
        Change("the personal part is exchanged", "is not what its leaf is the hash of") {
            try $0.changeRow(0) { $0.personal[40] ^= 1 }
        },
        Change("a leaf is exchanged", "is not what its leaf is the hash of") {
            try $0.changeRow(2) { $0.leaf[0] ^= 1 }
        },
        Change("a row and its leaf are changed", "the rows of seal 2 are not those that were") {
            try $0.changeRow(1) { row in
                row.actorCode = "564"
                let item = try LogItem(
                    ExportAccessesResponse.with { $0.item = .row(row) }, of: "m837")
                guard case .row(let changed, _) = item else { return }
                row.leaf = try changed.leaf(schema: "m837")
            }
        },
        Change("a row is taken out", "seal 2 covers 1 rows, of which 0 are there") {
            $0.remove([$0.rowIndexes[1]])
        },
        Change("a row is there twice", "is out of order, or there twice") {
            $0.items.insert($0.items[$0.rowIndexes[1]], at: $0.rowIndexes[1])
            $0.count()
        },
        Change("a seal is taken out", "seal 2 is missing") { $0.remove([$0.sealIndexes[1]]) },
        Change("the first seal is taken out", "seal 1 is missing") {
            $0.remove([$0.sealIndexes[0]])
        },
        Change("a seal has another root", "seal 2") { $0.changeSeal(1) { $0.root[0] ^= 1 } },
        Change("a seal has another signature", "seal 3 is signed by none of the keys") {
            $0.changeSeal(2) { $0.signature[0] ^= 1 }
        },
        Change("the last line is missing", "the export is not whole") { $0.items.removeLast() },
        Change("the first line is missing", "the export is not whole") { $0.items.removeFirst() },
        Change("the end says less than there is", "the export is not whole") {
            let last = $0.items.count - 1
            guard case .end(var end) = $0.items[last].item else { return }
            end.rowCount -= 1
            $0.items[last].item = .end(end)
        },
        Change("the end of the log is cut off", "the end of the log is missing") { export in
            let from = export.sealIndexes[1]
            export.remove(
                (export.rowIndexes + export.sealIndexes).filter { $0 > from })
        },
        Change("a checkpoint is said to be from before the first seal", "checkpoint 3: ") {
            $0.changeProof { $0.sealNumber = 0 }
        },
        Change("a checkpoint's proof is of another place", "checkpoint 3: ") {
            $0.changeProof { $0.headIndex = 838 }
        },
        Change("a checkpoint is of another size", "checkpoint") {
            $0.changeProof { $0.note = $0.note.replacing("\n3\n", with: "\n4\n") }
        },
        Change("a checkpoint's path leads elsewhere", "checkpoint 3: ") {
            $0.changeProof { $0.headsRoot[0] ^= 1 }
        },
        Change("it is another municipality's", "it is the log of m564") {
            guard case .start(var start) = $0.items[0].item else { return }
            start.schema = "m564"
            $0.items[0].item = .start(start)
        },
    ]

    private static let exported = Task {
        let site = try await AuditCommandTests.shared.value
        let file = site.folder + "/tampered.jsonl"
        let result = await site.icds(
            as: .tampere, "audit", "export", file, "--user", "u", "--purpose", "log-oversight")
        try #require(result.status == .success, "\(result.error)")
        return (site, try Export(path: file))
    }

    private func verify(
        _ text: String, _ site: ServiceSite, _ more: [String] = [], key: String? = nil
    ) async throws -> CommandResult {
        let file = try TemporaryFile(text)
        let pinned = try key ?? site.publicKey
        return await CommandResult.of(
            ["audit", "verify", file.path, "--municipality", "837", "--public-key", pinned]
                + more)
    }

    @Test func whatWasNotTouchedIsVerified() async throws {
        let (site, export) = try await Self.exported.value
        let result = try await verify(export.text, site)
        #expect(result.status == .success && result.error.isEmpty, "\(result.error)")
    }

    @Test(arguments: changes) func eachChangeIsNamed(_ change: Change) async throws {
        var (site, export) = try await Self.exported.value
        let before = export.text
        try change.make(&export)
        #expect(export.text != before)
        let result = try await verify(export.text, site)
        #expect(result.status == .notAccepted && result.output.isEmpty)
        #expect(result.error.hasPrefix("NOT VERIFIED: "))
        #expect(result.error.contains(change.finding), "\(result.error)")
    }

    @Test func aChainMadeWithAnotherKeyIsFound() async throws {
        let (site, export) = try await Self.exported.value
        let other = try NoteKey(name: ServiceSite.origin, key: SigningKey.generate().publicKey)
        let result = try await verify(export.text, site, key: try other.text())
        #expect(result.status == .notAccepted)
        #expect(
            result.error == "NOT VERIFIED: checkpoint 3: it is signed by none of the keys given\n")
    }

    @Test func whatIsNoItemIsNamedByItsLine() async throws {
        let (site, export) = try await Self.exported.value
        var lines = export.text.split(separator: "\n").map(String.init)
        lines[3] = "{\"row\": 7}"
        let result = try await verify(lines.joined(separator: "\n") + "\n", site)
        #expect(result.status == .notAccepted && result.error.contains("line 4 is no item"))
        #expect(try await verify("", site).status == .notAccepted)
    }

    /// What is verified is the log that was asked for.
    @Test func anotherMunicipalitysExportIsNotAccepted() async throws {
        let (site, export) = try await Self.exported.value
        let file = try TemporaryFile(export.text)
        func verify(_ municipality: String) async throws -> CommandResult {
            await CommandResult.of([
                "audit", "verify", file.path, "--municipality", municipality, "--public-key",
                try site.publicKey,
            ])
        }
        let other = try await verify("564")
        #expect(other.status == .notAccepted)
        #expect(other.error == "NOT VERIFIED: it is the log of m837\n")
        for code in ["", "83", "m837", "8377"] {
            #expect(try await verify(code).status == .usage, "\(code)")
        }
    }

    /// A file with kept checkpoints in which there is none, or not only whole ones, is no witness; to go on
    /// without would be to verify by nothing.
    @Test func aFileWithoutACheckpointIsNotPassedOver() async throws {
        let (site, export) = try await Self.exported.value
        let note = try site.fixture.rows("SELECT note FROM registry.checkpoint WHERE number = 3")
        let text = try #require(note[0][0])
        for wrong in ["", "\n", "nothing", String(text.dropLast(40)), text + "\nicds.test\n9\n"] {
            let kept = try TemporaryFile(wrong)
            let result = try await verify(export.text, site, ["--checkpoint", kept.path])
            #expect(result.status == .usage && result.output.isEmpty, "\(wrong)")
        }
        // As Windows writes lines.
        for right in [text, text.replacing("\n", with: "\r\n")] {
            let kept = try TemporaryFile(right)
            let result = try await verify(export.text, site, ["--checkpoint", kept.path])
            #expect(result.status == .success, "\(result.error)")
            #expect(
                result.output.contains("rows 1 to 3 are held by a checkpoint that you kept: 3 of 2")
            )
            #expect(!result.output.contains("NOT WITNESSED"))
        }
        // Another checkpoint of that size, with the operator's signature.
        let forged = try Checkpoint(
            origin: ServiceSite.origin, size: 3, root: [UInt8](repeating: 1, count: 32)
        ).signed(by: site.key).text
        let kept = try TemporaryFile(forged.replacing("\n", with: "\r\n"))
        let result = try await verify(export.text, site, ["--checkpoint", kept.path])
        #expect(result.error == "NOT VERIFIED: there are two different checkpoints of size 3\n")
    }

    /// A kept checkpoint that the export does not speak of is not passed over.
    @Test func aKeptCheckpointWithoutItsProofIsNotPassedOver() async throws {
        let (site, export) = try await Self.exported.value
        let note = try site.fixture.rows("SELECT note FROM registry.checkpoint WHERE number = 1")
        let kept = try TemporaryFile(try #require(note[0][0]) + "\n")
        let result = try await verify(export.text, site, ["--checkpoint", kept.path])
        #expect(result.status == .notAccepted)
        #expect(result.error.contains("no proof for checkpoint 1: export again with it"))
    }
}
