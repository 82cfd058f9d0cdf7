import Contract
import Foundation
import RegisterData
import Wire

/// The daemon, the certificates and the connections that the scenario is played with.
final class Stage {
    let daemon: DaemonProcess
    private let certificates: Certificates
    private let seed: UInt64
    private let run: Int
    private let today: CivilDate

    /// Makes certificates and starts the daemon.
    init(options: Options) throws {
        let state = StateFolder(path: options.state)
        if options.fresh { try state.remove() }
        try state.make()
        guard
            let today = CivilDate(
                dayNumber: Int((Date().timeIntervalSince1970 / 86_400).rounded(.down)))
        else { throw Deviation("this machine's clock shows no day") }
        self.today = today
        seed = options.seed
        run = try state.takeRunNumber()
        certificates = Certificates(folder: state.certificates)
        try certificates.make(script: URL(fileURLWithPath: options.certificates))
        daemon = try DaemonProcess(program: try Self.program(options.daemon), state: state)
    }

    func play(_ journal: Journal) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        journal.line("The daemon is starting; its log is \(daemon.logPath).")
        let (host, port) = try await daemon.address()
        let operatorCaller = try await connect(.operator, host: host, port: port)
        journal.line(
            "\(operatorCaller.admission.serverImplementation) is ready at \(host):\(port) after "
                + "\(Journal.milliseconds(clock.now - start)); run \(run + 1) with this state.")
        let health = try await journal.call(
            operatorCaller, HealthServiceMethods.check, "does it serve?",
            answer: Answers.lines
        ) {
            try await HealthServiceClient(operatorCaller.connection).check(CheckRequest())
        }
        try journal.check(health?.status == .serving, "it serves")

        var files: [Party: [UInt8]] = [:]
        for party in Party.allCases { files[party] = try certificates.bytes(of: party) }
        let registry = RegistrySteps(
            journal: journal, operatorCaller: operatorCaller,
            register: try NationalRegister.embedded(), today: today)
        try await registry.run(certificates: files)

        var callers: [Party: Caller] = [.operator: operatorCaller]
        for party in Party.allCases where party != .operator {
            let caller = try await connect(party, host: host, port: port)
            journal.line(
                "     \(caller.name) is connected, admitted as \(caller.admission.admittedAs)")
            callers[party] = caller
        }
        let scenario = Scenario(
            journal: journal, callers: callers,
            generator: ClientGenerator(seed: seed, run: run, today: today))
        try await scenario.run()
        for caller in callers.values { await caller.connection.close() }
    }

    private func connect(_ party: Party, host: String, port: Int) async throws -> Caller {
        var configuration = ClientConfiguration(
            host: host, port: port, tls: try certificates.context(for: party, server: host))
        configuration.implementation = "icds-demo"
        let connection = RPCChannel(ChannelConfiguration(configuration))
        return Caller(
            name: party.name, identity: party.identity, userID: party.userID,
            connection: connection, admission: try await connection.connect())
    }

    /// The daemon beside this program, unless another is named.
    private static func program(_ path: String?) throws -> URL {
        if let path { return URL(fileURLWithPath: path) }
        let own = URL(fileURLWithPath: CommandLine.arguments.first ?? "")
        let folder = Bundle.main.executableURL ?? own
        return folder.deletingLastPathComponent().appendingPathComponent("icds-rpcd")
    }
}
