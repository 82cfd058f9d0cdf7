/// What this build speaks.
enum ProtocolVersion {
    /// The version of the protocol (PROTOCOL.md, "Versions").
    static let current: UInt32 = 1
    /// `Hello.implementation` of this build.
    static let implementation = "icds-rpcd/1"
}
