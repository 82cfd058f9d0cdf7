import ArgumentParser
import Foundation
import Services
import Tenancy

/// Writes a pgbench script for each client: the statements of the daemon's `GetClient`, audit row
/// included, as one pipeline. The statements are the daemon's own, with literals for parameters.
struct PgbenchScriptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgbench-scripts", abstract: "Write GetClient's SQL as pgbench scripts.")

    @Option(help: "Code of the municipality.")
    var municipality: String

    @Option(help: "File with the ids of clients, one a line; pgbench takes 128 scripts at most.")
    var ids: String

    @Option(help: "Folder to write into.")
    var folder: String

    func run() throws {
        guard let tenant = TenantSchema(municipalityCode: municipality) else {
            throw ValidationError("a municipality has three digits")
        }
        let clients = try String(contentsOfFile: ids, encoding: .utf8).split(separator: "\n")
        for (index, client) in clients.prefix(128).enumerated() {
            let text = Self.script(client: String(client), tenant)
            try text.write(toFile: "\(folder)/\(index).sql", atomically: false, encoding: .utf8)
        }
    }

    private static func script(client: String, _ tenant: TenantSchema) -> String {
        let entry = AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: tenant.code, system: "casework", userID: "bench"),
            method: "icds.v1.ClientService/GetClient",
            outcome: .permittedIfFound(otherwise: "CLIENT_NOT_FOUND"), purpose: 1,
            subject: AuditSubject(clientID: client), callReference: "bench")
        let scope = WorkStep(
            Statement(
                "bench.scope", "SELECT set_config($1, $2, true), set_config($3, $4, true)"),
            [.text("role"), .text(tenant.role), .text("statement_timeout"), .text("60000")])
        let steps = [
            scope, WorkStep(ClientStatements.get, [.uuid(client)]),
            WorkStep(ClientStatements.sources, [.uuid(client)]), entry.insertStep,
        ]
        let lines = steps.map { filled($0, tenant) + ";" }
        return (["\\startpipeline"] + lines + ["\\endpipeline", ""]).joined(separator: "\n")
    }

    /// The statement with literals for its parameters. Only for scripts made of the benchmark's own
    /// values.
    private static func filled(_ step: WorkStep, _ tenant: TenantSchema) -> String {
        var text = step.statement.rendered(for: tenant)
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
        case .bytes, .timestamp, .textArray: "NULL"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: "''") + "'"
    }
}
