/// Who asked for a change of the registry, as its log of changes keeps it (`RegistryChange`).
public struct RegistryCaller: Sendable, Equatable {
    /// The URI of the caller's certificate.
    public let uri: String
    /// The call in the daemon's log; nil where the work is done after the call that ordered it.
    public let callReference: String?

    public init(uri: String, callReference: String? = nil) {
        self.uri = uri
        self.callReference = callReference
    }

    /// What the triggers of the log read, for the scope of the work.
    var settings: [(name: String, value: String)] {
        var settings = [(name: "icds.actor", value: uri)]
        if let callReference { settings.append(("icds.call_reference", callReference)) }
        return settings
    }
}
