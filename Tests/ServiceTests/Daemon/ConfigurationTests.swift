import Foundation
import TestSupport
import Testing

/// `icds-rpcd check-config`, run as an operator runs it.
@Suite struct ConfigurationTests {
    private func check(
        _ arguments: [String] = [], environment: [String: String] = [:], file: String? = nil
    ) async throws -> (code: Int32, output: String, row: (String) -> String?) {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        var arguments = ["check-config"] + arguments
        if let file {
            let path = folder.path + "/icds-rpcd.yaml"
            try file.write(toFile: path, atomically: true, encoding: .utf8)
            arguments += ["--config", path]
        }
        let program = try folder.start(arguments, environment: environment)
        let code = try await program.exitCode()
        let lines = program.lines
        return (code, program.output, { key in lines.first { $0.hasPrefix("\(key) ") } })
    }

    @Test func eachSettingNamesItsOrigin() async throws {
        let result = try await check(
            ["--drain-seconds", "7"], environment: ["ICDS_LIMITS_CONNECTIONS": "99"],
            file: "pool:\n  api: 8\n")
        #expect(result.code == 0, "\(result.output)")
        #expect(try #require(result.row("drain.seconds")).contains("7 "))
        #expect(try #require(result.row("drain.seconds")).hasSuffix("(--drain-seconds)"))
        #expect(
            try #require(result.row("limits.connections")).hasSuffix("(ICDS_LIMITS_CONNECTIONS)"))
        #expect(try #require(result.row("pool.api")).hasSuffix("icds-rpcd.yaml: pool.api)"))
        #expect(try #require(result.row("listen.host")).hasSuffix("(default)"))
    }

    @Test func limitsAreSetFromAllSources() async throws {
        let result = try await check(
            ["--limits-connections-per-organisation", "7", "--limits-idle-seconds", "60"],
            environment: ["ICDS_LIMITS_HANDLERS_PER_ORGANISATION": "8"],
            file: "limits:\n  callsPerOrganisation: 9\n  ageSeconds: 59\n")
        #expect(result.code == 1)
        for (key, value) in [
            ("connectionsPerOrganisation", "7"), ("idleSeconds", "60"),
            ("handlersPerOrganisation", "8"), ("callsPerOrganisation", "9"),
            ("connectionsPerAddress", "512"), ("handlers", "8192"),
        ] {
            #expect(try #require(result.row("limits.\(key)")).contains(" \(value) "), "\(key)")
        }
        #expect(result.output.contains("is not a whole number from 60 to 604800"))
    }

    @Test func flagsWinOverEnvironmentAndEnvironmentOverFile() async throws {
        let file = "listen:\n  host: 10.0.0.1\n  port: 1001\ndrain:\n  seconds: 1\n"
        let result = try await check(
            ["--listen-port", "1003"],
            environment: ["ICDS_LISTEN_PORT": "1002", "ICDS_LISTEN_HOST": "10.0.0.2"], file: file)
        #expect(result.code == 0, "\(result.output)")
        #expect(try #require(result.row("listen.port")).contains(" 1003 "))
        #expect(try #require(result.row("listen.host")).contains(" 10.0.0.2 "))
        #expect(try #require(result.row("drain.seconds")).contains(" 1 "))
    }

    @Test func emptyVariableCountsAsUnset() async throws {
        let result = try await check(environment: ["ICDS_DRAIN_SECONDS": ""])
        #expect(try #require(result.row("drain.seconds")).hasSuffix("(default)"))
    }

    @Test func whoNamesAuthoritiesNamesTheirRevocationLists() async throws {
        let lists = "ICDS_TLS_CERTIFICATE_REVOCATION_LISTS"
        let missing = try await check(environment: [lists: ""])
        #expect(missing.code == 1)
        #expect(missing.output.contains("tls.certificateRevocationLists (not set)"))
        #expect(missing.output.contains("sets tls.revocation to none"))
        let none = try await check(environment: [lists: "", "ICDS_TLS_REVOCATION": "none"])
        #expect(none.code == 0, "\(none.output)")
        let both = try await check(environment: ["ICDS_TLS_REVOCATION": "none"])
        #expect(both.code == 1)
        #expect(both.output.contains("leave one of the two out"))
    }

