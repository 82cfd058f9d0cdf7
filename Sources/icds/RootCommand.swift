import ArgumentParser

struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "icds",
        abstract: "Administer and use the integration customer data system of the municipalities.",
        discussion: """
            Speaks to the daemon icds-rpcd over mutual TLS. What you may do depends on whose \
            certificate you use: the operator's keeps the register of organisations and systems, a \
            municipality's its clients, a county's asks for what the Integration Act allows it.

            CONNECTION:
              Each setting is looked for as a flag, then in the environment, then in a profile.
              --server   ICDS_SERVER    host:port of the daemon
              --cert     ICDS_CERT      your certificate (PEM)
              --key      ICDS_KEY       its private key (PEM)
              --ca       ICDS_CA        the authority of the daemon's certificate (PEM)
              --crl      ICDS_CRL       revocation lists for that certificate; several with commas
              --user     ICDS_USER      who you are, for the log of accesses
              --timeout  ICDS_TIMEOUT   how long to wait for a call, such as 30s
              --profile  ICDS_PROFILE   name of a file in ~/.config/icds/profiles, or a path
              A profile has lines such as "server = icds.example.fi:7443", with the names above \
            without the hyphens. The profile "default" is used where it exists.

            EXAMPLES:
              icds health
              icds organisations provision --all
              icds accesses list --client 6f1c… --output json
              icds call icds.v1.HealthService/Check '{}'

            \(ExitStatus.help)
            """,
        version: Version.text,
        subcommands: [
            HealthCommand.self, OrganisationsCommand.self, TenantsCommand.self, KeysCommand.self,
            SystemsCommand.self, RegisterCommand.self, ClientsCommand.self, AccessesCommand.self,
            AuditCommand.self,
            SharingCommand.self,
            ConnectionsCommand.self, CallCommand.self, DescribeCommand.self,
            ConnectionCommand.self, CompletionsCommand.self,
        ])
}

enum Version {
    static let text = "0.1.0"
}
