import Contract
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Services
@testable import Tenancy

/// Clients are created, found and changed through two daemons on one database while a third works on the
/// keys: every call comes out as it would without.
@Suite struct RotationUnderLoadTests {
    /// Identity codes that are in use, by the client that has each.
    private final class Ledger: Sendable {
        private let clients = Mutex<[String: String]>([:])
        private let done = Atomic(false)
        private let contests = Atomic(0)

        /// Whether all rotations are through.
        var isDone: Bool { done.load(ordering: .relaxed) }
        func end() { done.store(true, ordering: .relaxed) }
        /// How often two daemons were given the same new code.
        var contestCount: Int { contests.load(ordering: .relaxed) }
        func contested() { contests.add(1, ordering: .relaxed) }

        func add(_ client: Client) {
            clients.withLock { $0[client.identityCode] = client.clientID }
        }
        var all: [String: String] { clients.withLock { $0 } }
        var any: (code: String, id: String)? {
            clients.withLock { $0.randomElement() }.map { ($0.key, $0.value) }
        }
    }

    @Test func everyCallSucceedsAndNoCodeGetsASecondClient() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let code = try await fixture.activeMunicipality()
        let second = try await fixture.anotherDaemon()
        let callers = [fixture.municipality(code), second.municipality(code)]
        let ledger = Ledger()
        for number in 0..<40 {
            ledger.add(try await callers[number % 2].create())
        }
        try await withThrowingTaskGroup { group in
            for number in 0..<4 {
                let caller = callers[number % 2]
                group.addTask { try await work(caller, ledger) }
            }
            group.addTask { try await contest(callers, ledger) }
            group.addTask {
                defer { ledger.end() }
                for _ in 0..<3 { try await rotate(.data, code, fixture, fixture.masterKeys) }
            }
            try await group.waitForAll()
        }
        #expect(ledger.contestCount > 0)
        for (identityCode, id) in ledger.all {
            for caller in callers {
                #expect(try await find(caller, identityCode) == id)
            }
        }
        let rows = try fixture.rows(
            """
            SELECT count(*), count(DISTINCT identity_code_index_even), max(get_byte(
                identity_code_ciphertext, 0)), count(identity_code_index)
            FROM m\(code).client
            """)
        let count = "\(ledger.all.count)"
        #expect(rows == [[count, count, "4", "0"]])
    }

    /// A source of master keys that takes its time, as a KMS does.
    private final class Source: Sendable {
        private let keys: Mutex<[MasterKey]>

        init(_ first: MasterKey) { keys = Mutex([first]) }

        func add() throws -> MasterKey {
            let new = try MasterKey(try SecretBytes.random(count: 32))
            keys.withLock { $0.insert(new, at: 0) }
            return new
        }

        /// Those that one daemon holds.
        func masterKeys() throws -> MasterKeys {
            MasterKeys(current: try #require(all.last)) {
                // Long enough for others to miss the key, too.
                for _ in 0..<2_000 { await Task.yield() }
                return self.all
            }
        }

        private var all: [MasterKey] { keys.withLock { $0 } }
    }

    /// Neither of two daemons that serve has the new master key in memory when the first municipality's
    /// keys are wrapped by it.
    @Test func everyCallSucceedsWhileTheMasterKeyIsRotated() async throws {
        let fixture = try await ServiceFixture.make(cluster: .make())
        let code = try await fixture.activeMunicipality()
        let source = Source(fixture.masterKeys.current)
        let daemons = [
            try await fixture.anotherDaemon(masterKeys: source.masterKeys()),
            try await fixture.anotherDaemon(masterKeys: source.masterKeys()),
        ]
        let callers = daemons.map { $0.municipality(code) }
        let ledger = Ledger()
        for caller in callers { ledger.add(try await caller.create()) }
        try await withThrowingTaskGroup { group in
            for number in 0..<4 {
                let caller = callers[number % 2]
                group.addTask { while !ledger.isDone { try await look(caller, ledger) } }
            }
            group.addTask {
                defer { ledger.end() }
                for _ in 0..<3 {
                    let new = try source.add()
                    try await rotate(.master, code, fixture, source.masterKeys())
                    // They hear of it and read the keys anew.
                    for (daemon, caller) in zip(daemons, callers) {
                        try await daemon.registryCache.reload()
                        ledger.add(try await caller.create())
                        #expect(daemon.masterKeys.current.id == new.id)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func work(_ caller: ServiceCaller, _ ledger: Ledger) async throws {
        while !ledger.isDone {
            ledger.add(try await caller.create())
            try await look(caller, ledger)
            try await createTwice(caller, ledger)
            try await change(caller, ledger)
        }
    }

    /// Both daemons are given the same new codes at the same moment: one of them wins.
    private func contest(_ callers: [ServiceCaller], _ ledger: Ledger) async throws {
        while !ledger.isDone {
            let client = ServiceExamples.client()
            async let first = created(client, by: callers[0])
            async let other = created(client, by: callers[1])
            let made = try await [first, other].compactMap(\.self)
            #expect(made.count == 1)
            for one in made { ledger.add(one) }
            ledger.contested()
        }
    }

    private func rotate(
        _ kind: KeyKind, _ code: String, _ fixture: ServiceFixture,
        _ masterKeys: MasterKeys
    ) async throws {
        _ = try await KeyServiceClient(fixture.operation).rotateKeys(
            .with {
                $0.kind = kind
                $0.municipalityCodes = [code]
            })
        let keeper = KeyKeeper(
            migrator: fixture.databases.migrator, masterKeys: masterKeys,
            logger: fixture.log.logger,
            settings: Tenancy.KeyRotation.Settings(batchRowsMax: 10, restFactor: 1))
        let round = try await keeper.round()
        #expect(round.finished == [code], "\(fixture.log.lines)")
    }

    private func look(_ caller: ServiceCaller, _ ledger: Ledger) async throws {
        guard let (code, id) = ledger.any else { return }
        #expect(try await find(caller, code) == id)
        let read = try await caller.clients.getClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.clientID = id
            })
        #expect(read.client?.identityCode == code)
    }

    private func find(_ caller: ServiceCaller, _ code: String) async throws -> String? {
        try await caller.clients.findClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.identityCode = code
            }
        ).client?.clientID
    }

    private func createTwice(_ caller: ServiceCaller, _ ledger: Ledger) async throws {
        guard let (code, _) = ledger.any else { return }
        let made = try await created(ServiceExamples.client(identityCode: code), by: caller)
        #expect(made == nil)
    }

    /// Nil where the code is in use.
    private func created(_ client: Client, by caller: ServiceCaller) async throws -> Client? {
        do {
            return try await caller.create(client)
        } catch let status as RPCStatus where status.reason == "IDENTITY_CODE_IN_USE" {
            return nil
        }
    }

    /// Others may change it at the same moment.
    private func change(_ caller: ServiceCaller, _ ledger: Ledger) async throws {
        guard let (_, id) = ledger.any else { return }
        do {
            let read = try await caller.clients.getClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.clientID = id
                })
            _ = try await caller.clients.updateClient(
                .with {
                    $0.access = ServiceExamples.access()
                    $0.clientID = id
                    $0.etag = read.client?.etag ?? ""
                    $0.client = .with { $0.citizenships = ["SO", "FI"] }
                    $0.updateMask = FieldMask(paths: ["citizenships"])
                })
        } catch let status as RPCStatus where status.reason == "ETAG_MISMATCH" {
            return
        }
    }
}
