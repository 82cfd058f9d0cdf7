import Contract
import Wire

/// The contract as the server tells it: what it answers, and the types of all messages. Nothing here
/// is compiled in, so that an older `icds` calls the methods of a newer server.
struct ServerContract: Sendable {
    let types: DescriptorSet
    /// The methods that the server answers, by full name.
    let served: Set<String>

    /// Asks the server. Throws `RPCStatus`, or `DescriptorSetError` for a set that makes no sense.
    static func of(_ session: Session) async throws -> ServerContract {
        let reflection = ReflectionServiceClient(session.client)
        async let listing = reflection.listServices(
            ListServicesRequest(), options: session.callOptions)
        async let answer = reflection.getDescriptorSet(
            GetDescriptorSetRequest(), options: session.callOptions)
        return ServerContract(
            types: try DescriptorSet(serialized: try await answer.descriptorSet),
            served: Set(try await listing.services.flatMap(\.methods).map(\.fullName)))
    }

    /// The services that the server answers, each with the methods that it answers.
    var services: [DynamicService] {
        types.services.compactMap { service in
            let methods = service.methods.filter { served.contains($0.descriptor.fullName) }
            if methods.isEmpty { return nil }
            return DynamicService(
                name: service.name, documentation: service.documentation, methods: methods)
        }
    }

    private static let package = "icds.v1."

    /// A name as people write it, with or without the package and a leading slash.
    private static func spellings(of text: String) -> [String] {
        let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
        return [name, package + name]
    }

    /// The method of that name.
    ///
    /// Throws `UsageError` that names what comes nearest.
    func method(_ text: String) throws(UsageError) -> DynamicMethod {
        let methods = services.flatMap(\.methods)
        let names = Self.spellings(of: text)
        if let found = methods.first(where: { names.contains($0.descriptor.fullName) }) {
            return found
        }
        let wanted = text.split(separator: "/").last.map { $0.lowercased() } ?? ""
        let near = methods.map(\.descriptor).filter {
            let found = $0.name.lowercased()
            return !wanted.isEmpty && (found.contains(wanted) || wanted.contains(found))
        }
        let hint =
            near.isEmpty
            ? "`icds describe` lists them"
            : "did you mean \(near.map(\.fullName).joined(separator: " or "))?"
        throw UsageError("there is no method \"\(text)\": \(hint)")
    }

    /// What `icds describe` may show.
    enum Subject {
        case service(DynamicService)
        case method(DynamicMethod)
        case message(DynamicMessageType)
        case enumeration(DynamicEnum)
    }

    /// A service, a method, a message or an enum by its name. Throws `UsageError` where there is none.
    func subject(_ text: String) throws(UsageError) -> Subject {
        if text.contains("/") { return .method(try method(text)) }
        let names = Self.spellings(of: text)
        let services = services
        if let service = services.first(where: { names.contains($0.name) }) {
            return .service(service)
        }
        for name in names {
            if let message = types.messages[name] { return .message(message) }
            if let found = types.enums[name] { return .enumeration(found) }
        }
        throw UsageError(
            "there is no service, message or enum \"\(text)\"; the services are "
                + services.map(\.name).joined(separator: ", "))
    }
}
