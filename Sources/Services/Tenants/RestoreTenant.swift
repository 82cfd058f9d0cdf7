import Contract
import Tenancy
import Wire

/// Makes a tenant's schema from an export, all or nothing.
struct RestoreTenant: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ requests: RequestStream<RestoreTenantRequest>, _ context: ServerContext
    ) async throws -> RestoreTenantResponse {
        var iterator = requests.makeAsyncIterator()
        guard case .municipalityCode(let code) = try await iterator.next()?.part else {
            throw TenantRefusals.exportRefused("the first message does not name a municipality")
        }
        let tenant = try environment.tenant(code)
        let file = ChunksOfFile(iterator: iterator)
        let outcome = try await RegistryRefusals.mapping {
            try await TenantRefusals.mapping {
                try await environment.transfer.restore(
                    tenant, from: file, order: TenantOrder(context), deadline: context.deadline)
            }
        }
        await environment.noteReplaced()
        return RestoreTenantResponse.with {
            $0.schemaVersion = UInt32(clamping: outcome.schemaVersion)
            $0.hasReplaced = outcome.hasReplaced
            $0.rowCount = UInt64(clamping: outcome.rowCount)
            $0.event = TenantEvent(outcome.event)
        }
    }
}

/// The bytes of the file that follow the first message. Read once.
private struct ChunksOfFile: AsyncSequence {
    struct Iterator: AsyncIteratorProtocol {
        var requests: RequestStream<RestoreTenantRequest>.AsyncIterator

        mutating func next() async throws -> [UInt8]? {
            guard let request = try await requests.next() else { return nil }
            guard case .chunk(let bytes) = request.part else {
                throw TenantRefusals.exportRefused("a message brings no bytes of it")
            }
            return bytes
        }
    }

    let iterator: RequestStream<RestoreTenantRequest>.AsyncIterator

    func makeAsyncIterator() -> Iterator { Iterator(requests: iterator) }
}
