import Contract
import Tenancy
import Wire

/// A decision with what it releases; nothing but the decision where it refuses or only explains.
struct SharingOutcome: Sendable {
    var decision: Decision
    var client: Client?
    var assessment: Assessment?
    var sources: [CategorySource] = []
}

/// Decides for a county and, where asked and permitted, releases: facts, decision, audit row and
/// data in one snapshot and one transaction. The answer is given after the commit.
struct SharingWork: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ query: SharingQuery, _ call: CountyCall, releasing: Bool
    ) async throws -> SharingOutcome {
        var violations = FieldViolations()
        query.check(accepting: environment.identityCodes, &violations)
        try await environment.refuse(violations, call)
        let register = try environment.snapshot()
        guard let tenant = register.activeTenant(query.municipalityCode) else {
            return try await SharingOutcome(
                decision: decideWithoutRecords(query, call, register))
        }
        let outcome = try await environment.countyWork(call) {
            try await environment.sharingKeys.using(tenant) { keys in
                try await decide(query, call, tenant, keys, register, releasing: releasing)
            }
        }
        if outcome.decision.outcome != .permitted { environment.recorder.spend(call.context) }
        return outcome
    }

    /// For a municipality that is not let in: there are no records to look at and no log to write to,
    /// and the decision is made from the register alone. The daemon's own log says that it happened.
    private func decideWithoutRecords(
        _ query: SharingQuery, _ call: CountyCall, _ register: RegistrySnapshot
    ) async throws -> Decision {
        let now = Timestamp.now()
        guard let today = CalendarDate(register.today) else {
            throw StatusMapping.registryUnavailable
        }
        let facts = SharingFacts(
            countyCodeOfMunicipality: register.county(ofMunicipality: query.municipalityCode),
            isMunicipalityActive: false, participation: nil)
        let decision = SharingDecision.decide(
            query.request(of: call), facts: facts,
            rules: register.sharingRules.compactMap { DisclosureRule($0) },
            at: DecisionMoment(
                decisionID: try SecureRandom.uuid(), seconds: now.seconds, nanoseconds: now.nanos,
                today: today))
        try await environment.recorder.record(call.context, reason: decision.reason, in: register)
        return decision
    }

    private func decide(
        _ query: SharingQuery, _ call: CountyCall, _ tenant: TenantSchema, _ keys: TenantKeys,
        _ register: RegistrySnapshot, releasing: Bool
    ) async throws -> SharingOutcome {
        let lookup = try SharingLookup(query, keys: keys)
        return try await environment.sharing.transaction(
            in: tenant, for: call.county, options: call.options
        ) { transaction in
            let results = try await transaction.run([
                WorkStep(SharingStatements.moment), lookup.step,
            ])
            let part = try results[1].first.map { try SharingPart($0) }
            let moment = try DecisionMoment(results[0].only())
            let facts = SharingFacts(
                countyCodeOfMunicipality: register.county(
                    ofMunicipality: tenant.code, on: moment.today.description),
                isMunicipalityActive: true, participation: part?.facts)
            let decision = SharingDecision.decide(
                query.request(of: call), facts: facts,
                rules: register.sharingRules.compactMap { DisclosureRule($0) },
                at: moment)
            var outcome = SharingOutcome(decision: decision)
            if releasing, decision.outcome == .permitted, let part {
                outcome = try await SharingRelease(
                    decision: decision, part: part, tenant: tenant, keys: keys
                ).read(transaction)
            }
            return Audited(
                outcome, call.entry(decision, subject: lookup.auditSubject, released: releasing))
        }
    }
}

extension CountyCall {
    /// What the log keeps of a decision: all of it, and which groups left.
    func entry(_ decision: Decision, subject: AuditSubject, released: Bool) -> AuditEntry {
        var entry = entry(
            subject,
            decision.outcome == .permitted ? .permitted : .refused(reason: decision.reason))
        entry.ground = AuditGround(
            rule: decision.rule, statuteVersion: decision.statuteVersion,
            legalBasis: decision.legalBasis)
        entry.decision = AuditDecision(id: decision.decisionID, json: decision.jsonString())
        entry.released = released ? decision.released.map { Int($0.rawValue) } : []
        return entry
    }
}

extension DecisionMoment {
    /// - Parameter row: the columns of `SharingStatements.moment`.
    init(_ row: SQLRow) throws {
        let time: SQLTimestamp = try row.value("decide_time")
        guard let today = CalendarDate(try row.value("today", as: String.self)) else {
            throw DatabaseError(.unexpectedResult, "the database's day is no day")
        }
        self.init(
            decisionID: try SecureRandom.uuid(), seconds: time.seconds,
            nanoseconds: time.nanoseconds, today: today)
    }
}
