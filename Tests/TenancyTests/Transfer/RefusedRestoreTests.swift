import TestSupport
import Testing

@testable import Tenancy

/// What is not an export of this tenant, whole and unchanged, changes nothing.
@Suite struct RefusedRestoreTests {
    private func state(_ setup: TransferSetup) throws -> [[String?]] {
        try setup.fixture.rows(
            "SELECT xmin, * FROM {schema}.client ORDER BY client_id", in: setup.tenant)
            + setup.fixture.rows(
                "SELECT nspname FROM pg_namespace WHERE nspname ~ '^\(setup.tenant.name)'")
    }

    @Test func aFileThatWasChangedAnywhereIsRefused() async throws {
        let setup = try await TransferSetup.make()
        let file = try await setup.export().bytes
        try await setup.suspend()
        let before = try state(setup)
        var damaged: [[UInt8]] = [
            [], Array(file.prefix(63)), Array(file.prefix(64)), file.dropLast(), file + [0],
            file + file,
        ]
        for position in [0, 8, 31, 40, 64, 67, 70, 100, file.count / 2, file.count - 1] {
            var changed = file
            changed[position] ^= 1
            damaged.append(changed)
        }
        for bytes in damaged {
            await #expect(throws: (any Error).self) { try await setup.restore(bytes) }
        }
        await #expect(throws: ExportFileError.damaged) { try await setup.restore(damaged[3]) }
        await #expect(throws: ExportFileError.notAnExport) { try await setup.restore(damaged[0]) }
        #expect(try state(setup) == before)
        try await setup.restore(file)
    }

    @Test func anotherMunicipalitysFileIsRefused() async throws {
        let setup = try await TransferSetup.make()
        let other = try await TransferSetup.make()
        let file = try await setup.export().bytes
        try await other.suspend()
        await #expect(throws: ExportFileError.otherMunicipality) {
            try await TransferSetup(fixture: setup.fixture, tenant: other.tenant, cases: [])
                .restore(file)
        }
    }

    @Test func aMunicipalityThatIsLetInIsNotReplaced() async throws {
        let setup = try await TransferSetup.make()
        let file = try await setup.export().bytes
        await #expect(throws: TenantWorkError.notSuspended) { try await setup.restore(file) }
        try await setup.suspend()
        try await setup.restore(file)
        await #expect(throws: TenantWorkError.replacedSchemaThere) {
            try await setup.restore(file)
        }
        let transfer = setup.transfer
        let order = TransferSetup.order
        let discarded = try await transfer.discardReplaced(setup.tenant, order: order).made()
        #expect(discarded.kind == .discarded)
        await #expect(throws: TenantWorkError.nothingReplaced) {
            try await transfer.discardReplaced(setup.tenant, order: order)
        }
        try await setup.restore(file)
    }

    /// Each line of the content is held against the others and against what was made of it.
    @Test func contentThatContradictsItselfIsRefused() async throws {
        let setup = try await TransferSetup.make()
        let content = String(decoding: try await setup.export().content, as: UTF8.self)
        try await setup.suspend()
        func changed(_ change: (inout [String]) -> Void) throws -> [UInt8] {
            var lines = content.split(separator: "\n").map(String.init)
            change(&lines)
            return try setup.file(of: Array((lines.joined(separator: "\n") + "\n").utf8))
        }
        let digest = String(repeating: "0", count: 64)
        let files = [
            try changed { $0[0] = "H icds-tenant-content 1 999" },
            try changed { $0[1] = "V 1 " + digest },
            try changed { $0.remove(at: 1) },
            try changed { lines in lines.removeAll { $0.hasPrefix("Q ") } },
            try changed { $0.remove(at: $0.firstIndex { $0.hasPrefix("R ") } ?? 0) },
            try changed { $0.remove(at: $0.firstIndex { $0.hasPrefix("N ") } ?? 0) },
            try changed { $0[$0.count - 1] = "E 1 " + digest },
            try changed { $0.removeLast() },
            try changed { $0.append("R {}") },
            try changed { $0.insert("X", at: 3) },
        ]
        for (number, file) in files.enumerated() {
            await #expect(throws: ExportFileError.self, "\(number)") {
                try await setup.restore(file)
            }
        }
        // A row that the tables' checks refuse never gets as far.
        let wrong = try changed { lines in
            let row = lines.firstIndex { $0.contains("\"given_names\"") } ?? 0
            lines[row] = lines[row].replacing("\"Aino\"", with: "\"\"")
        }
        await #expect(throws: DatabaseError.self) { try await setup.restore(wrong) }
    }
}
