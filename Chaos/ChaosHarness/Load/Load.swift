import Rehearsal
import Synchronization
import Wire

/// Everybody who calls at once: for each municipality three employees, two who share a client, one who
/// assesses with the county, and two systems that read the change feed.
final class Load: Sendable {
    private static let caseworkersPerMunicipality = 3
    private static let sharersPerMunicipality = 2

    let ledger: Ledger
    let readers: [FeedReader]
    /// A channel of each municipality, for whoever looks afterwards.
    let callers: [String: Caller]
    private let counties: [String: Caller]
    private let seed: UInt64
    private let goesOn = Atomic(true)
    private let tasks = Mutex<(work: Task<Void, Never>, reading: Task<Void, Never>)?>(nil)

    init(
        certificates: ChaosCertificates, port: Int, ledger: Ledger, seed: UInt64
    ) throws {
        self.ledger = ledger
        self.seed = seed
        func caller(
            _ owner: ChaosCertificates.Owner, for municipality: String, _ user: String
        ) throws -> Caller {
            Caller(
                municipality: municipality, userID: user,
                channel: try certificates.channel(of: owner, port: port),
                singleChannel: try certificates.channel(of: owner, port: port, retry: .none),
                ledger: ledger)
        }
        var callers: [String: Caller] = [:]
        var counties: [String: Caller] = [:]
        var readers: [FeedReader] = []
        for (index, municipality) in Parties.municipalities.enumerated() {
            let code = municipality.code
            let own = try caller(.municipality(code), for: code, "caseworker-1")
            callers[code] = own
            counties[code] = try caller(.county(municipality.county), for: code, "nurse-1")
            for isFromBeginning in [true, false] {
                readers.append(
                    FeedReader(
                        caller: try caller(.municipality(code), for: code, "sync-1"),
                        name: "\(code), from \(isFromBeginning ? "the beginning" : "its start")",
                        isFromBeginning: isFromBeginning,
                        seed: seed &+ UInt64(100 + 2 * index + (isFromBeginning ? 1 : 0))))
            }
        }
        self.callers = callers
        self.counties = counties
        self.readers = readers
    }

    /// Begins, and goes on until `stop`.
    func start() {
        let work = Task { await self.work() }
        let reading = Task { [readers] in
            await withTaskGroup { group in
                for reader in readers { group.addTask { await reader.run() } }
            }
        }
        tasks.withLock { $0 = (work, reading) }
    }

    /// Nobody begins anything new; returns when everybody has ended what they had begun.
    func stop() async {
        goesOn.store(false, ordering: .relaxed)
        await tasks.withLock { $0?.work }?.value
    }

    /// Nobody follows the feeds any more.
    func stopReading() async {
        let reading = tasks.withLock { $0?.reading }
        reading?.cancel()
        await reading?.value
    }

    /// Ends at once.
    func end() async {
        let work = tasks.withLock { $0?.work }
        work?.cancel()
        await work?.value
        await stopReading()
        for caller in Array(callers.values) + Array(counties.values) {
            await caller.channel.close()
            await caller.singleChannel.close()
        }
    }

    private func work() async {
        await withTaskGroup { group in
            var number = 0
            for municipality in Parties.municipalities {
                guard let caller = callers[municipality.code],
                    let county = counties[municipality.code]
                else { continue }
                for _ in 0..<Self.caseworkersPerMunicipality {
                    number += 1
                    let worker = Caseworker(caller: caller, number: number, seed: seed)
                    group.addTask { await self.run(worker) }
                }
                let team = AssessmentTeam(
                    municipality: caller, county: county, seed: seed &+ UInt64(1_000 + number))
                group.addTask { await self.run(team) }
                let text = SharedClient(municipality: municipality.code)
                for _ in 0..<Self.sharersPerMunicipality {
                    let sharer = SharedTextWriter(caller: caller, text: text)
                    group.addTask { try? await sharer.work { self.isGoingOn } }
                }
            }
        }
    }

    private var isGoingOn: Bool { goesOn.load(ordering: .relaxed) && !Task.isCancelled }

    private func run(_ worker: Caseworker) async {
        var worker = worker
        try? await worker.work { isGoingOn }
    }

    private func run(_ team: AssessmentTeam) async {
        var team = team
        try? await team.work { isGoingOn }
    }
}
