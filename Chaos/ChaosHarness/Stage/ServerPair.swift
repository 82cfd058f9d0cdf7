import Foundation
import Rehearsal

/// A primary and a standby that it waits for with each commit, so that what was acknowledged outlives
/// the primary.
actor ServerPair {
    private(set) var primary: PostgresServer
    /// The other server; it follows the primary where `hasStandby`.
    private(set) var other: PostgresServer
    private(set) var hasStandby = false

    /// libpq's words for both servers, without a user.
    nonisolated let conninfo: String

    init(in run: RunFolder, programs: PostgresPrograms, disks: Disks) async throws {
        try programs.makeFolder(run.sockets, mode: 0o711)
        // Only a part of the sockets' names: no port is opened.
        primary = try PostgresServer(
            name: "a", port: 5_501, in: run, programs: programs, settings: Self.settings)
        other = try PostgresServer(
            name: "b", port: 5_502, in: run, programs: programs, settings: Self.settings)
        conninfo =
            "host=\(run.sockets),\(run.sockets) port=5501,5502 dbname=\(PostgresServer.database)"
        for server in [primary, other] {
            try await disks.prepare(server)
            try programs.own(server.disk)
        }
        try await primary.initialize()
        guard try await primary.start() else { throw ProcessFailure("PostgreSQL does not start") }
        try AdminConnection(primary, database: "postgres").rows("CREATE DATABASE icds")
    }

    private static let settings = [
        "listen_addresses=", "shared_buffers=64MB", "max_connections=100",
        "max_locks_per_transaction=256", "max_wal_size=128MB", "checkpoint_timeout=30s", "jit=off",
        "max_wal_senders=10", "wal_keep_size=64MB", "log_min_messages=log",
        "log_min_error_statement=panic",
        // The standby comes back soon after its primary.
        "wal_retrieve_retry_interval=200ms", "wal_receiver_timeout=5s", "wal_sender_timeout=5s",
    ]

    /// Starts the primary again, until it stays.
    func startPrimary() async throws {
        let primary = primary
        try await Patience.require("PostgreSQL is there again", atMost: .seconds(120)) {
            try await primary.start()
        }
    }

    // MARK: The standby

    /// Makes the other server a standby, and lets commits wait for it from then on.
    func addStandby() async throws {
        let (primary, other) = (primary, other)
        try await Patience.require("a copy of the primary", atMost: .seconds(120)) {
            // A base backup ends with the primary.
            do {
                try await other.copy(primary)
                return true
            } catch let failure as ProcessFailure {
                if primary.postmaster == nil { throw failure }
                return false
            }
        }
        guard try await other.start() else { throw ProcessFailure("the standby does not start") }
        let connection = try AdminConnection(primary)
        try connection.rows("ALTER SYSTEM SET synchronous_standby_names = '*'")
        try connection.rows("SELECT pg_reload_conf()")
        hasStandby = true
        try await awaitStandby()
    }

    /// Waits until the primary counts on the standby with each commit.
    func awaitStandby() async throws {
        guard hasStandby else { return }
        let primary = primary
        try await Patience.require("the standby follows", atMost: .seconds(60)) {
            guard let connection = try? AdminConnection(primary) else { return false }
            let rows = try connection.rows(
                "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'"
            )
            return !rows.isEmpty
        }
    }

    /// Kills the primary, and makes the standby the primary. The old one is not a server of the pair
    /// until `addStandby`, which makes it anew: what it had that the new one has not is given up.
    func promote() async throws {
        guard hasStandby else { throw ProcessFailure("there is no standby") }
        try await primary.kill(.whole)
        let promoted = try AdminConnection(other).value("SELECT pg_promote(true, 60)")
        guard promoted == "t" else { throw ProcessFailure("the standby was not promoted") }
        (primary, other) = (other, primary)
        hasStandby = false
    }
}
