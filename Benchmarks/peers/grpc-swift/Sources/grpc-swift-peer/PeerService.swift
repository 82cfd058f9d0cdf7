import Foundation
import GRPCCore
import GRPCProtobuf

/// `icds.bench.v1.Peer`: echo and a stream of messages of one size.
struct PeerService: RegistrableRPCService {
    private static let service = ServiceDescriptor(fullyQualifiedService: "icds.bench.v1.Peer")

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(
            forMethod: MethodDescriptor(service: Self.service, method: "Echo"),
            deserializer: ProtobufDeserializer<Icds_Bench_V1_EchoRequest>(),
            serializer: ProtobufSerializer<Icds_Bench_V1_EchoResponse>()
        ) { request, _ in
            let request = try await ServerRequest(stream: request)
            let response = Icds_Bench_V1_EchoResponse.with {
                $0.text = request.message.text
                $0.payload = request.message.payload
            }
            return StreamingServerResponse(single: ServerResponse(message: response))
        }
        router.registerHandler(
            forMethod: MethodDescriptor(service: Self.service, method: "Stream"),
            deserializer: ProtobufDeserializer<Icds_Bench_V1_StreamRequest>(),
            serializer: ProtobufSerializer<Icds_Bench_V1_StreamResponse>()
        ) { request, _ in
            let request = try await ServerRequest(stream: request).message
            let message = Icds_Bench_V1_StreamResponse.with {
                $0.payload = Data(repeating: 7, count: Int(request.bytes))
            }
            return StreamingServerResponse { writer in
                for _ in 0..<request.count { try await writer.write(message) }
                return [:]
            }
        }
    }
}
