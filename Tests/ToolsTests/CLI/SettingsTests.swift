import ArgumentParser
import Testing

@testable import icds

@Suite("Connection settings")
struct SettingsTests {
    private func profile(_ text: String) throws -> (name: String, profile: Profile) {
        ("tampere", try Profile(text: text, path: "/etc/icds/tampere", home: "/users/x"))
    }

    @Test func comeFromTheFlagBeforeTheEnvironmentBeforeTheProfile() throws {
        let settings = ResolvedSettings(
            flags: [.server: "flag:1"],
            environment: ["ICDS_SERVER": "environment:1", "ICDS_CERT": "/e.pem"],
            profile: try profile("server = profile:1\ncert = /p.pem\nkey = /p.key\n"))
        #expect(settings.values[.server] == .init(text: "flag:1", origin: "--server"))
        #expect(settings.values[.cert] == .init(text: "/e.pem", origin: "ICDS_CERT"))
        #expect(settings.values[.key] == .init(text: "/p.key", origin: "profile tampere"))
        #expect(settings.values[.ca] == nil)
    }

    @Test func countAnEmptyValueAsAbsent() throws {
        let settings = ResolvedSettings(
            flags: [.user: ""], environment: ["ICDS_USER": ""],
            profile: try profile("user = m.virtanen"))
        #expect(settings.text(.user) == "m.virtanen")
    }

    @Test func sayTheThreeWaysToGiveWhatIsMissing() {
        let settings = ResolvedSettings(flags: [:], environment: [:], profile: nil)
        let error = #expect(throws: UsageError.self) { try settings.required(.ca) }
        #expect(error?.description == "no ca given: use --ca, ICDS_CA or a profile")
    }

    @Test func readPathsOfAProfileFromItsFolder() throws {
        let profile = try profile("# Tampere\n\n cert = t.pem\nkey=~/t.key\nca = /ca.pem\n").profile
        #expect(profile.values[.cert] == "/etc/icds/t.pem")
        #expect(profile.values[.key] == "/users/x/t.key")
        #expect(profile.values[.ca] == "/ca.pem")
    }

    @Test func takeSeveralRevocationLists() throws {
        let profile = try profile("crl = root.crl, ~/crl ,/etc/crl.pem\n")
        #expect(profile.profile.values[.crl] == "/etc/icds/root.crl,/users/x/crl,/etc/crl.pem")
        let settings = ResolvedSettings(flags: [.crl: ""], environment: [:], profile: profile)
        #expect(settings.list(.crl) == ["/etc/icds/root.crl", "/users/x/crl", "/etc/crl.pem"])
        let flags = try CommonOptions.parse(["--crl", "a.crl", "--crl", "b.crl"]).resolved()
        #expect(flags.list(.crl) == ["a.crl", "b.crl"])
        #expect(ResolvedSettings(flags: [:], environment: [:], profile: nil).list(.crl) == [])
    }

    @Test(arguments: [
        ("server", "is not of the form"), ("port = 7", "no setting \"port\""),
        ("key = a\nkey = b", ":2: \"key\" is set twice"), ("ca =", "is empty"),
    ])
    func refuseAProfileThatIsWrong(text: String, problem: String) {
        let error = #expect(throws: UsageError.self) {
            try Profile(text: text, path: "/p", home: "/h")
        }
        #expect(error?.description.contains(problem) == true)
    }

    @Test func findAProfileByNameOrByPath() {
        let home = ["HOME": "/users/x"]
        #expect(
            ProfileFile.path("tampere", environment: home)
                == "/users/x/.config/icds/profiles/tampere")
        let xdg = ["HOME": "/users/x", "XDG_CONFIG_HOME": "/xdg"]
        #expect(ProfileFile.path("tampere", environment: xdg) == "/xdg/icds/profiles/tampere")
        #expect(ProfileFile.path("./tampere", environment: home) == "./tampere")
    }

    @Test func refuseAProfileThatIsNotThere() {
        #expect(throws: UsageError.self) {
            try ProfileFile.find(flag: "/nonexistent/profile", environment: [:])
        }
        #expect(throws: Never.self) {
            try ProfileFile.find(flag: nil, environment: ["HOME": "/nonexistent"])
        }
    }

    @Test(arguments: [
        ("localhost", "localhost", 7443), ("a.fi:1", "a.fi", 1),
        ("10.0.0.1:65535", "10.0.0.1", 65_535),
        ("[::1]:7000", "::1", 7000), ("[2001:db8::1]", "2001:db8::1", 7443),
    ])
    func readAServer(text: String, host: String, port: Int) throws {
        let endpoint = try Endpoint(text)
        #expect(endpoint.host == host)
        #expect(endpoint.port == port)
    }

    @Test(arguments: [
        "", ":7443", "host:", "host:0", "host:65536", "host:x", "::1", "[::1", "a b:1", "h:+1",
        "host:99999999999999999999",
    ])
    func refuseWhatIsNoServer(text: String) {
        #expect(throws: UsageError.self) { try Endpoint(text) }
    }

    @Test(arguments: [("30", 30_000), ("2m", 120_000), ("500ms", 500), ("1s", 1000)])
    func readATimeLimit(text: String, milliseconds: Int) throws {
        #expect(try TimeLimit(text).milliseconds == milliseconds)
    }

    @Test(arguments: ["", "0", "-1", "1h", "ms", "1.5s", "99999999999999999999", "2000m"])
    func refuseWhatIsNoTimeLimit(text: String) {
        #expect(throws: UsageError.self) { try TimeLimit(text) }
    }
}
