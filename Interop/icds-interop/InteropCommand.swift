import ArgumentParser
import Wire

/// gRPC's interoperability cases over this protocol: a server for clients in any language, and the
/// cases against a server in any language.
@main
struct InteropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icds-interop",
        abstract: "Serve icds.testing.v1.TestService, or try its cases against a server.",
        discussion: "docs/interop.md lists the cases and what each proves.",
        subcommands: [ServeCommand.self, RunCommand.self, ListCommand.self])
}

/// Where certificates lie.
struct CertificateOptions: ParsableArguments {
    @Option(name: .customLong("cert"), help: "PEM file of this side's certificate.")
    var certificate: String

    @Option(help: "PEM file of its private key.")
    var key: String

    @Option(name: .customLong("ca"), help: "PEM file of the trusted authority.")
    var authority: String

    var files: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: certificate, privateKeyFile: key,
            trustedAuthorityFiles: [authority])
    }
}
