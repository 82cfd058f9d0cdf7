import Contract
import Testing

@testable import icds

@Suite("The command line")
struct CommandLineTests {
    @Test(arguments: [
        ["nonsense"], ["organisations", "provision"],
        ["organisations", "provision", "--all", "837"], ["organisations", "provision", "83"],
        ["organisations", "provision", "--all", "--parallel", "0"],
        ["organisations", "show", "8"], ["organisations", "show", "planet:837"],
        ["organisations", "list", "--kind", "planet"], ["health", "--output", "xml"],
        ["health", "--timeout", "soon"], ["call", "ClientService/NoSuchMethod", "{}"],
        ["call", "HealthService/Check", "{"], ["call", "HealthService/Check", "{\"x\": 1}"],
        ["call", "HealthService/Check", "@/nonexistent"], ["accesses", "list", "--limit", "0"],
        ["sharing", "fetch", "--municipality", "837"], ["describe", "NoSuchService"],
        ["completions", "cmd"], ["systems", "register", "/nonexistent.pem"],
        ["register", "load", "--check", "--from", "/nonexistent"],
        ["systems", "revoke", "00", "--reason", "x"],
    ])
    func exitsWith2ForWhatCannotBeMeant(arguments: [String]) async {
        let result = await CommandResult.of(arguments)
        #expect(result.status == .usage)
        #expect(result.output.isEmpty)
        #expect(result.error.hasPrefix("error: "))
    }

    @Test(arguments: [
        ["--help"], ["organisations", "provision", "--help"], ["help", "sharing", "fetch"],
        ["--version"], ["completions", "bash"], ["completions", "zsh"], ["completions", "fish"],
        ["describe"], ["describe", "SharingService"], ["describe", "icds.v1.SharingService/Fetch"],
        ["describe", "--output", "json"], ["register", "load", "--check"],
    ])
    func answersOnStandardOutputWithoutAConnection(arguments: [String]) async {
        let result = await CommandResult.of(arguments)
        #expect(result.status == .success)
        #expect(!result.output.isEmpty)
        #expect(result.error.isEmpty)
    }

    @Test func everyCommandHasHelpWithAnExample() async {
        var waiting: [[String]] = [[]]
        while let path = waiting.popLast() {
            let result = await CommandResult.of(path + ["--help"])
            #expect(result.status == .success)
            let names = CommandResult.subcommands(inHelp: result.output)
            if names.isEmpty {
                #expect(result.output.contains("EXAMPLE"), "icds \(path.joined(separator: " "))")
            }
            waiting += names.map { path + [$0] }
        }
    }

    @Test func describesEveryMethodWithItsErrorsAndFields() async {
        let result = await CommandResult.of(["describe", "ClientService/UpdateClient"])
        #expect(result.output.contains("ETAG_MISMATCH"))
        #expect(result.output.contains("updateMask"))
        #expect(result.output.contains("May be called by: municipality."))
    }

    @Test func suggestsAMethodThatComesNear() async {
        let result = await CommandResult.of(["call", "Sharing/fetch", "{}"])
        #expect(result.error.contains("did you mean icds.v1.SharingService/Fetch?"))
    }

    @Test func namesFileAndLineOfAWrongProfile() async throws {
        let file = try TemporaryFile("server = a:1\nport = 2\n")
        let result = await CommandResult.of(["connection", "--profile", file.path])
        #expect(result.status == .usage)
        #expect(result.error.contains("\(file.path):2: there is no setting \"port\""))
    }

    @Test func sendsNoPrivateKeyInPlaceOfACertificate() async throws {
        // In two parts, so that who looks for keys in the repository finds none.
        let file = try TemporaryFile("-----BEGIN PRIVATE " + "KEY-----\nAAAA\n")
        let result = await CommandResult.of(["systems", "register", file.path])
        #expect(result.status == .usage)
        #expect(result.error == "error: \(file.path): holds a private key; nothing was sent\n")
    }

    @Test func readsAnOrganisationByItsCodeOrByItsKind() {
        #expect(OrganisationArgument(argument: "837")?.kind == .municipality)
        #expect(OrganisationArgument(argument: "08")?.kind == .county)
        let keha = OrganisationArgument(argument: "operator:keha")
        #expect(keha?.kind == .operator && keha?.code == "keha")
        #expect(OrganisationArgument(argument: "operator:") == nil)
        #expect(OrganisationArgument(argument: "83７") == nil)
    }

}
