public import Wire

/// A method of the contract for programs that know it by name only: its row of the method table, its
/// JSON conversions and its documentation as text.
public struct ContractMethod: Sendable {
    public let descriptor: MethodDescriptor
    /// What the contract says of the service, without markup.
    public let serviceDocumentation: String
    /// What the contract says of the method, with its errors.
    public let documentation: String
    public let requestFields: [ContractField]
    public let responseFields: [ContractField]

    private let encodeRequest: @Sendable (String) throws -> [UInt8]
    private let decodeResponse: @Sendable ([UInt8]) throws(RPCStatus) -> JSONValue

    init<Request: WireMessage, Response: WireMessage>(
        _ descriptor: MethodDescriptor, request: Request.Type, response: Response.Type,
        serviceDocumentation: String, documentation: String,
        requestFields: [ContractField], responseFields: [ContractField]
    ) {
        self.descriptor = descriptor
        self.serviceDocumentation = serviceDocumentation
        self.documentation = documentation
        self.requestFields = requestFields
        self.responseFields = responseFields
        self.encodeRequest = { text in try Request(jsonString: text).encoded() }
        self.decodeResponse = { bytes throws(RPCStatus) in try Response(decoding: bytes).json }
    }

    /// The request's bytes on the wire, from proto3's JSON mapping. Throws `JSONError`, or
    /// `RPCStatus` for a value that cannot be encoded.
    public func requestBytes(fromJSON text: String) throws -> [UInt8] {
        try encodeRequest(text)
    }

    /// The response in proto3's JSON mapping. It holds personal data as they are.
    public func responseJSON(fromBytes bytes: [UInt8]) throws(RPCStatus) -> JSONValue {
        try decodeResponse(bytes)
    }
}

/// What the contract says of one field of a request or a response.
public struct ContractField: Sendable, Hashable {
    /// Name in JSON: "clientId".
    public let name: String
    /// Type as the contract writes it: "string", "repeated icds.v1.DataCategory".
    public let type: String
    public let documentation: String
}
