import ArgumentParser

/// The measuring programs. `Benchmarks/run` starts them, pins them to cores and compares them.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icds-bench",
        abstract: "Servers and load generators for Benchmarks/run.",
        subcommands: [
            EchoServerCommand.self, FloorServerCommand.self, LoadCommand.self,
            FloorLoadCommand.self, HandshakeLoadCommand.self, IdleConnectionsCommand.self,
            PgbenchScriptCommand.self, DatabaseLoadCommand.self, TouchCommand.self,
            SlowReaderCommand.self, StreamLoadCommand.self,
        ])
}

/// Where certificates lie and whom a program is.
struct CertificateOptions: ParsableArguments {
    @Option(help: "PEM file of this side's certificate.")
    var certificate: String

    @Option(help: "PEM file of its private key.")
    var key: String

    @Option(help: "PEM file of the trusted authority.")
    var authority: String
}

/// Where a server is.
struct TargetOptions: ParsableArguments {
    @Option(help: "Host of the server.")
    var host = "127.0.0.1"

    @Option(help: "Port of the server.")
    var port: Int
}
