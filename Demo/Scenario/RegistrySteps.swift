import Contract
import RegisterData
import Wire

/// The operator's preparations: the register, the schemas, who is let in.
struct RegistrySteps {
    /// Municipalities worked on at once: two for each core of a small server.
    static let parallelMax = 4

    let journal: Journal
    let operatorCaller: Caller
    let register: NationalRegister
    let today: CivilDate

    func run(certificates: [Party: [UInt8]]) async throws {
        try await loadRegister()
        try await provisionAll()
        try await letIn(certificates)
    }

    private func loadRegister() async throws {
        journal.heading("The national register")
        let counties = register.areas(.county, on: today)
        let municipalities = register.municipalities(on: today)
        journal.line(
            "\(municipalities.count) municipalities, \(counties.count) counties with Helsinki, "
                + "\(register.memberships.count) memberships in areas.")
        journal.line("Source: \(NationalRegister.source).\n")
        let answer = try await journal.call(
            operatorCaller, RegistryServiceMethods.loadRegister, "the whole register",
            answer: Answers.lines
        ) {
            try await operatorCaller.registry.loadRegister(register.loadRequest)
        }
        try journal.check(
            answer?.municipalityCount == 308 && answer?.countyCount == 22,
            "308 municipalities, 21 counties and Helsinki")
    }

    private func provisionAll() async throws {
        journal.heading("A schema for each municipality")
        let codes = register.municipalities(on: today).map(\.code)
        let progress = ProvisionProgress(total: codes.count)
        let clock = ContinuousClock()
        let start = clock.now
        let registry = operatorCaller.registry
        var changedCount = 0
        try await withThrowingTaskGroup(of: Bool.self) { group in
            var waiting = codes[...]
            func startNext() {
                guard let code = waiting.popFirst() else { return }
                group.addTask {
                    try await registry.provisionOrganisation(
                        ProvisionOrganisationRequest.with { $0.municipalityCode = code }
                    ).changed
                }
            }
            for _ in 0..<Self.parallelMax { startNext() }
            for try await changed in group {
                changedCount += changed ? 1 : 0
                progress.advance()
                startNext()
            }
        }
        progress.finish()
        let time = clock.now - start
        journal.count(permitted: codes.count)
        journal.line(
            "     Operator: RegistryService/ProvisionOrganisation, \(codes.count) calls, "
                + "\(Self.parallelMax) at once")
        journal.line(
            "     permitted in \(Journal.milliseconds(time)) together: \(changedCount) made, "
                + "\(codes.count - changedCount) there already")
    }

    private func letIn(_ certificates: [Party: [UInt8]]) async throws {
        journal.heading("Who is let in")
        for party in Party.allCases where party != .operator {
            let isCounty = party.identity.hasPrefix("county:")
            try await journal.call(
                operatorCaller, RegistryServiceMethods.activateOrganisation, party.name,
                answer: Answers.lines
            ) {
                try await operatorCaller.registry.activateOrganisation(
                    ActivateOrganisationRequest.with {
                        $0.kind = isCounty ? .county : .municipality
                        $0.code = party.code
                    })
            }
            let system = try await journal.call(
                operatorCaller, RegistryServiceMethods.registerSystem, party.identity,
                answer: Answers.lines
            ) {
                try await operatorCaller.registry.registerSystem(
                    RegisterSystemRequest.with { $0.certificate = certificates[party] ?? [] })
            }
            try journal.check(
                system?.system?.uri == "urn:icds:\(party.identity)",
                "the certificate names \(party.identity)")
        }
    }
}
