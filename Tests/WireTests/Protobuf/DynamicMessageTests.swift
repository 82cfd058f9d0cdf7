import Contract
import Testing

@testable import Wire

/// The dynamic codec beside the generated types, on every message of the contract.
@Suite struct DynamicMessageTests {
    static let contract = Result {
        try DescriptorSet(
            serialized: ContractDescriptorSet.contract + ContractDescriptorSet.testing)
    }

    private func contract() throws -> DescriptorSet { try Self.contract.get() }

    @Test func theSetHasEveryMessage() throws {
        let contract = try contract()
        for type in ContractMessageList.all {
            #expect(contract.messages[type.messageName] != nil, "\(type.messageName)")
        }
        #expect(ContractMessageList.all.count > 60)
    }

    @Test func bothReadAndWriteTheSame() throws {
        let contract = try contract()
        var random = JSONMaker(contract: contract, seed: 1)
        for type in ContractMessageList.all {
            for _ in 0..<20 {
                let json = random.message(type.messageName, depth: 0)
                try compare(type, json, contract)
            }
        }
    }

    private func compare<Message: WireMessage>(
        _ type: Message.Type, _ json: JSONValue, _ contract: DescriptorSet
    ) throws {
        let name = Message.messageName
        let compiled = try Message(json: json)
        let bytes = try compiled.encoded()
        let dynamic = try DynamicMessage(name, of: contract, json: json)
        #expect(try dynamic.encoded() == bytes, "\(name) \(json.text())")
        let decoded = try DynamicMessage(name, of: contract, decoding: bytes)
        #expect(decoded.json == compiled.json, "\(name)")
        #expect(decoded.description == compiled.description)
        #expect(try Message(decoding: dynamic.encoded()) == compiled)
    }

    /// Bytes with faults: what one takes the other takes, and what one refuses the other refuses
    /// for the same reason.
    @Test func bothRefuseTheSameBytes() throws {
        let contract = try contract()
        var random = JSONMaker(contract: contract, seed: 2)
        var refused = 0
        for type in ContractMessageList.all {
            for _ in 0..<20 {
                let json = random.message(type.messageName, depth: 0)
                let bytes = random.spoilt(
                    try DynamicMessage(type.messageName, of: contract, json: json).encoded())
                if try !agree(type, bytes, contract) { refused += 1 }
            }
        }
        #expect(refused > 100)
    }

    /// Whether both take the bytes.
    private func agree<Message: WireMessage>(
        _ type: Message.Type, _ bytes: [UInt8], _ contract: DescriptorSet
    ) throws -> Bool {
        let compiled = Result { () throws(RPCStatus) in try Message(decoding: bytes) }
        let dynamic = Result { () throws(RPCStatus) in
            try DynamicMessage(Message.messageName, of: contract, decoding: bytes)
        }
        switch (compiled, dynamic) {
        case (.success(let compiled), .success(let dynamic)):
            #expect(compiled.json == dynamic.json, "\(Message.messageName) \(bytes)")
            return true
        case (.failure(let one), .failure(let other)):
            #expect(one == other, "\(Message.messageName) \(bytes)")
            return false
        default:
            Issue.record("\(Message.messageName) \(bytes): \(compiled) \(dynamic)")
            return false
        }
    }

    @Test(arguments: [
        #"{"text": 1}"#, #"{"text": null, "unknown": 1}"#, #"{"payload": "*"}"#,
        #"{"numbers": [1, -1]}"#, #"{"numbers": 1}"#, #"{"numbers": [null]}"#,
        #"{"node": []}"#, #"{"node": {"child": {"x": 1}}}"#, #"{"labels": {"a": 1}}"#,
        #"{"labels": []}"#, "[]", "null", #"{"numbers": [4294967296]}"#, #"{"numbers": [1.5]}"#,
    ])
    func bothRefuseTheSameJSON(_ text: String) throws {
        let json = try JSONValue(parsing: text)
        let one = #expect(throws: JSONError.self) { try EchoRequest(json: json) }
        let other = #expect(throws: JSONError.self) {
            try DynamicMessage(EchoRequest.messageName, of: contract(), json: json)
        }
        #expect(one == other)
    }

    @Test(arguments: [
        #"{"identityCode": "x", "caseReference": "y"}"#,
        #"{"case_reference": "", "caseReference": ""}"#,
        #"{"access": {"purpose": "PURPOSE_NOT_THERE"}}"#, #"{"access": {"purpose": true}}"#,
    ])
    func choicesNamesAndEnumsAreReadAlike(_ text: String) throws {
        let json = try JSONValue(parsing: text)
        let one = #expect(throws: JSONError.self) { try FetchRequest(json: json) }
        let other = #expect(throws: JSONError.self) {
            try DynamicMessage(FetchRequest.messageName, of: contract(), json: json)
        }
        #expect(one == other)
    }

    @Test func limitsHoldForValuesToSend() throws {
        let contract = try contract()
        var node = JSONValue.object([])
        for _ in 0..<40 { node = .object([JSONMember(name: "child", value: node)]) }
        let deep = try DynamicMessage("icds.testing.v1.Node", of: contract, json: node)
        #expect(throws: RPCStatus.self) { try deep.encoded() }
        let text = JSONValue.object([JSONMember(name: "text", value: .string("a\u{0}b"))])
        let withNUL = try DynamicMessage(EchoRequest.messageName, of: contract, json: text)
        #expect(throws: RPCStatus.self) { try withNUL.encoded() }
    }

    @Test func whatIsNotInTheSetIsRefused() throws {
        let contract = try contract()
        #expect(throws: DescriptorSetError.self) { try DynamicMessage("x.Y", of: contract) }
        // proto2, and floating point.
        #expect(throws: DescriptorSetError.self) {
            try DynamicMessage("google.protobuf.UninterpretedOption", of: contract)
        }
    }

    @Test func brokenSetsAreRefused() throws {
        let whole = ContractDescriptorSet.contract
        // Without the files that it imports, it names types that are not there.
        #expect(throws: DescriptorSetError.self) {
            try DescriptorSet(serialized: ContractDescriptorSet.testing + Self.fileNamingNothing)
        }
        #expect(throws: DescriptorSetError.self) {
            try DescriptorSet(serialized: Array(whole.dropLast()))
        }
        #expect(throws: DescriptorSetError.self) { try DescriptorSet(serialized: [0x0B]) }
        #expect(throws: DescriptorSetError.self) {
            try DescriptorSet(
                serialized: [UInt8](repeating: 0, count: DescriptorSet.bytesMax + 1))
        }
    }

    /// `file { message_type { name: "A" field { name: "b" number: 1 type: 11 type_name: ".C" } } }`
    private static let fileNamingNothing = bytes(
        hex: "0a14" + "2212" + "0a0141" + "120d" + "0a0162" + "1801" + "280b" + "32022e43" + "2001")

    @Test func theMethodTableFollowsFromTheSet() throws {
        let methods = try contract().services.flatMap(\.methods).map(\.descriptor)
        #expect(Set(methods) == Set(ContractMethods.all + ContractMethods.testing))
    }
}

