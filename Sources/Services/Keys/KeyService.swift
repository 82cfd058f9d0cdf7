import Contract
import Wire

/// The tenants' keys: where they stand, and their rotation.
struct KeyService: KeyServiceProtocol {
    let environment: ServiceEnvironment

    func rotateKeys(
        _ request: RotateKeysRequest, context: ServerContext
    ) async throws -> RotateKeysResponse {
        try await RotateKeys(environment: environment)(request, context)
    }

    func listKeys(
        _ request: ListKeysRequest, context: ServerContext
    ) async throws -> ListKeysResponse {
        try await ListKeys(environment: environment)(request, context)
    }
}
