import ArgumentParser

struct Options: ParsableArguments {
    @Option(help: "Folder in which the daemon keeps its state from run to run.")
    var state = ".icds/demo"

    @Option(help: "The daemon's program; unless given, the one beside this program.")
    var daemon: String?

    @Option(help: "The script that makes development certificates.")
    var certificates = "certs/make-development-certificates"

    @Option(help: "Seed of the made-up people.")
    var seed: UInt64 = 1

    @Flag(help: "Remove the state of earlier runs first.")
    var fresh = false
}