/// Random JSON that a message takes, from a seed.
private struct JSONMaker {
    let contract: DescriptorSet
    private var state: UInt64

    init(contract: DescriptorSet, seed: UInt64) {
        self.contract = contract
        state = seed
    }

    /// SplitMix64.
    private mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    mutating func message(_ name: String, depth: Int) -> JSONValue {
        switch name {
        case Timestamp.messageName: return .string("20\(10 + next(80))-03-31T12:00:00.25Z")
        case WireDuration.messageName: return .string("-\(next(100)).5s")
        case FieldMask.messageName: return .string("serviceLanguage,contact")
        default: break
        }
        var members: [JSONMember] = []
        var choices: Set<Int> = []
        for field in contract.messages[name]?.fields ?? [] where depth < 4 && next(3) > 0 {
            if let oneof = field.oneof, !choices.insert(oneof).inserted { continue }
            members.append(JSONMember(name: field.jsonName, value: value(field, depth: depth)))
        }
        return .object(members)
    }

    private mutating func value(_ field: DynamicField, depth: Int) -> JSONValue {
        guard field.isRepeated else { return single(field.kind, depth: depth) }
        if case .message(let name) = field.kind, let entry = contract.messages[name],
            entry.isMapEntry, let keyField = entry.field(1), let valueField = entry.field(2)
        {
            let names: [String] =
                switch keyField.kind {
                case .string: ["", "b", "a", "é"]
                case .bool: ["true", "false"]
                case .int32, .int64: ["7", "0", "-1", "2147483647"]
                default: ["7", "0", "4294967295", "10"]
                }
            let keys = names.prefix(next(5))
            return .object(
                keys.map {
                    JSONMember(name: $0, value: single(valueField.kind, depth: depth + 1))
                })
        }
        return .array((0..<next(12)).map { _ in single(field.kind, depth: depth + 1) })
    }

    private mutating func single(_ kind: DynamicField.Kind, depth: Int) -> JSONValue {
        switch kind {
        case .bool: return .bool(next(2) == 1)
        case .string:
            let texts = ["", "a", "Åbo \"q\"\n", String(repeating: "x", count: 100)]
            return .string(texts[next(texts.count)])
        case .bytes: return .string(["", "AAEC", "/w=="][next(3)])
        case .int32: return .number(["0", "-1", "2147483647", "-2147483648"][next(4)])
        case .int64: return .string(["0", "-1", "9223372036854775807"][next(3)])
        case .uint32: return .number(["0", "1", "4294967295", "300"][next(4)])
        case .uint64: return .string(["0", "1", "18446744073709551615"][next(3)])
        case .enumeration(let name):
            let values = contract.enums[name]?.values ?? []
            let index = next(values.count + 1)
            return index < values.count ? .string(values[index].name) : .number("-7")
        case .message(let name): return message(name, depth: depth + 1)
        case .unsupported: return .null
        }
    }

    /// The bytes with one of them changed, cut off, put in or taken out.
    mutating func spoilt(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let place = next(bytes.count + 1)
        switch next(4) {
        case 0 where place < bytes.count: bytes[place] = UInt8(next(256))
        case 1: bytes = Array(bytes.prefix(place))
        case 2 where place < bytes.count: bytes.remove(at: place)
        default: bytes.insert(UInt8(next(256)), at: place)
        }
        return bytes
    }
}
