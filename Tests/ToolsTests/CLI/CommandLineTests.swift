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
        ["health", "--timeout", "soon"], ["call", "HealthService/Check", "{"],
        ["call", "HealthService/Check", "@/nonexistent"], ["accesses", "list", "--limit", "0"],
        ["sharing", "fetch", "--municipality", "837"], ["connections", "--watch", "soon"],
        ["connections", "show", "x"],
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
        ["register", "load", "--check"],
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
