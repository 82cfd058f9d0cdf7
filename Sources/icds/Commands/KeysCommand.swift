import ArgumentParser
import Contract
import Wire

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "The keys that protect identity codes: state and rotation.",
        subcommands: [KeysStatus.self, KeysRotate.self])
}

struct KeysStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the generations of municipalities' keys and how far a rotation is.",
        discussion: """
            A generation is incoming (its index of identity codes is being built), current, or retired \
            (kept for the answers of idempotency keys that it sealed, a week at most, and then \
            destroyed). The id of a master key says nothing of the key. Below the table stand the \
            master keys that the daemon holds and how many municipalities' keys each wraps: one that \
            wraps none is not needed any more, but for exports that were made under it.

            EXAMPLES:
              icds keys status
              icds keys status 837 564 --output json
            """)

    @Argument(help: "Codes of municipalities; none: all.")
    var codes: [String] = []

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try MunicipalityCodes.check(codes)
    }

    func run() async throws {
        try await Session.run(common) { session in
            var answer = try await KeyListing.read(session)
            if !codes.isEmpty {
                answer.municipalities.removeAll { !codes.contains($0.municipalityCode) }
            }
            session.show(answer) { KeyView.table(answer, columnsMax: common.output.columnsMax) }
        }
    }
}

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace municipalities' keys, or wrap them by another master key.",
        discussion: """
            Without --master each municipality gets a new generation of its key: its identity codes are \
            sealed and indexed by it in the background while all calls are served, the log's keys are \
            wrapped by it, and the old one is destroyed when nothing needs it any more. With --master \
            the keys stay and are wrapped by the daemon's present master key; put that first in the \
            source of every daemon before, and the old one after it.

            The order is kept; a daemon carries it out, and another goes on where one stops. This \
            command shows the progress until all is done, and may be interrupted: the rotation goes on. \
            --no-wait ends at once; `icds keys status` shows the rest. Exits with 8 where some could \
            not be ordered or fail.

            EXAMPLES:
              icds keys rotate 837
              icds keys rotate --all --no-wait
              icds keys rotate --all --master
            """)

    @Argument(help: "Codes of municipalities.")
    var codes: [String] = []

    @Flag(help: "All municipalities that have keys.")
    var all = false

    @Flag(help: "Only wrap them by the present master key.")
    var master = false

    @Flag(help: "Do not wait until it is done.")
    var noWait = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        try MunicipalityCodes.check(codes)
        guard codes.isEmpty == all else {
            throw ValidationError("Name municipalities, or say --all.")
        }
    }

    func run() async throws {
        let request = RotateKeysRequest.with {
            $0.kind = master ? .master : .data
            $0.municipalityCodes = codes
            $0.all = all
            $0.idempotencyKey = IdempotencyKey.random()
        }
        try await Session.run(common) { session in
            let answer = try await KeyServiceClient(session.client).rotateKeys(
                request, options: session.callOptions)
            var report = KeyRotationReport(orders: answer.orders)
            if !noWait { report.municipalities = try await report.follow(session) }
            switch common.output.output {
            case .json: Terminal.write(report.json.text(indented: true) + "\n")
            case .table: Terminal.write(report.text(columnsMax: common.output.columnsMax))
            }
            if let status = report.exitStatus { throw ReportedFailure(status: status) }
        }
    }
}

/// Every page of the keys.
enum KeyListing {
    static func read(_ session: Session) async throws -> ListKeysResponse {
        let service = KeyServiceClient(session.client)
        var whole = ListKeysResponse()
        whole.municipalities = try await Pages.all { token in
            let answer = try await service.listKeys(
                .with { $0.pageToken = token }, options: session.callOptions)
            whole.masterKeyIds = answer.masterKeyIds
            return (answer.municipalities, answer.nextPageToken)
        }
        return whole
    }
}
