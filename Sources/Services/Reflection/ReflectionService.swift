import Contract
import Tenancy
import Wire

/// The contract, told by the server: what it answers, and how its messages look.
///
/// Nothing here depends on who asks but `callable`; there are no personal data in it.
struct ReflectionService: ReflectionServiceProtocol {
    /// The methods that the server answers.
    private let methods: [MethodDescriptor]
    private let descriptorSet: [UInt8]
    /// Made once: hashing for each caller would be work that a peer can ask for.
    private let fingerprint: Result<[UInt8], any Error>

    /// - Parameters:
    ///   - methods: the methods that the server answers, its own included.
    ///   - descriptorSet: a serialized `FileDescriptorSet` with the types of all of them.
    init(methods: [MethodDescriptor], descriptorSet: [UInt8]) {
        self.methods = methods
        self.descriptorSet = descriptorSet
        fingerprint = Result { try Digest.sha256(descriptorSet) }
    }

    func listServices(
        _ request: ListServicesRequest, context: ServerContext
    ) async throws -> ListServicesResponse {
        let services = Dictionary(grouping: methods, by: \.service)
        return try ListServicesResponse.with {
            $0.services = services.sorted { $0.key < $1.key }.map { name, methods in
                ServiceSummary.with {
                    $0.name = name
                    $0.methods = methods.map { MethodSummary($0, for: context.peer.kind) }
                }
            }
            $0.fingerprint = try fingerprint.get()
        }
    }

    func getDescriptorSet(
        _ request: GetDescriptorSetRequest, context: ServerContext
    ) async throws -> GetDescriptorSetResponse {
        let fingerprint = try fingerprint.get()
        return GetDescriptorSetResponse.with {
            $0.fingerprint = fingerprint
            $0.descriptorSet = request.knownFingerprint == fingerprint ? [] : descriptorSet
        }
    }
}

extension MethodSummary {
    fileprivate init(_ method: MethodDescriptor, for caller: PeerKind) {
        self = MethodSummary.with {
            $0.fullName = method.fullName
            $0.clientStreaming = method.kind == .clientStream || method.kind == .bidirectional
            $0.serverStreaming = method.kind == .serverStream || method.kind == .bidirectional
            $0.callers = PeerKind.allCases.filter { method.callers.contains($0) }
                .map { OrganisationKind($0) }
            $0.callable = method.callers.contains(caller)
            $0.audited = method.isAudited
        }
    }
}
