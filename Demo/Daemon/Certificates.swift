import Foundation
import Wire

/// The development certificates of everybody who takes part.
struct Certificates {
    let folder: URL

    /// Makes those that are missing by the project's script.
    func make(script: URL) throws {
        let process = Process()
        process.executableURL = script
        process.arguments = ["--output", folder.path, "server"] + Party.allCases.map(\.identity)
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw Deviation("\(script.path) cannot be run: \(error.localizedDescription)")
        }
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Deviation("\(script.lastPathComponent) failed:\n\(text)")
        }
    }

    func certificate(of party: Party) -> URL { file(party, "pem") }

    /// The certificate as it is registered.
    func bytes(of party: Party) throws -> [UInt8] {
        Array(try Data(contentsOf: certificate(of: party)))
    }

    /// A client's side of TLS for one of the parties.
    func context(for party: Party, server: String) throws -> TLSContext {
        try TLSContext.client(
            TLSConfiguration(
                certificateChainFile: certificate(of: party).path,
                privateKeyFile: file(party, "key").path,
                trustedAuthorityFiles: [folder.appendingPathComponent("ca.pem").path]),
            serverName: server)
    }

    private func file(_ party: Party, _ ending: String) -> URL {
        let name = party.identity.split(separator: ":").joined(separator: "-")
        return folder.appendingPathComponent("\(name).\(ending)")
    }
}
