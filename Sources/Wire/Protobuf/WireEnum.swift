/// A protobuf enum as a Swift enum that keeps numbers it does not know (proto3: enums are open).
public protocol WireEnum: Sendable, Hashable, CustomStringConvertible {
    /// The values that this version of the contract knows.
    static var known: [Self] { get }
    init(rawValue: Int32)
    var rawValue: Int32 { get }
    /// Name in the contract: "PURPOSE_ASSESSMENT"; the number as text where it is not known.
    var protoName: String { get }
}

extension WireEnum {
    /// The value with that name in the contract.
    public init?(protoName: String) {
        guard let value = Self.known.first(where: { $0.protoName == protoName }) else { return nil }
        self = value
    }

    public var description: String { protoName }
}
