import ArgumentParser
import Contract
import Foundation
import Services
import Tenancy
import Wire

/// Reads clients as fast as the database answers, in this process: what the daemon does without TLS
/// and RPC, and the same without the audit row.
struct DatabaseLoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database-load", abstract: "Read clients without a server.")

    enum Work: String, ExpressibleByArgument {
        /// The whole use case.
        case getClient = "get-client"
        /// Its statements and its decoding, without the audit row.
        case unaudited
    }

    @Option(help: "libpq's words for the daemon's database, without the user.")
    var conninfo: String

    @Option(help: "The daemon's master key.")
    var masterKey: String

    @Option(help: "What to do: get-client or unaudited.")
    var work = Work.getClient

    @Option(help: "File with the clients to read: municipality and id, one a line.")
    var clients: String

    @Option(help: "Connections to the database.")
    var pool = 4

    @Option(help: "Reads in flight.")
    var inFlight = 128

    @Option(help: "Seconds that count.")
    var seconds = 4.0

    @Option(help: "Seconds before that do not count.")
    var warmup = 2.0

    @Option(help: "Times that all clients are read before, so that connections know their tenants.")
    var passes = 0

    func run() async throws {
        let services = try await InProcessServices.open(
            conninfo: conninfo, masterKeyFile: masterKey, connections: pool)
        let reads = try Self.reads(in: clients)
        try await warm(services, reads)
        Announcement.line("{\"started\": true}")
        let start = ContinuousClock.now + .seconds(warmup)
        let end = start + .seconds(seconds)
        let work = work
        let record = try await withThrowingTaskGroup(of: LatencyRecord.self) { group in
            for lane in 0..<inFlight {
                group.addTask {
                    var record = LatencyRecord()
                    var next = lane * 127
                    var before = ContinuousClock.now
                    while before < end {
                        next = (next &+ 7_919) % reads.count
                        try await Self.perform(work, reads[next], services)
                        let after = ContinuousClock.now
                        if before >= start, after <= end {
                            record.add(duration: before.duration(to: after))
                        }
                        before = after
                    }
                    return record
                }
            }
            return try await group.reduce(into: LatencyRecord()) { $0.add($1) }
        }
        await services.close()
        Announcement.line(
            """
            {"per_second": \(Double(record.count) / seconds), \
            "p99_us": \(record.microseconds(atQuantile: 0.99))}
            """)
    }

    /// As many at once as afterwards, so that they spread over the connections in the same way.
    private func warm(_ services: InProcessServices, _ reads: [Read]) async throws {
        let (work, inFlight) = (work, inFlight)
        for _ in 0..<passes {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<inFlight {
                    group.addTask {
                        for index in stride(from: lane, to: reads.count, by: inFlight) {
                            try await Self.perform(work, reads[index], services)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private struct Read: Sendable {
        var tenant: TenantSchema
        var clientID: String
        var payload: [UInt8]
    }

    private static func reads(in file: String) throws -> [Read] {
        let reads = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
            .map { line in
                let words = line.split(separator: " ").map(String.init)
                guard words.count == 2, let tenant = TenantSchema(municipalityCode: words[0]) else {
                    throw ValidationError("\(file): a municipality and an id in each line")
                }
                let request = GetClientRequest.with {
                    $0.clientID = words[1]
                    $0.access = .with { $0.userID = "bench" }
                }
                return Read(tenant: tenant, clientID: words[1], payload: try request.encoded())
            }
        guard !reads.isEmpty else { throw ValidationError("nobody in \(file)") }
        return reads
    }

    private static func perform(
        _ work: Work, _ read: Read, _ services: InProcessServices
    ) async throws {
        switch work {
        case .getClient:
            _ = try await services.answer(
                ClientServiceMethods.getClient, read.payload, municipality: read.tenant.code)
        case .unaudited:
            let results = try await services.databases.api.run(
                [
                    WorkStep(ClientStatements.get, [.uuid(read.clientID)]),
                    WorkStep(ClientStatements.sources, [.uuid(read.clientID)]),
                ], in: Scope(role: read.tenant.role, schema: read.tenant),
                options: WorkOptions(deadline: .now + .seconds(30)))
            let record = try ClientRecord(
                results[0].only(), municipalityCode: read.tenant.code)
            let client = try record.opened(by: await services.keys.keys(for: read.tenant))
                .with(sources: results[1])
            _ = try GetClientResponse.with { $0.client = client }.encoded()
        }
    }
}
