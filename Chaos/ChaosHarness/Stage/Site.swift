import Foundation
import Rehearsal

/// A daemon with its own pair of database servers, and the parties that it lets in.
struct Site: Sendable {
    let folder: RunFolder
    let disks: Disks
    let pair: ServerPair
    let daemon: DaemonControl
    let certificates: ChaosCertificates
    /// The public key of the seals.
    let publicKey: String
    /// The command line of municipalities.
    let commandLine: String

    init(_ options: ChaosOptions, in folder: RunFolder) async throws {
        self.folder = folder
        commandLine = options.programs + "/icds"
        disks = Disks(areMounted: options.mountsDisks)
        certificates = try await ChaosCertificates(
            in: folder, script: options.certificates, owners: Parties.owners)
        pair = try await ServerPair(
            in: folder, programs: try PostgresPrograms(folder: options.postgres), disks: disks)
        daemon = await DaemonControl(
            in: folder, program: options.programs + "/icds-rpcd", pair: pair,
            certificates: certificates)
        publicKey = try await daemon.prepare()
        try daemon.start()
        try await daemon.awaitAddress()
        try await Parties.letIn(certificates, port: daemon.port)
    }

    /// Waits for a checkpoint that speaks of every municipality, and gives its size.
    func awaitCheckpoint() async throws -> UInt64 {
        let connection = try AdminConnection(await pair.primary)
        try await Patience.require("every log has a seal", atMost: .seconds(60)) {
            try Parties.municipalities.allSatisfy { municipality in
                try connection.use(schema: "m\(municipality.code)")
                return try connection.value("SELECT count(*) FROM seal") != "0"
            }
        }
        try connection.use(schema: "registry")
        let newest: StaticString = "SELECT coalesce(max(number), 0) FROM checkpoint"
        // One may be under way that began before the last seal.
        let sizeMin = (UInt64(try connection.value(newest)) ?? 0) + 2
        try await Patience.require("a checkpoint of all logs", atMost: .seconds(60)) {
            (UInt64(try connection.value(newest)) ?? 0) >= sizeMin
        }
        return sizeMin
    }
}
