import ArgumentParser
import Contract
import Foundation
import Wire

/// The good clients: a few connections that make small calls at a steady rate all the time, and a
/// newcomer now and then. For each line "SECONDS" on standard input it prints what they saw.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Measure small calls while others attack.")

    @OptionGroup var certificates: CertificateOptions

    @Option(help: "Port of the server on 127.0.0.1.")
    var port: Int

    @Option(help: "Connections.")
    var connections = 4

    @Option(help: "Milliseconds between two calls of a connection.")
    var interval = 2.0

    func run() async throws {
        let tls = try TLSContext.client(certificates.files, serverName: "localhost")
        let settings = ClientConfiguration(host: "127.0.0.1", port: port, tls: tls)
        var clients: [RPCClient] = []
        for _ in 0..<connections { clients.append(try await RPCClient.connect(settings)) }
        Line.write(["started": .text("measure")])
        while let line = readLine(), let seconds = Double(line) {
            let end = ContinuousClock.now + .seconds(seconds)
            async let newcomer = Newcomers.run(settings, until: end)
            let calls = await steady(clients, until: end)
            let newcomers = await newcomer
            Line.write(calls.members.merging(newcomers.members) { first, _ in first })
        }
    }

    private func steady(
        _ clients: [RPCClient], until end: ContinuousClock.Instant
    ) async -> CallTimes {
        let interval = Duration.milliseconds(interval)
        return await withTaskGroup(of: CallTimes.self) { group in
            for client in clients {
                group.addTask { await CallTimes.steady(client, every: interval, until: end) }
            }
            var all = CallTimes()
            for await one in group { all.add(one) }
            return all
        }
    }
}
