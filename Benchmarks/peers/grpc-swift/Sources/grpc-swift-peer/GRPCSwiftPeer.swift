import GRPCCore
import GRPCNIOTransportHTTP2
import NIOPosix

/// Serves `icds.bench.v1.Peer` on a free port of the loopback over TLS with one event loop, prints
/// `{"port": N}`, and runs until it is killed.
///
///     grpc-swift-peer <certificate chain, PEM> <key, PEM>
@main
struct GRPCSwiftPeer {
    static func main() async throws {
        let files = CommandLine.arguments.dropFirst()
        guard files.count == 2, let certificate = files.first, let key = files.last else {
            throw RPCError(code: .invalidArgument, message: "two files: certificate and key")
        }
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: 0),
            transportSecurity: .tls(
                certificateChain: [.file(path: certificate, format: .pem)],
                privateKey: .file(path: key, format: .pem)),
            eventLoopGroup: MultiThreadedEventLoopGroup(numberOfThreads: 1))
        let server = GRPCServer(transport: transport, services: [PeerService()])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            let port = try await transport.listeningAddress.ipv4?.port ?? 0
            print("{\"port\": \(port)}")
            // Standard output may be a pipe: the line must leave at once.
            flushStandardOutput()
            try await group.waitForAll()
        }
    }
}
