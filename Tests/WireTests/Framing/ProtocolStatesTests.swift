import NIOCore
import Testing

@testable import Wire

/// The state tables of PROTOCOL.md as the server sees them: each cell is what the machines do.
@Suite struct ProtocolStatesTests {
    private let document: ProtocolDocument
    private let now = NIODeadline.now()

    init() throws {
        document = try ProtocolDocument()
    }

    /// The cells of the row that begins with `state`, in the first table below the heading that has
    /// it, by the names of their columns.
    private func row(_ state: String, below heading: String) throws -> [String: String] {
        let rows = document.tables(below: heading)
        let head = try #require(rows.first)
        let row = try #require(rows.first { $0.first == state }, "\(state)")
        return Dictionary(
            uniqueKeysWithValues: zip(head, row).dropFirst().filter { !$0.0.isEmpty })
    }

    // MARK: Calls

    private func word(_ action: CallStateMachine.Action) -> String {
        switch action {
        case .start: "start"
        case .deliver: "deliver"
        case .cancel: "End CANCELLED"
        case .resumeWriting: "add"
        case .ignore: "ignore"
        case .refuse(let reason): "End \(reason.rawValue)"
        case .violation: "violation"
        }
    }

    @Test(arguments: ["running, client may send", "running, client has ended", "ended"])
    func callsDoWhatTheirTableSays(_ state: String) throws {
        let row = try row(state, below: "### States of a call")
        func machine() -> CallStateMachine {
            var machine = CallStateMachine(kind: .bidirectional, creditBytes: 1_000)
            _ = machine.receiveCall(
                hasPayload: false, payloadBytes: 0,
                endOfStream: state == "running, client has ended")
            if state == "ended" { _ = machine.sendEnd() }
            return machine
        }
        var (called, messaged, credited) = (machine(), machine(), machine())
        var (cancelled, ended) = (machine(), machine())
        #expect(
            row["Call"]
                == word(called.receiveCall(hasPayload: false, payloadBytes: 0, endOfStream: false)))
        #expect(
            row["Message"]
                == word(
                    messaged.receiveMessage(hasPayload: true, payloadBytes: 1, endOfStream: false)))
        #expect(row["Credit"] == word(credited.receiveCredit(bytes: 1)))
        #expect(row["Cancel"] == word(cancelled.receiveCancel()))
        let mayEnd = ended.sendEnd()
        #expect(row["handler returns"] == (mayEnd ? "End" : "nothing"))
        #expect(row["deadline"] == (mayEnd ? "End DEADLINE_EXCEEDED" : "nothing"))
    }

    @Test func callNeverOpenedIsAsItsTableSays() throws {
        let row = try row("idle", below: "### States of a call")
        var call = CallStateMachine(kind: .bidirectional, creditBytes: 1_000)
        #expect(
            row["Call"]
                == word(call.receiveCall(hasPayload: false, payloadBytes: 0, endOfStream: false)))
        // Which calls were opened the connection knows.
        for column in ["Message", "Credit", "Cancel"] {
            var machine = connection("ready")
            #expect(row[column] == word(machine.receiveFrame(callID: 8), "deliver"))
            var left = connection("ready")
            #expect(left.receiveFrame(callID: 3) == .deliver)
        }
    }

    // MARK: Connections

    /// A connection in a state of the table, with call 7 open where there can be calls.
    private func connection(_ state: String) -> ConnectionStateMachine {
        var machine = ConnectionStateMachine(limits: .default, ageFactor: 1, now: now)
        if state == "waiting for the Hello" { return machine }
        _ = machine.receiveHello(versions: [1])
        _ = machine.receiveAdmission(refusal: nil, now: now)
        _ = machine.receiveCall(id: 7)
        switch state {
        case "first GoAway sent", "second GoAway sent":
            _ = machine.drain(.draining, within: .seconds(9), now: now)
            if state == "second GoAway sent" {
                _ = machine.receivePong(opaque: ConnectionStateMachine.drainPing)
            }
        case "closed": _ = machine.endOfInput()
        default: break
        }
        return machine
    }

    private func word(_ action: ConnectionStateMachine.Action, _ delivered: String) -> String {
        switch action {
        case .admit: "judge the client"
        case .openCall: "open"
        case .deliver: delivered
        case .ignore: "ignore"
        case .fail(let status) where status.reason == "PROTOCOL_ERROR": "violation"
        default: "\(action)"
        }
    }

    @Test(arguments: [
        "waiting for the Hello", "ready", "first GoAway sent", "second GoAway sent", "closed",
    ])
    func connectionsDoWhatTheirTableSays(_ state: String) throws {
        let row = try row(state, below: "## States of a connection")
        var (greeted, called, framed) = (connection(state), connection(state), connection(state))
        var (pinged, ended) = (connection(state), connection(state))
        #expect(row["Hello"] == word(greeted.receiveHello(versions: [1]), ""))
        #expect(row["Call"] == word(called.receiveCall(id: 8), ""))
        #expect(
            row["Cancel, Message, Credit of a call"]
                == word(framed.receiveFrame(callID: 7), "deliver"))
        #expect(row["Ping, Pong"] == word(pinged.receiveConnectionFrame(), "answer"))
        #expect(row["End, GoAway"] == word(ended.receiveServerFrame(.end), ""))
    }
}
