import ArgumentParser
import Contract
import Foundation
import Wire

/// Makes one kind of call as fast as it is answered, and prints what it saw as a line of JSON.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Make unary calls from several connections.")

    enum Work: String, ExpressibleByArgument {
        case echo
        case getClient = "get-client"
        case createClient = "create-client"
        /// What the daemon answers without its database.
        case listServices = "list-services"
    }

    @OptionGroup var target: TargetOptions
    @OptionGroup var certificates: CertificateOptions

    @Option(help: "What to call: echo, get-client, create-client or list-services.")
    var work = Work.echo

    @Option(help: "Bytes of the echo's payload.")
    var payload = 180

    @Option(help: "File with the ids of clients to read, one a line.")
    var ids: String?

    @Option(help: "Connections.")
    var connections = 8

    @Option(help: "Calls in flight on each connection.")
    var inFlight = 16

    @Option(help: "Seconds that count.")
    var seconds = 4.0

    @Option(help: "Seconds before that do not count.")
    var warmup = 1.0

    func validate() throws {
        guard (1...1_024).contains(connections), (1...128).contains(inFlight) else {
            throw ValidationError("connections: 1 to 1024, in flight: 1 to 128")
        }
    }

    func run() async throws {
        let requests = try makeRequests()
        var clients: [RPCClient] = []
        let tls = try TLSContext.client(certificates.files, serverName: "localhost")
        for _ in 0..<connections {
            clients.append(
                try await RPCClient.connect(
                    ClientConfiguration(host: target.host, port: target.port, tls: tls)))
        }
        let start = ContinuousClock.now + .seconds(warmup)
        let end = start + .seconds(seconds)
        Announcement.line("{\"started\": true}")
        let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for (lane, client) in clients.enumerated() {
                for slot in 0..<inFlight {
                    group.addTask {
                        try await LoadCommand.drive(
                            client, requests, from: lane * 8_191 + slot * 127, start, end)
                    }
                }
            }
            var all = Outcome()
            for try await one in group {
                all.record.add(one.record)
                all.callsInAll += one.callsInAll
                all.refused += one.refused
            }
            return all
        }
        for client in clients { await client.close() }
        let record = outcome.record
        let rate = Double(record.count) / seconds
        Announcement.line(
            """
            {"calls": \(record.count), "calls_in_all": \(outcome.callsInAll), \
            "per_second": \(rate), "refused": \(outcome.refused), \
            "p50_us": \(record.microseconds(atQuantile: 0.5)), \
            "p99_us": \(record.microseconds(atQuantile: 0.99))}
            """)
    }

    private struct Outcome: Sendable {
        var record = LatencyRecord()
        /// Those before and after the time that counts, too.
        var callsInAll = 0
        var refused = 0
    }

    private struct Requests: Sendable {
        var method: String
        var payloads: [[UInt8]]
    }

    private func makeRequests() throws -> Requests {
        switch work {
        case .echo:
            let request = EchoRequest.with {
                $0.text = "a text of some length"
                $0.payload = [UInt8](repeating: 7, count: payload)
            }
            return Requests(
                method: EchoServiceMethods.echo.fullName, payloads: [try request.encoded()])
        case .listServices:
            return Requests(
                method: ReflectionServiceMethods.listServices.fullName,
                payloads: [try ListServicesRequest().encoded()])
        case .createClient:
            let request = CreateClientRequest.with {
                $0.access = .with { $0.userID = "bench" }
                $0.client = .with {
                    $0.name = .with {
                        $0.givenNames = "Given"
                        $0.familyName = "Family"
                    }
                    $0.birthDate = "1990-01-01"
                    $0.contact = .with {
                        $0.telephone = "+358401234567"
                        $0.city = "Tampere"
                    }
                }
            }
            return Requests(
                method: ClientServiceMethods.createClient.fullName,
                payloads: [try request.encoded()])
        case .getClient:
            guard let ids else { throw ValidationError("get-client needs --ids") }
            let text = try String(contentsOfFile: ids, encoding: .utf8)
            let payloads = try text.split(separator: "\n").map { id in
                try GetClientRequest.with {
                    $0.clientID = String(id)
                    $0.access = .with { $0.userID = "bench" }
                }.encoded()
            }
            guard !payloads.isEmpty else { throw ValidationError("no ids in \(ids)") }
            return Requests(
                method: ClientServiceMethods.getClient.fullName, payloads: payloads)
        }
    }

    private static func drive(
        _ client: RPCClient, _ requests: Requests, from first: Int,
        _ start: ContinuousClock.Instant, _ end: ContinuousClock.Instant
    ) async throws -> Outcome {
        var outcome = Outcome()
        var next = first
        var before = ContinuousClock.now
        while before < end {
            next = (next &+ 7_919) % requests.payloads.count
            do {
                _ = try await client.callRaw(
                    method: requests.method, payload: requests.payloads[next])
            } catch let status as RPCStatus where status.code == .resourceExhausted {
                // Over its quota: it waits as it is told, and the call does not count.
                outcome.refused += 1
                try await Task.sleep(for: .milliseconds(status.retryAfterMilliseconds ?? 100))
                before = .now
                continue
            }
            let after = ContinuousClock.now
            outcome.callsInAll += 1
            if before >= start, after <= end {
                outcome.record.add(duration: before.duration(to: after))
            }
            before = after
        }
        return outcome
    }
}
