/// One typed detail of a status (`icds.wire.v1.StatusDetail`).
public enum RPCDetail: Sendable, Equatable {
    /// A field of the request that is wrong. `field` is its path by proto names
    /// ("client.name.family_name"), `reason` a stable upper snake case word, `description` says what
    /// is wrong and what would be right, without the value.
    case fieldViolation(field: String, reason: String, description: String)
    /// The thing the error is about, by its kind ("client") and its name as the request gave it.
    case resource(type: String, name: String)
    /// A message of the service, such as a sharing decision: its full type name and its encoding.
    case message(typeName: String, bytes: [UInt8])
}
