import Contract
import Foundation
import Services
import Tenancy
import TestSupport
import Testing
import Wire

@testable import icds

/// `icds tenants` and `icds organisations` against the real services.
@Suite(.serialized) struct TenantsCommandTests {
    private static let shared = Task { try await ServiceSite.make() }

    private func lines(_ result: CommandResult) -> [String] {
        result.output.split(separator: "\n").map(String.init)
    }

    @Test func statusShowsWhereEachMunicipalityStands() async throws {
        let site = try await Self.shared.value
        let all = await site.icds(as: .operation, "tenants", "status")
        #expect(all.status == .success, "\(all.error)")
        #expect(lines(all).count > 100)
        let some = await site.icds(
            as: .operation, "tenants", "status", "837", "564", "--output", "json")
        let answer = try ListTenantsResponse(jsonString: some.output)
        #expect(answer.tenants.compactMap(\.organisation?.code) == ["564", "837"])
        #expect(answer.tenants.allSatisfy { $0.schemaState == .current })
        let waiting = await site.icds(as: .operation, "tenants", "status", "--not-in-use")
        #expect(waiting.status == .success && !waiting.output.contains("837"))
        let stranger = await site.icds(as: .tampere, "tenants", "status")
        #expect(stranger.status == .refused && stranger.output.isEmpty)
    }

