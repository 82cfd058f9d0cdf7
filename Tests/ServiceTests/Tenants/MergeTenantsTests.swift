import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// `TenantService.MergeTenants` over the wire.
@Suite struct MergeTenantsTests {
    private struct Setup {
        let fixture: ServiceFixture
        let operation: TenantServiceClient
        let from, into: String

        static func make() async throws -> Setup {
            let server = try await ServiceServer.shared()
            return Setup(
                fixture: server.fixture,
                operation: TenantServiceClient(try await server.caller(.operator, "test")),
                from: try await server.fixture.activeMunicipality(),
                into: try await server.fixture.activeMunicipality())
        }

        func suspend() async throws {
            _ = try await fixture.operation.registryService.suspendOrganisation(
                .with {
                    $0.kind = .municipality
                    $0.code = from
                })
        }

        func merge(
            into other: String? = nil, dryRun: Bool = false,
            _ change: (inout MergeTenantsRequest) -> Void = { _ in }
        ) async throws -> MergeTenantsResponse {
            var request = MergeTenantsRequest.with {
                $0.fromCode = from
                $0.intoCode = other ?? into
                $0.lastDay = "2026-12-31"
                $0.reason = "Merged by decision of the councils."
                $0.dryRun = dryRun
            }
            change(&request)
            return try await operation.mergeTenants(request)
        }
    }

    @Test func clientsOfTheOneAreServedByTheOther() async throws {
        let setup = try await Setup.make()
        let (old, new) = (
            setup.fixture.municipality(setup.from), setup.fixture.municipality(setup.into)
        )
        let shared = ServiceExamples.client()
        let moving = try await old.create()
        let duplicate = try await old.create(shared)
        let staying = try await new.create(shared)
        try await setup.suspend()

        let rehearsal = try await setup.merge(dryRun: true)
        #expect(rehearsal.movedCount == 2 && rehearsal.duplicateCount == 1)
        #expect(rehearsal.event == nil)
        let before = try await status { _ = try await new.get(moving.clientID) }
        #expect(before?.reason == "CLIENT_NOT_FOUND")

        let answer = try await setup.merge()
        #expect(answer.movedCount == 2 && answer.duplicates == rehearsal.duplicates)
        #expect(answer.duplicates.first?.movedClientID == duplicate.clientID)
        #expect(answer.duplicates.first?.keptClientID == staying.clientID)
        #expect(answer.event?.kind == .merged && answer.event?.municipalityCode == setup.from)
        #expect(answer.event?.actorURI == "urn:icds:operator:test:casework")
        #expect(try await new.get(moving.clientID).identityCode == moving.identityCode)
        #expect(try await new.get(duplicate.clientID).identityCode.isEmpty)
        #expect(try await new.get(staying.clientID).identityCode == shared.identityCode)
        let accesses = try await new.accesses(to: moving.clientID)
        #expect(accesses.contains { $0.method == "icds.v1.TenantService/MergeTenants" })

        let closed = try await status { _ = try await old.get(moving.clientID) }
        #expect(closed != nil)
        let ended = try await setup.fixture.operation.registryService.getOrganisation(
            .with {
                $0.kind = .municipality
                $0.code = setup.from
            }
        ).organisation
        #expect(ended?.status == .ended)
        #expect(
            try setup.fixture.callersOfMigrator(setup.from)
                == [nil, "urn:icds:operator:test:casework"])
        let twice = try await status { _ = try await setup.merge() }
        #expect(twice == RegistryRefusals.organisationEnded)
    }

    @Test func whatCannotBeMergedIsRefusedAndLeftAlone() async throws {
        let setup = try await Setup.make()
        let client = try await setup.fixture.municipality(setup.from).create()
        #expect(try await status { _ = try await setup.merge() } == TenantRefusals.notSuspended)
        try await setup.suspend()
        #expect(
            try await status { _ = try await setup.merge(into: setup.from) }
                == TenantRefusals.sameTenant)
        let registered = try setup.fixture.registeredMunicipality()
        #expect(
            try await status { _ = try await setup.merge(into: registered) }
                == RegistryRefusals.notProvisioned)
        let fields = try await status {
            _ = try await setup.merge {
                $0.lastDay = "2026-02-30"
                $0.reason = ""
            }
        }
        #expect(fields?.violationSummary == ["last_day DATE", "reason REQUIRED"])
        let county = try await status { _ = try await setup.merge(into: "08") }
        #expect(county == RegistryRefusals.onlyMunicipalitiesAreTenants)
        #expect(
            try setup.fixture.rows("SELECT client_id FROM m\(setup.from).client")
                == [[client.clientID]])
    }
}
