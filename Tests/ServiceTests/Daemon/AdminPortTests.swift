import Contract
import Foundation
import FoundationNetworking
import Observation
import TestSupport
import Testing
import Wire

/// The admin port of the daemon as a process.
@Suite(.serialized) struct AdminPortTests {
    /// An answer of the port: status line and body.
    private func get(_ path: String, _ folder: DaemonFolder) async throws -> (Int, String) {
        let address = try String(contentsOfFile: folder.state + "/admin-address", encoding: .utf8)
        let url = try #require(
            URL(string: "http://\(address.trimmingCharacters(in: .newlines))\(path)"))
        let (data, response) = try await URLSession.shared.data(from: url)
        return (
            (response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self)
        )
    }

    @Test func isReadyWithTheDaemonAndTellsItsMetrics() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let daemon = try await DaemonProcess(folder, environment: ["ICDS_ADMIN_PORT": "0"])
        #expect(try await get("/live", folder) == (200, "live\n"))
        #expect(try await get("/ready", folder) == (200, "ready\n"))

        let client = try await daemon.connectAsOperator()
        _ = try await HealthServiceClient(client).check(CheckRequest())
        let (status, text) = try await get("/metrics", folder)
        #expect(status == 200)
        for family in MetricFamily.daemon {
            #expect(text.contains("# TYPE \(family.name) \(family.kind.rawValue)\n"))
        }
        let values = values(text)
        let check = "method=\"icds.v1.HealthService/Check\""
        #expect(values["icds_calls_total{\(check),code=\"OK\"}"] == 1)
        #expect(values["icds_call_seconds_count{\(check)}"] == 1)
        #expect(values["icds_handshakes_total{result=\"ok\"}"] == 1)
        #expect(
            values["icds_certificate_not_after_timestamp_seconds"]
                .map { $0 > Date().timeIntervalSince1970 } == true)
        #expect(values["icds_connections_open"] == 1)
        #expect(values["icds_connections_accepted_total"] == 1)
        #expect(values["icds_database_connections_open{pool=\"api\"}"].map { $0 >= 1 } == true)
        #expect(values["process_cpu_seconds_total"].map { $0 > 0 } == true)
        #expect(values["process_open_fds"].map { $0 > 10 } == true)
        #expect(values["process_resident_memory_bytes"].map { $0 > 1_000_000 } == true)

        // Names of methods that a peer invents make no series.
        for number in 0..<3 {
            _ = try? await client.callRaw(method: "icds.v1.Nothing/M\(number)", payload: [])
        }
        let after = try await get("/metrics", folder).1
        #expect(
            self.values(after)["icds_calls_total{method=\"unknown\",code=\"UNIMPLEMENTED\"}"] == 3)
        #expect(!after.contains("Nothing"))
        // Nothing in it tells who has called.
        #expect(!text.contains("urn:icds") && !text.contains("admin\""))
        await client.close()
        #expect(try await daemon.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.state + "/admin-address"))
    }

    @Test func theOperatorSeesWhoIsConnected() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let daemon = try await DaemonProcess(folder)
        let client = try await daemon.connectAsOperator()
        let service = ConnectionServiceClient(client)
        _ = try? await client.callRaw(method: "icds.v1.Nothing/M", payload: [])
        let listed = try await service.listConnections(ListConnectionsRequest()).connections
        let one = try #require(listed.first)
        #expect(listed.count == 1)
        #expect(one.peerURI == "urn:icds:operator:test:admin")
        #expect(one.organisationKind == .operator && one.organisationCode == "test")
        #expect(one.remoteAddress == "127.0.0.1" && one.tlsVersion == "TLSv1.3")
        #expect(one.callsStarted == 2 && one.callsFailed == 1 && one.callsOpen == 1)
        #expect(one.rejections.map(\.reason) == ["UNKNOWN_SERVICE"])
        #expect(one.certificateNotAfter != nil && one.lastCallAt != nil && one.bytesReceived > 0)
        let found = try await service.getConnection(.with { $0.id = one.id })
        #expect(found.connection?.reference == one.reference)
        let totals = try await service.getServerTotals(GetServerTotalsRequest()).totals
        #expect(totals?.connectionsAccepted == 1 && totals?.handshakesCompleted == 1)
        #expect(totals?.endsByReason.contains { $0.reason == "UNKNOWN_SERVICE" } == true)
        await client.close()
        #expect(try await daemon.stop() == 0)
    }

    /// Series by name and labels.
    private func values(_ text: String) -> [String: Double] {
        var values: [String: Double] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " ") else { continue }
            values[String(line[..<space])] = Double(line[line.index(after: space)...])
        }
        return values
    }

    @Test func isLiveAndNotReadyWhileTheDatabaseIsAway() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let key = folder.path + "/master.key"
        try String(repeating: "0a", count: 32).write(
            toFile: key, atomically: true, encoding: .utf8)
        chmod(key, 0o600)
        // Nothing listens there: the daemon waits for its database for as long as it takes.
        let program = try folder.start(
            ["serve", "--listen-port", "0", "--admin-port", "0"],
            environment: [
                "ICDS_DATABASE_CONNINFO": "host=127.0.0.1 port=1 dbname=icds",
                "ICDS_KEYS_MASTER_FILE": key,
                "ICDS_AUDIT_SIGNING_KEY_FILE": try folder.makeSigningKey(),
            ])
        _ = try await program.line(containing: "the admin port listens")
        _ = try await program.line(containing: "waiting for the database")
        #expect(try await get("/live", folder).0 == 200)
        #expect(try await get("/ready", folder) == (503, "not ready: STARTING\n"))
        let values = values(try await get("/metrics", folder).1)
        #expect(
            values["icds_database_connect_failures_total{pool=\"api\"}"].map { $0 >= 1 } == true)
        program.signal(SIGTERM)
        #expect(try await program.exitCode() == 0)
    }

    @Test(arguments: ["0.0.0.0", "::", "localhost", "192.0.2.1"])
    func nothingButTheLoopbackIsTaken(_ host: String) async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let program = try folder.start(
            ["serve", "--listen-port", "0", "--admin-host", host, "--admin-port", "0"])
        #expect(try await program.exitCode() == 78)
        #expect(program.output.contains("admin.host (--admin-host)"))
    }

    @Test func thePortIsANumberOrOff() async throws {
        let folder = try DaemonFolder()
        defer { folder.remove() }
        let program = try folder.start(["check-config", "--admin-port", "on"])
        #expect(try await program.exitCode() == 1)
        #expect(program.output.contains("\"on\" is not \"none\" or a whole number from 0 to 65535"))
        let off = try folder.start(["check-config"])
        #expect(try await off.exitCode() == 0)
        #expect(off.lines.contains { $0.hasPrefix("admin.port") && $0.hasSuffix("(default)") })
    }
}
