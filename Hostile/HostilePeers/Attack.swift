import Foundation
import Synchronization

/// A way to hurt a server, carried out by threads that repeat `turn` until the attack is over.
public struct Attack: Sendable {
    /// As on the command line.
    public let name: String
    /// In a sentence, for the report.
    public let summary: String
    /// Threads that repeat the turn.
    let threads: Int
    /// Connections that all threads together keep open; 0 where each is used and left.
    public let connections: Int
    /// Bytes that the server may hold for the attack above what it held before, as its limits say.
    public let memoryBytesMax: Int
    /// Once, or until the attack is over; throws where the server has ended a connection.
    let turn: @Sendable (Attacker) throws(HostileError) -> Void

    /// Every attack, in the order of the report.
    public static let all: [Attack] =
        halfOpen + handshakes + dripping + floods + greedy

    /// The attack of that name.
    public static func named(_ name: String) -> Attack? { all.first { $0.name == name } }
}

/// An attack that is under way.
public final class AttackRun: Sendable {
    private let campaign: Campaign
    private let running: DispatchGroup
    private let errors = Mutex<[String]>([])

    /// Starts the attack's threads.
    ///
    /// - Parameter scale: part of the threads and connections that are used, 0 to 1.
    /// - Throws: `HostileError.own` where a certificate cannot be used.
    public init(
        _ attack: Attack, on target: Target, scale: Double = 1, tally: Tally = Tally()
    ) throws(HostileError) {
        campaign = try Campaign(target, tally)
        running = DispatchGroup()
        let threads = max(1, Int((Double(attack.threads) * scale).rounded(.up)))
        let connections = Int((Double(attack.connections) * scale).rounded(.up))
        for index in 0..<threads {
            let share = (connections + threads - 1 - index) / threads
            running.enter()
            let thread = Thread { [self] in
                work(attack, Attacker(campaign: campaign, index: index, share: share))
                running.leave()
            }
            thread.stackSize = 512 * 1_024
            thread.start()
        }
    }

    /// Ends the attack and returns what became of it.
    ///
    /// - Throws: `HostileError.own` where the attackers could not do their part.
    public func end() throws(HostileError) -> [String: Int] {
        campaign.end()
        running.wait()
        if let error = errors.withLock({ $0.first }) { throw .own(error) }
        return campaign.tally.snapshot
    }

    private func work(_ attack: Attack, _ attacker: Attacker) {
        while !attacker.isOver {
            do throws(HostileError) {
                try attack.turn(attacker)
            } catch {
                guard case .own(let what) = error else {
                    attacker.count("ended")
                    continue
                }
                errors.withLock { $0.append(what) }
                return
            }
        }
    }
}
