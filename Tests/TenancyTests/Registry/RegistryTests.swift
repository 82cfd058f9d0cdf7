import Testing

@testable import Tenancy

@Suite struct RegistryTests {
    private func operatorKey(_ code: String) -> OrganisationKey {
        OrganisationKey(kind: .operator, code: code)
    }

    private func certificate(
        _ key: OrganisationKey, system: String = "casework"
    ) throws -> NewSystemCertificate {
        NewSystemCertificate(
            fingerprint: try SecureRandom.bytes(count: 32), organisation: key, systemName: system,
            serial: "0a1b", notBefore: SQLTimestamp(microsecondsSinceEpoch: 0),
            notAfter: SQLTimestamp(microsecondsSinceEpoch: 4_000_000_000_000_000))
    }

    @Test func theRegisterIsLoadedOnceAndAgainWithoutChange() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let first = try await fixture.registry.load(TenancyFixture.register)
        #expect(first.municipalityCount == 500 && first.countyCount == 22)
        #expect(first.changedCount == 500 + 22 + 500)
        let second = try await fixture.registry.load(TenancyFixture.register)
        #expect(second.changedCount == 0)
        var changed = TenancyFixture.register
        changed.municipalities[0].name.fi = "Uusi nimi"
        #expect(try await fixture.registry.load(changed).changedCount == 1)
        let organisation = try #require(
            try await fixture.registry.organisation(
                OrganisationKey(kind: .municipality, code: "100")))
        #expect(organisation.name.fi == "Uusi nimi")
        #expect(organisation.countyCode == "01")
        #expect(organisation.status == .registered)
    }

    @Test func aMergerIsADatedRow() async throws {
        let fixture = try await TenancyFixture.make()
        let load = RegisterLoad(
            source: "test",
            municipalities: [
                MunicipalityRow(
                    code: "588", name: RegisteredName(fi: "Pertunmaa", sv: "Pertunmaa", en: ""),
                    languageStatus: 0, validFrom: "2009-01-01", validTo: "2024-12-31")
            ], areas: [],
            memberships: [
                MembershipRow(
                    municipalityCode: "588", areaKind: .county, areaCode: "10",
                    validFrom: "2023-01-01", validTo: "2024-12-31")
            ])
        let outcome = try await fixture.registry.load(load)
        #expect(outcome.municipalityCount == 499)
        let snapshot = try await RegistrySnapshot.read(from: fixture.api)
        #expect(snapshot.county(ofMunicipality: "588", on: "2024-12-31") == "10")
        #expect(snapshot.county(ofMunicipality: "588", on: "2025-01-01") == nil)
        #expect(snapshot.county(ofMunicipality: "588") == nil)
        #expect(snapshot.county(ofMunicipality: "100") == "01")
        #expect(snapshot.county(ofMunicipality: "100", on: "2022-12-31") == nil)
    }

    @Test func rowsThatDoNotFitEachOtherAreRefusedWhole() async throws {
        let fixture = try await TenancyFixture.make()
        var dangling = TenancyFixture.register
        dangling.municipalities[0].name.fi = "Muutos"
        dangling.memberships.append(
            MembershipRow(
                municipalityCode: "099", areaKind: .county, areaCode: "01",
                validFrom: "2023-01-01", validTo: nil))
        let load = dangling
        await #expect(throws: RegistryError.danglingMemberships(["099 county 01"])) {
            try await fixture.registry.load(load)
        }
        var overlapping = TenancyFixture.register
        overlapping.memberships.append(
            MembershipRow(
                municipalityCode: "100", areaKind: .county, areaCode: "02",
                validFrom: "2024-01-01", validTo: nil))
        let second = overlapping
        await #expect(throws: RegistryError.overlappingRows(table: "membership")) {
            try await fixture.registry.load(second)
        }
        #expect(
            try fixture.rows("SELECT FROM registry.municipality WHERE name_fi = 'Muutos'").isEmpty)
    }

    @Test func alandIsNoCounty() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let load = RegisterLoad(
            source: "test", municipalities: [],
            areas: [
                AreaRow(
                    kind: .county, code: "91", name: RegisteredName(fi: "A", sv: "", en: ""),
                    validFrom: "2023-01-01", validTo: nil)
            ], memberships: [])
        await #expect(throws: DatabaseError.self) { try await fixture.registry.load(load) }
    }

    @Test func listingsGoPageByPage() async throws {
        let fixture = try await TenancyFixture.get()
        var seen: [OrganisationKey] = []
        var cursor: OrganisationKey?
        while true {
            let page = try await fixture.registry.organisations(
                kind: .county, after: cursor, countMax: 5)
            seen += page.map(\.key)
            guard page.count == 5 else { break }
            cursor = page.last?.key
        }
        #expect(seen.count == 22)
        #expect(seen == seen.sorted())
    }

    @Test func activationNeedsASchema() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try fixture.registeredTenant()
        await #expect(throws: RegistryError.notProvisioned) {
            try await fixture.registry.activate(tenant.key)
        }
        await #expect(throws: RegistryError.organisationNotFound) {
            try await fixture.registry.activate(
                OrganisationKey(kind: .municipality, code: "001"))
        }
        _ = try await fixture.provisioner.provision(tenant)
        #expect(try await fixture.registry.activate(tenant.key))
        #expect(try await fixture.registry.activate(tenant.key) == false)
    }

    /// From the register to use: a pilot goes on to use, use never goes back to a pilot, also not by
    /// way of a suspension.
    @Test func aMunicipalityPilotsBeforeItIsInUse() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.provisionedTenant()
        let registry = fixture.registry
        func state() async throws -> (RegisteredOrganisation.Status?, Bool) {
            let found = try await registry.organisation(tenant.key)
            return (found?.status, found?.inUseTime != nil)
        }
        #expect(try await registry.activate(tenant.key, asPilot: true))
        #expect(try await state() == (.piloting, false))
        #expect(try await fixture.api.attempt("SELECT 1", as: tenant.role) == nil)
        #expect(try await registry.suspend(tenant.key))
        #expect(try await registry.activate(tenant.key, asPilot: true))
        #expect(try await registry.activate(tenant.key))
        #expect(try await state() == (.active, true))
        await #expect(throws: RegistryError.alreadyInUse) {
            try await registry.activate(tenant.key, asPilot: true)
        }
        #expect(try await registry.suspend(tenant.key))
        #expect(try await state() == (.suspended, true))
        await #expect(throws: RegistryError.alreadyInUse) {
            try await registry.activate(tenant.key, asPilot: true)
        }
        let county = OrganisationKey(kind: .county, code: "07")
        await #expect(throws: RegistryError.notAMunicipality) {
            try await registry.activate(county, asPilot: true)
        }
    }

    @Test func whatHasEndedDoesNotComeBack() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        _ = try fixture.rows(
            "UPDATE registry.organisation SET status = 'ended' WHERE code = '\(tenant.code)'")
        await #expect(throws: RegistryError.organisationEnded) {
            try await fixture.registry.activate(tenant.key)
        }
        await #expect(throws: RegistryError.organisationEnded) {
            try await fixture.provisioner.provision(tenant)
        }
    }

    /// Who must have the system in use and does not, and how long there is.
    @Test func theObligationWaitsForThoseWhoAreNotInUse() async throws {
        let fixture = try await TenancyFixture.get()
        let registered = try fixture.registeredTenant()
        let piloting = try await fixture.provisionedTenant()
        try await fixture.registry.activate(piloting.key, asPilot: true)
        let inUse = try await fixture.activeTenant()
        let waiting = try await fixture.registry.tenantStates(
            after: "", notInUse: true, countMax: 1_000)
        let codes = Set(waiting.map(\.organisation.code))
        #expect(codes.isSuperset(of: [registered.code, piloting.code]))
        #expect(!codes.contains(inUse.code))
        let days = try fixture.rows(
            "SELECT '2027-01-01' - (now() AT TIME ZONE 'Europe/Helsinki')::date")
        #expect(waiting.allSatisfy { $0.mandatoryFrom == "2027-01-01" })
        #expect(waiting.first?.daysLeft.map { "\($0)" } == days.first?.first ?? nil)
        let page = try await fixture.registry.tenantStates(
            after: registered.code, notInUse: true, countMax: 1)
        #expect(page.first?.organisation.code ?? "" > registered.code)
    }

    @Test func aCertificateIsRegisteredOnceRevokedOnceAndNeverComesBack() async throws {
        let fixture = try await TenancyFixture.get()
        let county = OrganisationKey(kind: .county, code: "06")
        let new = try certificate(county)
        let registered = try await fixture.registry.registerSystem(new)
        #expect(registered.uri == "urn:icds:county:06:casework")
        #expect(registered.notAfter == new.notAfter)
        #expect(try await fixture.registry.registerSystem(new) == registered)
        let revoked = try await fixture.registry.revokeSystem(
            fingerprint: new.fingerprint, reason: "lost")
        #expect(revoked.status == .revoked && revoked.revokeReason == "lost")
        let again = try await fixture.registry.revokeSystem(
            fingerprint: new.fingerprint, reason: "other")
        #expect(again.revokeReason == "lost")
        await #expect(throws: RegistryError.certificateRevoked) {
            try await fixture.registry.registerSystem(new)
        }
        await #expect(throws: RegistryError.systemNotFound) {
            try await fixture.registry.revokeSystem(fingerprint: [1], reason: "")
        }
        let stranger = try certificate(OrganisationKey(kind: .county, code: "77"))
        await #expect(throws: RegistryError.organisationNotFound) {
            try await fixture.registry.registerSystem(stranger)
        }
    }

    @Test func theLastOperatorStays() async throws {
        let fixture = try await TenancyFixture.make(loadingRegister: false)
        let name = RegisteredName(fi: "KEHA", sv: "", en: "")
        for code in ["keha", "spare"] {
            try await fixture.registry.addOrganisation(
                operatorKey(code), name: name, validFrom: "2020-01-01")
            try await fixture.registry.activate(operatorKey(code))
        }
        let first = try certificate(operatorKey("keha"))
        let second = try certificate(operatorKey("spare"))
        for new in [first, second] { _ = try await fixture.registry.registerSystem(new) }
        #expect(try await fixture.registry.suspend(operatorKey("spare")))
        await #expect(throws: RegistryError.lastOperator) {
            try await fixture.registry.suspend(operatorKey("keha"))
        }
        await #expect(throws: RegistryError.lastOperator) {
            try await fixture.registry.revokeSystem(fingerprint: first.fingerprint, reason: "")
        }
        try await fixture.registry.activate(operatorKey("spare"))
        let revoked = try await fixture.registry.revokeSystem(
            fingerprint: first.fingerprint, reason: "")
        #expect(revoked.status == .revoked)
        await #expect(throws: RegistryError.lastOperator) {
            try await fixture.registry.suspend(operatorKey("spare"))
        }
    }

    @Test(arguments: [
        "UPDATE registry.organisation SET status = 'active'",
        "UPDATE registry.organisation SET schema_version = 1",
        "DELETE FROM registry.organisation", "DELETE FROM registry.system_certificate",
        "UPDATE registry.system_certificate SET status = 'active'",
        "UPDATE registry.change_counter SET value = 1", "TRUNCATE registry.membership",
        "INSERT INTO registry.sharing_rule VALUES ('X')",
        "INSERT INTO registry.organisation (kind, code, status) VALUES ('operator', 'x', 'active')",
        "SELECT registry.operators_remain(NULL, NULL)", "SET ROLE m100",
    ])
    func theWriterChangesStatusOnlyThroughTheFunctions(sql: String) async throws {
        let fixture = try await TenancyFixture.get()
        #expect(
            try await fixture.operator.attempt(sql, as: "icds_registry_writer")
                != nil)
        #expect(
            try await fixture.api.attempt(
                "SELECT registry.set_organisation_status('county', '06', 'active')",
                as: "icds_registry_reader") == .insufficientPrivilege)
    }

    @Test(arguments: ["active; DROP SCHEMA registry", "registered", ""])
    func noOtherStatusCanBeSet(status: String) async throws {
        let fixture = try await TenancyFixture.get()
        let step = WorkStep(
            OrganisationStatements.setStatus, [.text("county"), .text("06"), .text(status)])
        await #expect(throws: DatabaseError.self) {
            try await fixture.operator.run([step], in: fixture.registry.scope)
        }
    }
}
