import Contract
import RegisterData
import Wire

/// The main job from end to end. Each step prints its calls and holds their answers to what they
/// must be; the first that comes out otherwise ends the run with a `Deviation`.
final class Scenario {
    let journal: Journal
    let callers: [Party: Caller]
    var generator: ClientGenerator
    /// Every access to the client whose log is held against it at the end.
    var ledger = Ledger()

    init(journal: Journal, callers: [Party: Caller], generator: ClientGenerator) {
        self.journal = journal
        self.callers = callers
        self.generator = generator
    }

    func caller(_ party: Party) throws -> Caller {
        guard let caller = callers[party] else {
            throw Deviation("\(party.name) is not connected")
        }
        return caller
    }

    /// The main job, once the register is loaded and everybody is connected.
    func run() async throws {
        let created = try await createClients()
        try await askFromAnotherMunicipality(for: created)
        try await assessWithCounty(created)
        try await showOperatorsPart(created)
        try await listAccesses(to: created)
    }

    /// Makes a call that must be permitted.
    func permitted<Response: Sendable>(
        _ party: Party, _ method: MethodDescriptor, _ what: String,
        answer: (Response) -> [String] = { _ in [] },
        _ body: (Caller) async throws -> Response
    ) async throws -> Response {
        let caller = try caller(party)
        let response = try await journal.call(
            caller, method, what, expecting: .permitted, answer: answer
        ) {
            try await body(caller)
        }
        guard let response else { throw Deviation("\(method.fullName) gave no answer") }
        return response
    }

    /// Makes a call that must be refused. Returns the status.
    @discardableResult
    func refused<Response: Sendable>(
        _ party: Party, _ method: MethodDescriptor, _ what: String,
        _ code: RPCCode, _ reason: String,
        _ body: (Caller) async throws -> Response
    ) async throws -> RPCStatus {
        let caller = try caller(party)
        var refusal: RPCStatus?
        try await journal.call(caller, method, what, expecting: .refused(code, reason)) {
            do {
                return try await body(caller)
            } catch let status as RPCStatus {
                refusal = status
                throw status
            }
        }
        guard let refusal else { throw Deviation("\(method.fullName) was not refused") }
        return refusal
    }

    /// Notes an access to the client, for the comparison with the log.
    func note(
        _ party: Party, _ method: MethodDescriptor, _ access: AccessContext,
        refusedFor reason: String? = nil, rule: String = ""
    ) {
        ledger.add(
            Ledger.Entry(
                actor: party.identity, userID: access.userID, method: method.fullName,
                outcome: reason == nil ? .permitted : .refused, refusalReason: reason ?? "",
                purpose: access.purpose, statedReason: access.reason, rule: rule))
    }
}
