import Contract
import Rehearsal
import Synchronization
import Wire

/// A system that keeps in step with a municipality's records: it stores the cursor with what it has
/// done, and begins anew with it whenever its watch ends, which it also does at its own whim.
final class FeedReader: Sendable {
    private struct State {
        var record: FeedRecord
        var cursor = ""
        var random: SeededGenerator
    }

    private let caller: Caller
    private let state: Mutex<State>

    /// - Parameter isFromBeginning: begin with the first change that there ever was, else with those from
    ///   now on.
    init(caller: Caller, name: String, isFromBeginning: Bool, seed: UInt64) {
        self.caller = caller
        state = Mutex(
            State(
                record: FeedRecord(
                    reader: name, municipality: caller.municipality,
                    isFromBeginning: isFromBeginning),
                random: SeededGenerator(seed: seed)))
    }

    var record: FeedRecord { state.withLock { $0.record } }

    /// Reads until it is cancelled. One that does not begin with the beginning comes a little later.
    func run() async {
        let isFromBeginning = state.withLock { $0.record.isFromBeginning }
        if !isFromBeginning { try? await Task.sleep(for: .seconds(3)) }
        while !Task.isCancelled {
            do {
                try await watch()
            } catch let status as RPCStatus {
                note(status)
                try? await Task.sleep(for: .milliseconds(100))
            } catch {
                return
            }
            state.withLock { $0.record.resumptions += $0.cursor.isEmpty ? 0 : 1 }
        }
    }

    private func watch() async throws {
        let (cursor, isFromBeginning, seconds, answersMax) = state.withLock { state in
            (
                state.cursor, state.record.isFromBeginning,
                Int.random(in: 3...30, using: &state.random),
                Int.random(in: 1...60, using: &state.random)
            )
        }
        let reason = caller.newReason()
        let method = ClientServiceMethods.watchChanges
        let place = caller.ledger.began(
            Access(
                municipality: caller.municipality, method: method.fullName, reason: reason))
        let answers = try await ClientServiceClient(caller.channel).watchChanges(
            .with {
                $0.access = caller.access(.integrationServices, reason)
                $0.cursor = cursor
                $0.fromBeginning = cursor.isEmpty && isFromBeginning
            }, options: CallOptions(timeout: .seconds(seconds)))
        var count = 0
        for try await answer in answers {
            if count == 0 { caller.ledger.ended(place, .answered(clientID: nil)) }
            count += 1
            take(answer)
            // As when the reader itself is killed: what it had is kept with the cursor.
            if count >= answersMax { return }
        }
    }

    private func take(_ answer: WatchChangesResponse) {
        let events = answer.changes.map { change in
            FeedRecord.Event(
                kind: Int(change.kind.rawValue), clientID: change.clientID,
                assessmentID: change.assessmentID, version: String(change.etag.dropFirst()))
        }
        state.withLock { state in
            state.record.events += events
            state.cursor = answer.cursor
        }
    }

    private func note(_ status: RPCStatus) {
        caller.ledger.note(status: "\(status.code)/\(status.reason)")
        if status.code == .outOfRange || Verdict(status) == .defect {
            caller.ledger.find(
                Finding(.feed, "\(record.reader): \(status.reason) \(status.message)"))
        }
    }
}
