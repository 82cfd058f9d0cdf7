import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

/// Every method of the contract by every organisation that it is not for, over a database of its own that
/// is compared whole, before and after: nothing is changed but the log of the municipality that was asked
/// about, and nothing of its client gets out.
///
/// Rows come from the method table: one without a row in the matrix fails `TenantMatrixTests`. One test at
/// a time: each compares everything that there is.
@Suite(.serialized) struct WholeDatabaseTests {
    private struct Site {
        let fixture: ServiceFixture
        let server: ServiceServer
        let systems: [(kind: PeerKind, code: String, certificate: IssuedCertificate)]
    }

    private static let unknown = "777"
    private static let site = Task {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let server = try await ServiceServer.start(fixture)
        let organisations: [(PeerKind, String)] = [
            (.municipality, ServiceFixture.tampere), (.municipality, ServiceFixture.oulu),
            (.municipality, ServiceFixture.brando), (.county, ServiceFixture.pirkanmaa),
            (.county, ServiceFixture.northOstrobothnia), (.county, "90"), (.operator, "test"),
            (.agency, "test"),
        ]
        var systems: [(PeerKind, String, IssuedCertificate)] = []
        for (kind, code) in organisations {
            systems.append((kind, code, try await server.register(kind, code)))
        }
        return Site(fixture: fixture, server: server, systems: systems)
    }

    @Test(arguments: MatrixRow.all) func aStrangersCallChangesNothing(_ row: MatrixRow) async throws
    {
        let site = try await Self.site.value
        let fixture = site.fixture
        let made = try await subject(of: row, in: fixture)
        let own = try #require(owner(of: row, made, in: fixture))
        let there = MatrixSubject(made, etagOf: row.stage)
        let named = [there.municipality, ServiceFixture.oulu, Self.unknown, ""]
        let before = try contents(of: fixture)
        let connected = try await connectedCallers(site)
        let strangers = connected + [fixture.municipality(Self.unknown)]
        for caller in strangers where caller.peer.uri != own.peer.uri {
            for municipality in named {
                // In its own name a municipality may, and finds nothing of this client.
                if row.method.callers.contains(.municipality), caller.peer.kind == .municipality,
                    municipality.isEmpty || municipality == caller.peer.code, !row.namesClient
                {
                    continue
                }
                for subject in [there, there.missing] {
                    let answer = await answer(row, subject.naming(municipality), by: caller)
                    #expect(leaks(answer, made).isEmpty, "\(caller.peer.uri) \(municipality)")
                }
            }
        }
        for caller in connected { await caller.connection?.close() }
        let changed = try contents(of: fixture).filter { before[$0.key] != $0.value }.keys
        // The first row of a month brings its key.
        #expect(
            changed.allSatisfy { $0.hasSuffix(".audit") || $0.hasSuffix(".audit_key") },
            "\(changed.sorted())")
    }

    /// A municipality that is shut out keeps its data from everybody, its own systems included.
    @Test(arguments: MatrixRow.all) func aSuspendedMunicipalityIsClosedToEverybody(
        _ row: MatrixRow
    ) async throws {
        let fixture = try await Self.site.value.fixture
        let made = try await subject(of: row, in: fixture)
        let there = MatrixSubject(made, etagOf: row.stage)
        let key = OrganisationKey(kind: .municipality, code: there.municipality)
        try await fixture.registry.suspend(key)
        let before = try contents(of: fixture)
        for caller in callers(in: fixture) {
            for subject in [there, there.naming("")]
            where subject.municipality != "" || caller.peer.code == there.municipality {
                let answer = await answer(row, subject, by: caller)
                #expect(leaks(answer, made).isEmpty, "\(caller.peer.uri)")
            }
        }
        let changed = try contents(of: fixture).filter { before[$0.key] != $0.value }.keys.sorted()
        try await fixture.registry.activate(key)
        // Other municipalities that name it have a row in their own log.
        let others = [ServiceFixture.oulu, ServiceFixture.brando].map { "m\($0).audit" }
        #expect(Set(changed).isSubset(of: others), "\(changed)")
    }

    /// The operator's methods and all that nobody audits: refused by the method table before the request
    /// is looked at, or without anything to change.
    @Test func noMethodOfTheOperatorsChangesAnythingForOthers() async throws {
        let fixture = try await Self.site.value.fixture
        let before = try contents(of: fixture)
        for method in ContractMethods.all where !method.isAudited {
            for caller in callers(in: fixture) where caller.peer.kind != .operator {
                do {
                    _ = try await caller.answer(to: method, [])
                    #expect(method.callers.contains(caller.peer.kind), "\(method.fullName)")
                } catch let status as RPCStatus where !method.callers.contains(caller.peer.kind) {
                    #expect(status.reason == "METHOD_NOT_PERMITTED", "\(method.fullName)")
                } catch {}
            }
        }
        #expect(try contents(of: fixture) == before)
    }

    // MARK: Helpers

    private func subject(
        of row: MatrixRow, in fixture: ServiceFixture
    ) async throws -> ServiceCase {
        var client = ServiceExamples.client()
        client.name?.familyName = "Salainen"
        client.health?.summary = "Marker of the health group."
        return try await ServiceCase.make(fixture, client: client, to: row.stage)
    }

    private func owner(
        of row: MatrixRow, _ made: ServiceCase, in fixture: ServiceFixture
    ) -> ServiceCaller? {
        row.method.callers.contains(.municipality)
            ? made.caller : fixture.county(ServiceFixture.pirkanmaa)
    }

    /// Over connections, so that streams answer as well.
    private func connectedCallers(_ site: Site) async throws -> [ServiceCaller] {
        var callers: [ServiceCaller] = []
        for system in site.systems {
            var caller = site.fixture.caller(system.kind, system.code)
            caller.connection = try await site.server.connect(system.certificate)
            callers.append(caller)
        }
        return callers
    }

    private func callers(in fixture: ServiceFixture) -> [ServiceCaller] {
        [
            fixture.municipality(ServiceFixture.tampere), fixture.municipality(ServiceFixture.oulu),
            fixture.municipality(ServiceFixture.brando), fixture.municipality(Self.unknown),
            fixture.county(ServiceFixture.pirkanmaa),
            fixture.county(ServiceFixture.northOstrobothnia), fixture.county("90"),
            fixture.operation, fixture.agency,
        ]
    }

    /// The answer's bytes, or what a refusal says.
    private func answer(
        _ row: MatrixRow, _ subject: MatrixSubject, by caller: ServiceCaller
    ) async -> [UInt8] {
        do {
            return try await caller.answer(to: row.method, row.request(subject))
        } catch {
            return Array("\(error)".utf8)
        }
    }

    private func leaks(_ answer: [UInt8], _ made: ServiceCase) -> [String] {
        let secrets = [
            "Salainen", "+358401234567", "amina@example.test", "Marker of the health group.",
            made.client.birthDate,
        ]
        return secrets.filter { answer.contains($0) }
    }

    /// A digest of every table's rows. Numbers given out and not used (sequences) are no rows.
    private func contents(of fixture: ServiceFixture) throws -> [String: String] {
        let tables = try fixture.rows(
            """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname ~ '^(registry|icds|icds_admin|m[0-9]{3})$'
            """
        ).compactMap { $0[0] }
        let digests = tables.map { table in
            """
            SELECT '\(table)', md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), ''))
            FROM \(table) AS t
            """
        }
        var contents: [String: String] = [:]
        for row in try fixture.rows(digests.joined(separator: " UNION ALL ")) {
            if let table = row[0] { contents[table] = row[1] }
        }
        return contents
    }
}
