import ArgumentParser

/// A command by its form, so that help and errors name the program; `Main` does the work.
struct Options: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icds-demo",
        abstract: "Play the main job from end to end on the national register, through the daemon.",
        discussion: "Ends with 0 where every step comes out as it must, 130 after Ctrl-C, else 1.")

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
