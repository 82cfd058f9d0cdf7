import Testing

@testable import Tenancy

@Suite struct HostRotationTests {
    private func configuration(_ text: String) throws -> DatabaseConfiguration {
        try DatabaseConfiguration(connectionString: text)
    }

    private func ports(_ configuration: DatabaseConfiguration) -> [[String]] {
        configuration.hosts.map { $0.parameters.map(\.value) }
    }

    private func value(_ keyword: String, _ configuration: DatabaseConfiguration) -> [String] {
        configuration.sessionParameters(configuration.hosts.last)
            .filter { $0.keyword == keyword }.map(\.value)
    }

    @Test func severalHostsAreTriedOneByOneAndMustTakeChanges() throws {
        let three = try configuration("host=a,b,c port=1,2,3 dbname=x")
        #expect(ports(three) == [["a", "1"], ["b", "2"], ["c", "3"]])
        #expect(value("host", three) == ["c"] && value("port", three) == ["3"])
        #expect(value("target_session_attrs", three) == ["read-write"])
        let uri = try configuration("postgresql://a:1,b:2/x?target_session_attrs=any")
        #expect(ports(uri) == [["a", "1"], ["b", "2"]])
        #expect(value("target_session_attrs", uri) == ["any"])
    }

    @Test func onePortServesAllHostsAndOneHostNeedsNothing() throws {
        #expect(
            ports(try configuration("host=a,b port=5432")) == [["a", "5432"], ["b", "5432"]])
        let one = try configuration("host=a dbname=x")
        #expect(ports(one) == [["a"]])
        #expect(value("target_session_attrs", one) == [])
        #expect(ports(try configuration("dbname=x")) == [[]])
    }

    @Test func listsOfDifferentLengthAreAnError() {
        #expect(throws: DatabaseError.self) { try configuration("host=a,b port=1,2,3") }
        #expect(throws: DatabaseError.self) { try configuration("host=a,b hostaddr=127.0.0.1") }
    }

    @Test func aPreferredStandbyIsLibpqsToFind() throws {
        let both = try configuration("host=a,b target_session_attrs=prefer-standby")
        #expect(ports(both) == [[]])
        #expect(value("host", both) == ["a,b"])
    }

    @Test func aPauseComesAfterAllHaveFailed() throws {
        let hosts = try configuration("host=a,b,c").hosts
        var rotation = HostRotation(hosts)
        let turns = (0..<7).map { _ in rotation.failed() }
        #expect(turns == [false, false, true, false, false, true, false])
        #expect(rotation.current == hosts[1])
        rotation.succeeded()
        #expect(rotation.current == hosts[1], "the one that answered is tried first")
        let next = rotation.failed()
        #expect(!next)
        var single = HostRotation([hosts[0]])
        let isTime = single.failed()
        #expect(isTime)
    }
}
