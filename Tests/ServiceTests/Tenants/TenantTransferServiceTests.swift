import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// Export, restore and end over the wire.
@Suite struct TenantTransferServiceTests {
    private struct Setup {
        let fixture: ServiceFixture
        let operation: TenantServiceClient
        let registry: RegistryServiceClient
        let code: String

        func suspend() async throws {
            _ = try await registry.suspendOrganisation(
                .with {
                    $0.kind = .municipality
                    $0.code = code
                })
        }

        func activate() async throws {
            _ = try await registry.activateOrganisation(
                .with {
                    $0.kind = .municipality
                    $0.code = code
                })
        }

        func export() async throws -> (bytes: [[UInt8]], summary: TenantContentSummary) {
            var bytes: [[UInt8]] = []
            var summary: TenantContentSummary?
            let code = code
            for try await part in try await operation.exportTenant(
                .with { $0.municipalityCode = code })
            {
                switch part.part {
                case .chunk(let chunk): bytes.append(chunk)
                case .summary(let found): summary = found
                case nil: Issue.record("a part without anything")
                }
            }
            return (bytes, try #require(summary))
        }

        func restore(_ bytes: [[UInt8]], as other: String? = nil) async throws
            -> RestoreTenantResponse
        {
            let code = other ?? code
            return try await operation.restoreTenant { writer in
                try await writer.send(.with { $0.part = .municipalityCode(code) })
                for chunk in bytes { try await writer.send(.with { $0.part = .chunk(chunk) }) }
            }
        }

        func erase(_ digest: String, reason: String = "trial") async throws -> EraseTenantResponse {
            let code = code
            return try await operation.eraseTenant(
                .with {
                    $0.municipalityCode = code
                    $0.contentDigest = digest
                    $0.reason = reason
                })
        }
    }

    private func setUp() async throws -> Setup {
        let server = try await ServiceServer.shared()
        let caller = try await server.caller(.operator, "test")
        return Setup(
            fixture: server.fixture, operation: TenantServiceClient(caller),
            registry: caller.registryService,
            code: try await server.fixture.activeMunicipality())
    }

    @Test func aMunicipalityIsExportedRestoredAndEnded() async throws {
        let setup = try await setUp()
        let municipality = setup.fixture.municipality(setup.code)
        let client = try await municipality.create()
        let (bytes, summary) = try await setup.export()
        #expect(summary.rowsByTable["client"] == 1 && summary.rowsByTable["audit"] == 1)
        #expect(summary.event?.actorURI == "urn:icds:operator:test:casework")
        let letIn = try await status { _ = try await setup.restore(bytes) }
        #expect(letIn == TenantRefusals.notSuspended)
        try await setup.suspend()
        let restored = try await setup.restore(bytes)
        #expect(restored.hasReplaced && restored.event?.contentDigest == summary.contentDigest)
        #expect(restored.schemaVersion == UInt32(TenantVersions.latest))
        try await setup.activate()
        #expect(try await municipality.get(client.clientID).identityCode == client.identityCode)
        let again = try await setup.export()
        try await setup.suspend()
        let stale = try await status { _ = try await setup.erase(summary.contentDigest) }
        #expect(stale == TenantRefusals.exportStale)
        let receipt = try await setup.erase(again.summary.contentDigest).event
        #expect(receipt?.kind == .erased && receipt?.reason == "trial")
        #expect(
            try setup.fixture.callersOfMigrator(setup.code)
                == [nil, "urn:icds:operator:test:casework"])
        let twice = try await status { _ = try await setup.erase(again.summary.contentDigest) }
        #expect(twice == RegistryRefusals.organisationEnded)
        var events: [TenantEvent] = []
        var token = ""
        repeat {
            let page = try await setup.operation.listTenantEvents(
                .with {
                    $0.pageSize = 2
                    $0.pageToken = token
                })
            events += page.events
            token = page.nextPageToken
        } while !token.isEmpty
        let ours = events.filter { $0.municipalityCode == setup.code }
        #expect(ours.map(\.kind) == [.exported, .restored, .exported, .erased])
        #expect(ours.last == receipt)
    }

    @Test func whatCannotBeDoneIsRefused() async throws {
        let setup = try await setUp()
        let (bytes, summary) = try await setup.export()
        try await setup.suspend()
        let none = try await status { _ = try await setup.restore([[1, 2, 3]]) }
        #expect(none?.code == .invalidArgument && none?.reason == "EXPORT_REFUSED")
        let other = try setup.fixture.registeredMunicipality()
        let foreign = try await status { _ = try await setup.restore(bytes, as: other) }
        #expect(foreign == TenantRefusals.exportRefused("it is another municipality's"))
        let unnamed = try await status {
            _ = try await setup.operation.restoreTenant { writer in
                try await writer.send(.with { $0.part = .chunk([1]) })
            }
        }
        #expect(unnamed?.reason == "EXPORT_REFUSED")
        #expect(
            try await status { _ = try await setup.restore(bytes, as: "08") }
                == RegistryRefusals.onlyMunicipalitiesAreTenants)
        let empty = try await status { _ = try await setup.erase("", reason: "") }
        #expect(empty?.violationSummary == ["content_digest FORMAT", "reason REQUIRED"])
        let nothing = try await status {
            _ = try await setup.operation.discardReplacedTenant(
                .with { $0.municipalityCode = setup.code })
        }
        #expect(nothing == TenantRefusals.nothingReplaced)
        _ = try await setup.restore(bytes)
        let second = try await status { _ = try await setup.restore(bytes) }
        #expect(second == TenantRefusals.replacedSchemaThere)
        let discarded = try await setup.operation.discardReplacedTenant(
            .with { $0.municipalityCode = setup.code })
        #expect(discarded.event?.kind == .discarded)
        #expect(try await setup.export().summary.contentDigest == summary.contentDigest)
    }
}
