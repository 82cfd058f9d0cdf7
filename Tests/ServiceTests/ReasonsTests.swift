import Foundation
import Tenancy
import Testing
import Wire

@testable import Services

/// The contract's text against the code: the reasons that it promises are those that are given, with
/// their codes.
@Suite struct ReasonsTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private func named(_ statuses: [RPCStatus]) -> Set<String> {
        Set(statuses.map { "\($0.code.name)/\($0.reason)" })
    }

    private var domain: [RPCStatus] {
        [
            ClientRefusals.notFound, ClientRefusals.identityCodeInUse, ClientRefusals.etagMismatch,
            AssessmentRefusals.notFound, AssessmentRefusals.alreadyOpen, AssessmentRefusals.notOpen,
            AssessmentRefusals.noCounty, AssessmentRefusals.alreadyInvited,
            AssessmentRefusals.noParticipation, AssessmentRefusals.noSuchInvitation,
            RegistryRefusals.organisationNotFound, RegistryRefusals.notAMunicipality,
            RegistryRefusals.notProvisioned, RegistryRefusals.lastOperator,
            RegistryRefusals.systemNotFound, RegistryRefusals.certificateRevoked,
            RegistryRefusals.organisationEnded, RegistryRefusals.alreadyInUse,
            TenantRefusals.busy, TenantRefusals.schemaRefused("x"), TenantRefusals.notSuspended,
            TenantRefusals.replacedSchemaThere, TenantRefusals.nothingReplaced,
            TenantRefusals.exportStale, TenantRefusals.masterKeyUnknown,
            TenantRefusals.notCurrent, TenantRefusals.sameTenant,
            TenantRefusals.exportRefused("x"), ConnectionService.connectionNotFound,
            FeedRefusals.cursorTooOld, FeedRefusals.cursorUnknown, FeedRefusals.tooManyWatchers,
            FeedRefusals.draining, GetCheckpoint.notFound,
        ] + SharingCondition.allCases.map { RPCStatus(.permissionDenied, $0.refusalReason, "") }
    }

    private var common: [RPCStatus] {
        let kinds: [DatabaseError.Kind] = [
            .unavailable, .overloaded, .deadlineExceeded, .cancelled, .serialization, .readOnly,
            .diskFull, .outcomeUnknown, .insufficientPrivilege, .tenantBusy, .locked,
            .dataCorrupted,
        ]
        return kinds.compactMap { StatusMapping.status(of: DatabaseError($0, "x")) } + [
            StatusMapping.registryUnavailable, StatusMapping.auditUnavailable,
            StatusMapping.tenantBeingMigrated, StatusMapping.keyUnavailable,
            IdempotencyRefusals.reused,
            StatusMapping.auditNotSealed,
            AuthorityRefusals.userMissing, AuthorityRefusals.foreignOrganisation,
            AuthorityRefusals.tooManyRefusals, AuthorityRefusals.notRegistered,
            AuthorityRefusals.revoked, AuthorityRefusals.organisationNotActive,
            RPCStatus(.permissionDenied, "CALLER_NOT_PERMITTED", ""),
        ]
    }

    @Test func whatProtoFilesPromiseIsGivenAndNothingElse() throws {
        var promised: Set<String> = []
        let files = [
            "clients", "assessments", "sharing", "audit", "registry", "health", "reflection",
            "connections", "quotas", "tenants",
        ]
        for file in files {
            // Lines of a comment are joined first: a code and its reason may stand on two.
            let joined = try text("proto/icds/v1/\(file).proto").replacing(/\n\s*\/\/ ?/, with: " ")
                .replacing("/ ", with: "/")
            for match in joined.matches(of: /\b([A-Z_]{5,})\/([A-Z_]{5,})\b/)
            where RPCCode.allCases.contains(where: { $0.name == match.1 }) {
                promised.insert("\(match.1)/\(match.2)")
            }
        }
        let shared = named(common)
        #expect(promised.subtracting(shared) == named(domain))
        #expect(promised.isSuperset(of: ["INVALID_ARGUMENT/INVALID_FIELD"]))
    }

    /// What the lists above could miss: every status that a source file of the services makes.
    @Test func statusesInTheSourcesHaveReasonsThatTheListsKnow() throws {
        let known = Set((domain + common).map { "\($0.code.name)/\($0.reason)" })
        // NOT_FOUND is notFound in a source.
        var names: [String: String] = [:]
        for code in RPCCode.allCases {
            let words = code.name.lowercased().split(separator: "_").map(String.init)
            names[words[0] + words.dropFirst().map(\.capitalized).joined()] = code.name
        }
        var found: Set<String> = []
        let folder = root.appending(path: "Sources/Services")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let file as String in files where file.hasSuffix(".swift") {
            let source = try text("Sources/Services/\(file)")
            for match in source.matches(of: /RPCStatus\(\s*\.(\w+),\s*"([^"]*)"/) {
                let code = try #require(names[String(match.1)], "\(file)")
                found.insert("\(code)/\(match.2)")
            }
        }
        #expect(found.count > 25)
        #expect(found.subtracting(known).isEmpty)
    }

    @Test func theProtocolListsWhatEveryServiceMayGive() throws {
        let document = try text("proto/PROTOCOL.md")
        let heading = "### Errors that every service may give"
        let section = try #require(document.split(separator: heading).last)
            .split(separator: "\n### ")[0]
        let listed = section.split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { line in
                let cells = line.split(separator: "|").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                return "\(cells[1])/\(cells[0])"
            }
            .filter { $0 != "Code/Reason" }
        // The library's own table has these.
        let library = ["DEADLINE_EXCEEDED", "CANCELLED", "AUDIT_UNAVAILABLE"]
        let given = named(common.filter { !library.contains($0.reason) })
        #expect(Set(listed) == given)
        #expect(listed.count == given.count)
    }
}
