import ArgumentParser
import HostilePeers

/// Carries out one attack from when it is told so until it is told to end.
struct AttackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attack",
        abstract: "Attack a server until a line, or the end, comes on standard input.")

    @Argument(help: "Name of the attack; see list.")
    var name: String

    @Option(help: "Port of the server on 127.0.0.1.")
    var port: UInt16

    @Option(help: "PEM file of a certificate that the server admits.")
    var certificate: String

    @Option(help: "PEM file of its private key.")
    var key: String

    @Option(help: "PEM file of a certificate that the server refuses.")
    var strangeCertificate: String

    @Option(help: "PEM file of its private key.")
    var strangeKey: String

    @Option(help: "Further certificates that are admitted: PATH for PATH.pem and PATH.key.")
    var crowd: [String] = []

    @Option(help: "Addresses to come from.")
    var addresses = 64

    @Option(help: "Part of the attack's threads and connections to use, 0 to 1.")
    var scale = 1.0

    func run() throws {
        guard let attack = Attack.named(name) else { throw ValidationError("no attack \(name)") }
        let run = try AttackRun(
            attack,
            on: Target(
                port: port, certificate: certificate, key: key,
                strangeCertificate: strangeCertificate, strangeKey: strangeKey,
                crowd: crowd, addresses: addresses),
            scale: scale)
        Line.write(["started": .text(name)])
        _ = readLine()
        Line.write(["fate": .object(try run.end())])
    }
}
