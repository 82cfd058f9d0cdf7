import Wire

extension WireEnum {
    /// A number that this version of the contract does not know: a newer client's. It is read, but
    /// never stored or decided upon.
    var isUnrecognized: Bool { !Self.known.contains(self) }
}