    @Test func weakNamesOfThePolicyAreNamedWithThoseAllowed() async throws {
        let result = try await check(
            ["--tls-groups", "P-256", "--tls-groups", "P-192"],
            environment: ["ICDS_TLS_CIPHER_SUITES": "RC4-MD5"])
        #expect(result.code == 1)
        #expect(
            result.output.contains(
                "tls.groups (--tls-groups): \"P-192\" is unknown or too weak; allowed are: X25519"))
        #expect(result.output.contains("tls.cipherSuites (ICDS_TLS_CIPHER_SUITES): \"RC4-MD5\""))
        let good = try await check(["--tls-groups", "P-384"])
        #expect(good.code == 0, "\(good.output)")
        #expect(try #require(good.row("tls.groups")).contains(" P-384 "))
    }

    @Test func fileMayBeJSON() async throws {
        let result = try await check(
            file: #"{"listen": {"port": 1234}, "log": {"level": "error"}}"#)
        #expect(result.code == 0, "\(result.output)")
        #expect(try #require(result.row("listen.port")).contains(" 1234 "))
    }

    @Test func sectionOfCommentsAloneIsEmpty() async throws {
        let result = try await check(file: "keys:\n  # masterFile: x\nlisten:\n  port: 1\n")
        #expect(result.code == 0, "\(result.output)")
    }

    @Test func unknownKeyIsAnErrorThatNamesItsNeighbours() async throws {
        let result = try await check(file: "listen:\n  prot: 1\n")
        #expect(result.code == 1)
        #expect(result.output.contains("unknown key listen.prot (known: listen.host, listen.port)"))
    }

    @Test func allProblemsAreListedAtOnce() async throws {
        let result = try await check(
            ["--listen-port", "65536", "--log-level", "loud"],
            environment: ["ICDS_TLS_KEY": "/nowhere/server.key"], file: "pool:\n  api: none\n")
        #expect(result.code == 1)
        for part in ["listen.port (--listen-port)", "log.level", "/nowhere/server.key", "pool.api"]
        {
            #expect(result.output.contains(part), "\(part)")
        }
    }

    @Test func brokenFileIsAnError() async throws {
        let result = try await check(file: "listen: [\n")
        #expect(result.code == 1)
        #expect(result.output.contains("cannot be read as YAML or JSON"))
    }

    @Test func secretsAreNeverPrinted() async throws {
        let result = try await check(environment: [
            "ICDS_DATABASE_CONNINFO": "host=db password=hunter2",
            "ICDS_DATABASE_ADMINISTRATOR_CONNINFO": "host=db user=postgres password=hunter3",
        ])
        #expect(!result.output.contains("hunter"))
        #expect(try #require(result.row("database.conninfo")).contains("(set)"))
        #expect(result.output.contains("needs a master key file"))
    }

    @Test func keyThatOthersMayReadIsAnError() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        chmod(folder.server.keyPath, 0o644)
        let program = try folder.start(["check-config"])
        #expect(try await program.exitCode() == 1)
        #expect(program.output.contains("chmod 600"))
    }

    @Test func keyOfAnotherCertificateIsAnError() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let program = try folder.start(
            ["check-config", "--tls-key", folder.operatorSystem.keyPath])
        #expect(try await program.exitCode() == 1)
        #expect(program.output.contains("does not belong to the certificate"))
    }

    @Test func certificateThatIsNoOperatorsIsAnError() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let other = try TestPKI.shared.issue(uris: ["urn:icds:municipality:837:casework"])
        let program = try folder.start(
            ["check-config", "--operators-certificates", other.certificatePath])
        #expect(try await program.exitCode() == 1)
        #expect(
            program.output.contains("urn:icds:municipality:837:casework, which is no operator's"))
    }

    @Test func serveRefusesAnUnsoundConfiguration() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let program = try folder.start(["serve", "--listen-port", "x"])
        #expect(try await program.exitCode() == 78)
        #expect(program.output.contains("listen.port"))
    }
}
