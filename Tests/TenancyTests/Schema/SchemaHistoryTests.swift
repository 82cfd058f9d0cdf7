import Testing

@testable import Tenancy

/// What is run where, decided without a database.
@Suite struct SchemaHistoryTests {
    private let scripts = (1...3).map {
        SchemaScript(version: $0, name: "test", digest: "digest \($0)", statements: [])
    }

    private func history(_ versions: [Int]) -> SchemaHistory {
        SchemaHistory(versions.map { .init(version: $0, digest: "digest \($0)") })
    }

    @Test(arguments: 0...3)
    func whatIsMissingComesAfterWhatIsThere(installed: Int) throws {
        let missing = try history(Array(1...3).filter { $0 <= installed }).missing(of: scripts)
        #expect(missing.map(\.version) == Array(1...3).filter { $0 > installed })
    }

    @Test func aLaterSchemaIsRefused() {
        #expect(throws: SchemaError.newerThanProgram(installed: 4, known: 3)) {
            try history([1, 2, 3, 4]).missing(of: scripts)
        }
    }

    @Test func aGapIsRefused() {
        #expect(throws: SchemaError.incompleteHistory(missing: 2)) {
            try history([1, 3]).missing(of: scripts)
        }
    }

    @Test func anotherDigestIsRefusedInEveryVersion() {
        for changed in 1...3 {
            let records = (1...3).map { version in
                let digest = version == changed ? "other" : "digest \(version)"
                return SchemaHistory.Record(version: version, digest: digest)
            }
            #expect(
                throws: SchemaError.changedScript(
                    version: changed, recorded: "other", known: "digest \(changed)")
            ) {
                try SchemaHistory(records).missing(of: scripts)
            }
        }
    }

    /// What is embedded is numbered from 1 without a gap, and what is run is recorded by a digest.
    @Test func theScriptsOfTheProgramAreComplete() {
        for scripts in [SchemaScripts.registry, SchemaScripts.tenant] {
            #expect(scripts.map(\.version) == Array(1...scripts.count))
            #expect(scripts.allSatisfy { $0.digest.utf8.count == 64 && !$0.statements.isEmpty })
            let names = scripts.flatMap(\.statements).map(\.name)
            #expect(Set(names).count == names.count)
        }
    }
}
