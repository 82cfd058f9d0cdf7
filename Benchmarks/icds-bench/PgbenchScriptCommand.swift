import ArgumentParser
import Foundation
import Services
import Tenancy

/// Writes pgbench scripts with the statements of the daemon's `GetClient` or `CreateClient`, audit row
/// included, as one pipeline. The statements are the daemon's own, with literals for parameters.
struct PgbenchScriptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgbench-scripts",
        abstract: "Write the SQL of GetClient or CreateClient as pgbench scripts.")

    enum Work: String, ExpressibleByArgument {
        /// A script for each client.
        case getClient = "get-client"
        /// One script, which makes another client each time.
        case createClient = "create-client"
    }

    @Option(help: "What to write: get-client or create-client.")
    var work = Work.getClient

    @Option(help: "Code of the municipality.")
    var municipality: String

    @Option(help: "File with the ids of clients, one a line; pgbench takes 128 scripts at most.")
    var ids: String?

    @Option(help: "Folder to write into.")
    var folder: String

    func run() throws {
        guard let tenant = TenantSchema(municipalityCode: municipality) else {
            throw ValidationError("a municipality has three digits")
        }
        switch work {
        case .getClient:
            guard let ids else { throw ValidationError("get-client needs --ids") }
            let clients = try String(contentsOfFile: ids, encoding: .utf8).split(separator: "\n")
            for (index, client) in clients.prefix(128).enumerated() {
                try write(try Self.reading(client: String(client), tenant), "\(index)")
            }
        case .createClient: try write(try Self.creating(tenant), "create")
        }
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: "\(folder)/\(name).sql", atomically: false, encoding: .utf8)
    }

    private static func reading(
        client: String, _ tenant: TenantSchema
    ) throws -> String {
        let entry = entry(
            "GetClient", .permittedIfFound(otherwise: "CLIENT_NOT_FOUND"), client, tenant)
        return try script(
            [
                WorkStep(ClientStatements.get, [.uuid(client)]),
                WorkStep(ClientStatements.sources, [.uuid(client)]),
                try entry.insertStep(AuditKey.unkept(tenant)),
            ], tenant)
    }

    /// The same data as `LoadCommand` sends.
    private static func creating(_ tenant: TenantSchema) throws -> String {
        let placeholder = "00000000-0000-4000-8000-000000000000"
        let insert: [SQLValue] = [
            .uuid(placeholder), .int(1), .bool(false), .null, .null, .date("1990-01-01"),
            .text("Given"), .text("Family"), .text("+358401234567"), .text(""), .text(""),
            .text(""),
            .text("Tampere"), .textArray([]), .json("[]"), .null, .null, .json("[]"), .null, .null,
            .json("[]"), .null,
        ]
        let text = try script(
            [
                WorkStep(ClientStatements.insert, insert),
                WorkStep(
                    ClientStatements.recordSources,
                    [
                        .uuid(placeholder), .intArray([2, 3]), .intArray([1, 1]),
                        .textArray(["", ""]), .text("bench"),
                    ]),
                WorkStep(ClientStatements.sources, [.uuid(placeholder)]),
                try entry("CreateClient", .permitted, placeholder, tenant)
                    .insertStep(AuditKey.unkept(tenant)),
            ], tenant)
        let id = "('00000000-0000-4000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid"
        return "\\set n random(1, 281474976710655)\n"
            + text.replacingOccurrences(of: "'\(placeholder)'", with: id)
    }

    private static func entry(
        _ method: String, _ outcome: AuditOutcome, _ client: String, _ tenant: TenantSchema
    ) -> AuditEntry {
        AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: tenant.code, system: "casework", userID: "bench"),
            method: "icds.v1.ClientService/" + method, outcome: outcome, purpose: 1,
            subject: AuditSubject(clientID: client), callReference: "bench")
    }

    private static func script(
        _ steps: [WorkStep], _ tenant: TenantSchema
    ) throws -> String {
        let scope = WorkStep(
            Statement(
                "bench.scope", "SELECT set_config($1, $2, true), set_config($3, $4, true)"),
            [.text("role"), .text(tenant.role), .text("statement_timeout"), .text("60000")])
        let lines = try ([scope] + steps).map { try filled($0, tenant) + ";" }
        return (["\\startpipeline"] + lines + ["\\endpipeline", ""]).joined(separator: "\n")
    }

    /// The statement with literals for its parameters. Only for scripts made of the benchmark's own
    /// values.
    private static func filled(_ step: WorkStep, _ tenant: TenantSchema) throws -> String {
        var text = step.statement.rendered(for: tenant)
        let numbers = text.matches(of: /\$([0-9]+)/).compactMap { Int($0.output.1) }
        guard numbers.max() ?? 0 == step.parameters.count else {
            throw ValidationError("\(step.statement.name) has other parameters than are given here")
        }
        for (index, value) in step.parameters.enumerated().reversed() {
            text = text.replacingOccurrences(of: "$\(index + 1)", with: literal(value))
        }
        return text
    }

    private static func literal(_ value: SQLValue) -> String {
        switch value {
        case .null: "NULL"
        case .text(let text), .uuid(let text), .date(let text), .json(let text): quoted(text)
        case .int(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .intArray(let numbers):
            "'{" + numbers.map(String.init).joined(separator: ",") + "}'"
        case .bytes(let bytes):
            "'\\x" + bytes.map { String(format: "%02x", $0) }.joined() + "'"
        case .textArray(let texts):
            quoted("{" + texts.map { "\"\($0)\"" }.joined(separator: ",") + "}")
        case .timestamp: "NULL"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
    }
}
