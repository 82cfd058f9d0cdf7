import InteropCases
import Testing

@testable import Wire

/// gRPC's interoperability cases, server and client of this project on a TLS socket. docs/interop.md
/// says what each proves.
@Suite struct InteropCaseTests {
    @Test(arguments: InteropCase.all.map(\.name)) func passes(_ name: String) async throws {
        let one = try #require(InteropCase.all.first { $0.name == name })
        try await InteropServer.run { server in
            try await one.run(try server.target())
        }
    }

    /// pick_first_unary: all calls land on the one connection.
    @Test func allCallsOfAClientGoOverItsOneConnection() async throws {
        let one = try #require(InteropCase.all.first { $0.name == "pick_first_unary" })
        try await InteropServer.run { server in
            try await one.run(try server.target())
            #expect(server.server.statistics.connectionsAccepted == 1)
            #expect(server.server.statistics.callsSucceeded == 10)
        }
    }

    /// channel_soak: every iteration has a connection of its own.
    @Test func channelSoakConnectsAnewForEachCall() async throws {
        let one = try #require(InteropCase.all.first { $0.name == "channel_soak" })
        try await InteropServer.run { server in
            try await one.run(try server.target())
            #expect(server.server.statistics.connectionsAccepted == 10)
        }
    }
}
