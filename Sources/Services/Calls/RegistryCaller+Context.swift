import Tenancy
import Wire

extension RegistryCaller {
    /// The caller of a call, for what it changes in the registry.
    init(_ context: ServerContext) {
        self.init(uri: context.peer.uri, callReference: context.callReference)
    }
}

extension TenantOrder {
    /// - Parameter reason: the request's, where it has one.
    init(_ context: ServerContext, reason: String = "") {
        self.init(for: RegistryCaller(context), reason: reason)
    }
}
