import Rehearsal

/// Which fault comes after how much load, by the seed alone.
package struct Schedule: Sendable, Equatable {
    package struct Step: Sendable, Equatable {
        /// How long the load runs undisturbed before.
        package let load: Duration
        package let fault: Fault
        /// How long it takes until whoever watches over PostgreSQL starts it again.
        package let outage: Duration

        package init(load: Duration, fault: Fault, outage: Duration = .zero) {
            self.load = load
            self.fault = fault
            self.outage = outage
        }
    }

    package let steps: [Step]

    package init(steps: [Step]) {
        self.steps = steps
    }

    /// - Parameters:
    ///   - kills: how many kills of a backend, of PostgreSQL and of the daemon; the other faults come
    ///     between them.
    ///   - kinds: faults of these kinds only. Where none of them is a kill, `kills` counts them.
    package init(
        seed: UInt64, kills: Int, others: [Fault] = Self.standardOthers,
        kinds: Set<FaultKind> = Set(FaultKind.allCases)
    ) {
        var random = SeededGenerator(seed: seed)
        let others = others.filter { kinds.contains($0.kind) }
        let weighted = Self.kills.filter { kinds.contains($0.kind) }
        guard !weighted.isEmpty else {
            let faults = (0..<kills).compactMap { others.isEmpty ? nil : others[$0 % others.count] }
            steps = faults.map { Self.step($0, &random) }
            return
        }
        var faults: [Fault] = []
        while faults.count < kills {
            faults += weighted.shuffled(using: &random).prefix(kills - faults.count)
        }
        // Spread over the kills.
        let shuffled = others.shuffled(using: &random)
        for (index, fault) in shuffled.enumerated().reversed() {
            faults.insert(fault, at: (index + 1) * kills / (shuffled.count + 1))
        }
        steps = faults.map { Self.step($0, &random) }
    }

    /// Twenty kills as they are spread: nine of a backend, six of the daemon, five of PostgreSQL.
    private static let kills: [Fault] =
        Array(repeating: .killBackend, count: 9) + Array(repeating: .killDaemon, count: 6)
        + Array(repeating: .killPostgres, count: 3) + Array(repeating: .killPostmaster, count: 2)

    /// The longest stop is longer than every time limit of the daemon and of its callers: 30 s for a
    /// statement, for an idle transaction and for the age of the registry, and 4 s for a call.
    package static let standardOthers: [Fault] = [
        .fillDisk, .fillDisk, .fillDisk, .stopDatabase(seconds: 6), .stopDatabase(seconds: 40),
        .promoteStandby, .promoteStandby, .promoteStandby,
    ]

    private static func step(_ fault: Fault, _ random: inout SeededGenerator) -> Step {
        let load = Int.random(in: 300...2_500, using: &random)
        let outage = fault.kind == .postgres ? Int.random(in: 0...3_000, using: &random) : 0
        return Step(load: .milliseconds(load), fault: fault, outage: .milliseconds(outage))
    }
}
