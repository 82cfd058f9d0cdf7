import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// Idempotency keys of the operator's methods, from a caller's side.
@Suite struct OperatorKeyTests {
    /// The bytes of the first answer. The second call gets the same and changes no row of the registry.
    @discardableResult
    private func twice(
        _ fixture: ServiceFixture, _ call: () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        let first = try await call()
        let number = try fixture.rows("SELECT max(seq) FROM registry.change_log")
        let events = try fixture.rows("SELECT FROM registry.tenant_event").count
        #expect(try await call() == first)
        #expect(try fixture.rows("SELECT max(seq) FROM registry.change_log") == number)
        #expect(try fixture.rows("SELECT FROM registry.tenant_event").count == events)
        return first
    }

    @Test func theRegistersMethodsAreDoneOnce() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let registry = fixture.operation.registryService
        let code = try await fixture.activeMunicipality()
        let issued = try TestPKI.shared.issue {
            $0.uris = ["urn:icds:municipality:\(code):casework"]
        }
        let system = try await twice(fixture) {
            try await registry.registerSystem(
                .with {
                    $0.certificate = issued.der
                    $0.idempotencyKey = "register"
                }
            ).encoded()
        }
        let fingerprint =
            try RegisterSystemResponse(decoding: system).system?.certificateFingerprint ?? ""
        try await twice(fixture) {
            try await registry.revokeSystem(
                .with {
                    $0.certificateFingerprint = fingerprint
                    $0.reason = "trial"
                    $0.idempotencyKey = "revoke"
                }
            ).encoded()
        }
        try await twice(fixture) {
            try await registry.setOrganisationQuota(
                .with {
                    $0.kind = .municipality
                    $0.code = code
                    $0.quota = .with {
                        $0.worksUnderWayMax = 2
                        $0.worksWaitingMax = 9
                    }
                    $0.idempotencyKey = "quota"
                }
            ).encoded()
        }
        let suspended = try await twice(fixture) { try await suspend(code, "suspend", fixture) }
        try await twice(fixture) {
            try await registry.activateOrganisation(
                .with {
                    $0.kind = .municipality
                    $0.code = code
                    $0.idempotencyKey = "activate"
                }
            ).encoded()
        }
        // The first answer still, although the organisation is let in again, and stays so.
        #expect(try await suspend(code, "suspend", fixture) == suspended)
        #expect(
            try fixture.rows("SELECT status FROM registry.organisation WHERE code = '\(code)'")
                == [["active"]])
        try await aLoadIsDoneOnce(fixture)
        try await anOrderForKeysIsGivenOnce(fixture, code)
    }

    private func suspend(
        _ code: String, _ key: String, _ fixture: ServiceFixture
    ) async throws -> [UInt8] {
        try await fixture.operation.registryService.suspendOrganisation(
            .with {
                $0.kind = .municipality
                $0.code = code
                $0.idempotencyKey = key
            }
        ).encoded()
    }

    private func aLoadIsDoneOnce(_ fixture: ServiceFixture) async throws {
        var request = ServiceExamples.register(municipality: "005")
        request.idempotencyKey = "load"
        let loaded = try await twice(fixture) { [request] in
            try await fixture.operation.registryService.loadRegister(request).encoded()
        }
        // Done again it would have changed nothing and said so.
        #expect(try LoadRegisterResponse(decoding: loaded).changedCount == 1)
    }

    /// Made again after the first order is done, it would be another order.
    private func anOrderForKeysIsGivenOnce(
        _ fixture: ServiceFixture, _ code: String
    ) async throws {
        func order() async throws -> [UInt8] {
            try await KeyServiceClient(fixture.operation).rotateKeys(
                .with {
                    $0.kind = .data
                    $0.municipalityCodes = [code]
                    $0.idempotencyKey = "rotate"
                }
            ).encoded()
        }
        let first = try await twice(fixture, order)
        _ = try await fixture.assembly.keyKeeper.round()
        #expect(try await order() == first)
        #expect(
            try fixture.rows("SELECT state FROM registry.key_rotation") == [["done"]])
    }

    @Test func aKeyOfAnotherCallIsRefused() async throws {
        let fixture = try await ServiceFixture.shared()
        let code = try await fixture.activeMunicipality()
        let other = try await fixture.activeMunicipality()
        _ = try await suspend(code, "k-\(code)", fixture)
        let reused = try await status { _ = try await suspend(other, "k-\(code)", fixture) }
        #expect(reused == IdempotencyRefusals.reused)
        #expect(
            try fixture.rows("SELECT status FROM registry.organisation WHERE code = '\(other)'")
                == [["active"]])
        let malformed = try await status { _ = try await suspend(other, "a b", fixture) }
        #expect(malformed?.violationSummary == ["idempotency_key FORMAT"])
    }

    @Test func workOnWholeTenantsIsDoneOnce() async throws {
        let server = try await ServiceServer.shared()
        let fixture = server.fixture
        let tenants = TenantServiceClient(try await server.caller(.operator, "test"))
        let (from, into) = (
            try await fixture.activeMunicipality(), try await fixture.activeMunicipality()
        )
        let shared = ServiceExamples.client()
        _ = try await fixture.municipality(from).create(shared)
        _ = try await fixture.municipality(into).create(shared)
        _ = try await suspend(from, "s-\(from)", fixture)
        func merge(dryRun: Bool) async throws -> MergeTenantsResponse {
            try await tenants.mergeTenants(
                .with {
                    $0.fromCode = from
                    $0.intoCode = into
                    $0.lastDay = "2026-12-31"
                    $0.reason = "trial"
                    $0.dryRun = dryRun
                    $0.idempotencyKey = "m-\(from)"
                })
        }
        // A dry run leaves nothing, and its key neither.
        #expect(try await merge(dryRun: true).duplicateCount == 1)
        let merged = try await twice(fixture) { try await merge(dryRun: false).encoded() }
        let duplicates = try MergeTenantsResponse(decoding: merged).duplicates
        #expect(duplicates.count == 1)
        let kept = try fixture.rows(
            """
            SELECT encode(answer, 'escape') FROM registry.idempotency
            WHERE method = 'icds.v1.TenantService/MergeTenants'
            """
        ).flatMap { $0 }.compactMap { $0 }
        #expect(!kept.isEmpty)
        for duplicate in duplicates {
            #expect(!kept.contains { $0.contains(duplicate.movedClientID) })
        }
        try await restoredAndEndedOnce(server, tenants)
        // What there was of duplicates goes with the one that received them.
        _ = try await suspend(into, "s-\(into)", fixture)
        let content = try await export(into, tenants).digest
        _ = try await tenants.eraseTenant(
            .with {
                $0.municipalityCode = into
                $0.contentDigest = content
                $0.reason = "trial"
            })
        let later = try await merge(dryRun: false)
        #expect(later.duplicateCount == 1 && later.duplicates.isEmpty)
        #expect(try later.event == MergeTenantsResponse(decoding: merged).event)
    }

    private func export(
        _ code: String, _ tenants: TenantServiceClient
    ) async throws -> (file: [[UInt8]], digest: String) {
        var bytes: [[UInt8]] = []
        var digest = ""
        for try await part in try await tenants.exportTenant(.with { $0.municipalityCode = code }) {
            switch part.part {
            case .chunk(let chunk): bytes.append(chunk)
            case .summary(let summary): digest = summary.contentDigest
            case nil: Issue.record("a part without anything")
            }
        }
        return (bytes, digest)
    }

    private func restoredAndEndedOnce(
        _ server: ServiceServer, _ tenants: TenantServiceClient
    ) async throws {
        let fixture = server.fixture
        let code = try await fixture.activeMunicipality()
        _ = try await fixture.municipality(code).create()
        _ = try await suspend(code, "s-\(code)", fixture)
        let (file, content) = try await export(code, tenants)
        _ = try await tenants.restoreTenant { writer in
            try await writer.send(.with { $0.part = .municipalityCode(code) })
            for chunk in file { try await writer.send(.with { $0.part = .chunk(chunk) }) }
        }
        try await twice(fixture) {
            try await tenants.discardReplacedTenant(
                .with {
                    $0.municipalityCode = code
                    $0.idempotencyKey = "d-\(code)"
                }
            ).encoded()
        }
        try await twice(fixture) {
            try await tenants.eraseTenant(
                .with {
                    $0.municipalityCode = code
                    $0.contentDigest = content
                    $0.reason = "trial"
                    $0.idempotencyKey = "e-\(code)"
                }
            ).encoded()
        }
    }
}
