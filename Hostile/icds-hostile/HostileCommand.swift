import ArgumentParser
import Glibc
import HostilePeers

/// The programs of the hostile-peer test. `Hostile/run` starts them, pins them to cores and judges.
@main
struct HostileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icds-hostile",
        abstract: "A server, a good client and attackers for Hostile/run.",
        subcommands: [
            ServeCommand.self, MeasureCommand.self, AttackCommand.self, ListCommand.self,
        ])
}

/// Says which attacks there are.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the attacks, one JSON object a line.")

    func run() throws {
        for attack in Attack.all {
            Line.write([
                "name": .text(attack.name), "summary": .text(attack.summary),
                "connections": .number(Double(attack.connections)),
                "memory_bytes_max": .number(Double(attack.memoryBytesMax)),
            ])
        }
    }
}
