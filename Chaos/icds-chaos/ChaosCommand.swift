import ArgumentParser
import ChaosHarness
import Dispatch
import Foundation

/// A command by its form, so that help and errors name the program; `Main` does the work.
struct ChaosCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icds-chaos",
        abstract: "Kill the daemon and its database under load, and check what is left.",
        discussion: """
            Starts a daemon with a primary and a standby of its own, lets municipalities and counties \
            write, read and follow the change feed, and breaks things meanwhile: SIGKILL to a backend, \
            to PostgreSQL and to the daemon, a full disk, a database that does not answer for longer \
            than every time limit, a failover. Afterwards every acknowledged write must be there once, \
            none in part, every access that returned data must have its row in the log, all seals must \
            verify and the feed must have no gap. docs/chaos.md explains the counts.

            Ends with 0 where all of that holds, 1 where not, 130 after Ctrl-C. A run that fails keeps \
            its files. The same seed gives the same faults in the same order; what they meet differs.
            """)

    @Option(help: "Seed of the schedule and of the load; random unless given.")
    var seed: UInt64?

    @Option(help: "How many kills; without any kind of kill in --only, how many faults.")
    var rounds = 100

    @Option(
        help: "This kind of fault and no other, several times: \(Self.kinds).",
        transform: { text in
            guard let kind = FaultKind(rawValue: text) else {
                throw ValidationError("\(text) is none of \(Self.kinds)")
            }
            return kind
        })
    var only: [FaultKind] = []

    @Option(help: "Folder with icds-rpcd and icds; unless given, that of this program.")
    var programs: String?

    @Option(help: "The script that makes development certificates.")
    var certificates = "certs/make-development-certificates"

    @Option(help: "Folder with PostgreSQL's server programs; unless given, Debian's newest.")
    var postgres: String?

    @Option(help: "Where the folder of the run is made.")
    var parent = "/tmp"

    @Flag(
        help: """
            Give each server a file system of its own, of 1 GiB, to be filled. Takes root; otherwise \
            the size of files is limited.
            """)
    var mount = false

    @Flag(help: "Keep the files of a run in which everything holds, too.")
    var keep = false

    private static let kinds = FaultKind.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        guard (0...100_000).contains(rounds) else {
            throw ValidationError("--rounds is 0 to 100000")
        }
        if mount, geteuid() != 0 { throw ValidationError("--mount takes root") }
    }

    var options: ChaosOptions {
        let seed = seed ?? UInt64.random(in: 1...999_999)
        let kinds = only.isEmpty ? Set(FaultKind.allCases) : Set(only)
        let own = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
        var options = ChaosOptions(
            seed: seed, schedule: Schedule(seed: seed, kills: rounds, kinds: kinds),
            programs: programs ?? own, certificates: certificates)
        options.postgres = postgres
        options.parent = parent
        options.mountsDisks = mount
        options.keepsFolder = keep
        return options
    }
}
