import ArgumentParser
import Foundation
import InteropCases
import Wire

/// Tries cases against a server.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Try one case or all against a server, a line for each.")

    @OptionGroup var certificates: CertificateOptions

    @Option(help: "HOST:PORT of the server.")
    var server: String

    @Option(name: .customLong("case"), help: "Name of a case; all: every case.")
    var caseName = "all"

    @Option(help: "Name in the server's certificate, where it is not the host.")
    var serverName: String?

    func run() async throws {
        let (host, port) = try address()
        let cases = InteropCase.all.filter { caseName == "all" || $0.name == caseName }
        guard !cases.isEmpty else { throw ValidationError("no case \(caseName); see list") }
        let tls = try TLSContext.client(certificates.files, serverName: serverName ?? host)
        let configuration = ClientConfiguration(host: host, port: port, tls: tls)
        let client = try await RPCClient.connect(configuration)
        let target = InteropTarget(configuration: configuration, identity: client.admittedAs)
        await client.close()
        var failed = 0
        for one in cases {
            let start = ContinuousClock.now
            do {
                try await one.run(target)
                let milliseconds = Int(start.duration(to: .now) / .milliseconds(1))
                print("ok      \(one.name) (\(milliseconds) ms)")
            } catch {
                failed += 1
                print("FAILED  \(one.name): \(error)")
            }
        }
        print("\(cases.count - failed) of \(cases.count) cases passed")
        if failed > 0 { throw ExitCode.failure }
    }

    private func address() throws -> (String, Int) {
        guard let colon = server.lastIndex(of: ":"), let port = Int(server[colon...].dropFirst()),
            (1...65_535).contains(port)
        else { throw ValidationError("--server wants HOST:PORT") }
        return (String(server[..<colon]), port)
    }
}

/// Lists the cases.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the names of the cases.")

    func run() throws {
        for one in InteropCase.all { print(one.name) }
    }
}