    @Test func migrateBringsOneToTheProgramsVersionAndSaysWhatFailed() async throws {
        let site = try await Self.shared.value
        let fixture = site.fixture
        let code = try fixture.registeredMunicipality()
        let tenant = try #require(TenantSchema(municipalityCode: code))
        let early = await site.icds(as: .operation, "tenants", "migrate", code)
        #expect(early.status == .notAccepted && early.error.contains("NOT_PROVISIONED"))
        #expect(early.error.contains("icds organisations provision"))
        _ = try await Provisioner(
            migrator: fixture.databases.migrator, masterKeys: fixture.masterKeys,
            upTo: TenantVersions.latest - 1
        ).provision(tenant)
        let first = await site.icds(
            as: .operation, "tenants", "migrate", code, "--canary", code, "--workers", "2",
            "--lock-timeout", "1s")
        #expect(first.status == .success, "\(first.error)")
        #expect(
            first.output.contains(
                "1 brought to version \(TenantVersions.latest), 0 there already, 0 failed"))
        #expect(first.error.contains("\(code) (canary): version \(TenantVersions.latest)"))
        let second = await site.icds(as: .operation, "tenants", "migrate", code, "001")
        #expect(second.status == .partial)
        #expect(second.output.contains("0 brought to version"))
        #expect(second.output.contains("001") && second.output.contains("ORGANISATION_NOT_FOUND"))
    }

    @Test func aMunicipalityIsExportedRestoredAndEnded() async throws {
        let site = try await Self.shared.value
        let code = try await site.fixture.activeMunicipality()
        let client = try await site.fixture.municipality(code).create()
        let file = site.folder + "/\(code).icds"
        let export = await site.icds(as: .operation, "tenants", "export", code, file)
        #expect(export.status == .success, "\(export.error)")
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let there = await site.icds(as: .operation, "tenants", "export", code, file)
        #expect(there.status == .usage && there.error.contains("is there already"))
        let letIn = await site.icds(as: .operation, "tenants", "restore", code, file)
        #expect(letIn.status == .notAccepted && letIn.error.contains("TENANT_NOT_SUSPENDED"))

        let suspend = await site.icds(as: .operation, "organisations", "suspend", code)
        #expect(suspend.status == .success, "\(suspend.error)")
        try await checkDamaged(site, code, file)
        let restore = await site.icds(as: .operation, "tenants", "restore", code, file)
        #expect(restore.status == .success, "\(restore.error)")
        #expect(restore.output.contains("icds tenants discard-replaced"))
        let unasked = await site.icds(as: .operation, "tenants", "discard-replaced", code)
        #expect(unasked.status == .usage && unasked.error.contains("--yes"))
        let discard = await site.icds(
            as: .operation, "tenants", "discard-replaced", code, "--yes")
        #expect(discard.status == .success, "\(discard.error)")
        let activate = await site.icds(as: .operation, "organisations", "activate", code)
        #expect(activate.status == .success, "\(activate.error)")
        let back = try await site.fixture.municipality(code).get(client.clientID)
        #expect(back.identityCode == client.identityCode)
        try await checkEnd(site, code)
    }

    private func checkDamaged(_ site: ServiceSite, _ code: String, _ file: String) async throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        bytes[bytes.count / 2] ^= 1
        let damaged = site.folder + "/damaged.icds"
        try bytes.write(to: URL(fileURLWithPath: damaged))
        let refused = await site.icds(as: .operation, "tenants", "restore", code, damaged)
        #expect(refused.status == .notAccepted && refused.error.contains("EXPORT_REFUSED"))
        let missing = await site.icds(
            as: .operation, "tenants", "restore", code, site.folder + "/none")
        #expect(missing.status == .usage && missing.error.contains("there is no such file"))
    }

    private func checkEnd(_ site: ServiceSite, _ code: String) async throws {
        let last = site.folder + "/\(code)-last.icds"
        let words = ["tenants", "end", code, "--export", last, "--reason", "Merged"]
        let unasked = try site.program(as: .operation, words)
        unasked.endInput()
        #expect(try await unasked.exitCode() == ExitStatus.usage.rawValue)
        #expect(!FileManager.default.fileExists(atPath: last))
        let suspend = await site.icds(as: .operation, "organisations", "suspend", code)
        #expect(suspend.status == .success)
        let end = try site.program(as: .operation, words + ["--yes"])
        #expect(try await end.exitCode() == 0, "\(end.output)")
        #expect(FileManager.default.fileExists(atPath: last))
        #expect(
            try site.fixture.rows("SELECT FROM pg_namespace WHERE nspname ~ '^m\(code)'").isEmpty)
        let events = await site.icds(
            as: .operation, "tenants", "events", code, "--output", "json")
        let answer = try ListTenantEventsResponse(jsonString: events.output)
        #expect(
            answer.events.map(\.kind) == [.exported, .restored, .discarded, .exported, .erased])
        #expect(answer.events.last?.reason == "Merged")
        #expect(end.output.contains(answer.events.last?.digest ?? "-"))
    }

    @Test func mergingIsRehearsedAskedAndDone() async throws {
        let site = try await Self.shared.value
        let from = try await site.fixture.activeMunicipality()
        let into = try await site.fixture.activeMunicipality()
        let client = try await site.fixture.municipality(from).create()
        _ = await site.icds(as: .operation, "organisations", "suspend", from)
        let merge = [
            "tenants", "merge", from, into, "--last-day", "2026-12-31", "--reason", "Merged",
        ]
        let rehearsal = try site.program(as: .operation, merge + ["--dry-run"])
        #expect(try await rehearsal.exitCode() == 0, "\(rehearsal.output)")
        #expect(rehearsal.output.contains("1 clients would move"))
        let unasked = try site.program(as: .operation, merge)
        unasked.endInput()
        #expect(try await unasked.exitCode() == ExitStatus.usage.rawValue)
        let done = try site.program(as: .operation, merge + ["--yes"])
        #expect(try await done.exitCode() == 0, "\(done.output)")
        #expect(done.output.contains("1 clients moved, 0 of them"))
        let moved = try await site.fixture.municipality(into).get(client.clientID)
        #expect(moved.identityCode == client.identityCode)
    }

    /// By another program than the one that made them: what an administrator changes shows.
    @Test func theChainOfRecordsIsComputedAnew() async throws {
        let site = try await Self.shared.value
        // What PostgreSQL escapes in JSON, and what it does not.
        _ = try site.fixture.rows(
            #"""
            INSERT INTO registry.tenant_event (municipality_code, kind, actor, reason, details)
            SELECT '999', unnest(ARRAY[
                'exported', 'restored', 'discarded', 'erased', 'merged', 'rewrapped', 'rotated',
                'destroyed']), 'urn:icds:operator:test:casework',
                E'Päätös "1" \\ \n\r\t\b\f\x01\x1f\x7f / 東京',
                '{"into": "837", "é": [1, 2.50, null]}'
            """#)
        let whole = await site.icds(as: .operation, "tenants", "events", "999", "--output", "json")
        #expect(whole.status == .success, "\(whole.error)")
        #expect(whole.error.hasPrefix("verified: "))
        let events = try ListTenantEventsResponse(jsonString: whole.output).events
        let some = try #require(events.first)
        func verify(_ more: String...) async -> CommandResult {
            await CommandResult.of(["tenants", "events"] + more + site.connection(.operation))
        }
        #expect(await verify("--receipt", some.digest).status == .success)
        let lost = await verify("--receipt", "00ff")
        #expect(
            lost.status == .notAccepted && lost.error.contains("no record has the receipt 00ff"))

        let update = "UPDATE registry.tenant_event SET kind = "
        _ = try site.fixture.rows(update + "'restored' WHERE seq = \(some.number)")
        let changed = await verify()
        #expect(changed.status == .notAccepted && changed.output.contains("999"))
        #expect(
            changed.error
                == "NOT VERIFIED: record \(some.number) is not what its digest was made of\n")
        _ = try site.fixture.rows(update + "'exported' WHERE seq = \(some.number)")
        #expect(await verify().status == .success)
    }

    @Test func theLogOfTheRegisterNamesWhoSuspended() async throws {
        let site = try await Self.shared.value
        let code = try await site.fixture.activeMunicipality()
        _ = await site.icds(as: .operation, "organisations", "suspend", code)
        let log = await site.icds(
            as: .operation, "organisations", "log", "--limit", "1000", "--output", "json")
        let answer = try ListRegistryChangesResponse(jsonString: log.output)
        let change = answer.changes.first { $0.newRow.contains(#""code": "\#(code)""#) }
        #expect(change?.actor == "urn:icds:operator:test:casework")
        #expect(change?.newRow.contains(#""status": "suspended""#) == true)
        let shown = await site.icds(as: .operation, "organisations", "log", "--limit", "1")
        #expect(shown.status == .success && shown.output.contains("UPDATE organisation"))
        let wrong = await site.icds(as: .operation, "organisations", "log", "--limit", "0")
        #expect(wrong.status == .usage)
        let stranger = await site.icds(as: .tampere, "organisations", "log")
        #expect(stranger.status == .refused)
    }
}
