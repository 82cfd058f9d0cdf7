extension DescriptorReader {
    /// The numbers in a message of options, by field; texts and messages among them are left out.
    struct Options {
        private(set) var values: [Int: [UInt64]] = [:]

        init() {}

        init(_ bytes: ArraySlice<UInt8>) throws(WireFault) {
            var fields = WireFields(bytes)
            while let (number, value) = try fields.next() {
                switch value {
                case .varint(let integer): values[number, default: []].append(integer)
                // `callers` may come packed.
                case .bytes where number == Self.callersNumber:
                    values[number, default: []] += try value.integers()
                default: break
                }
            }
        }

        private static let callersNumber = 50101

        func flag(_ number: Int) -> Bool { values[number]?.last == 1 }

        /// Who may call a method, by icds.v1.OrganisationKind.
        var callers: CallerKinds {
            var result: CallerKinds = []
            for kind in values[Self.callersNumber] ?? [] {
                switch kind {
                case 1: result.insert(.municipality)
                case 2: result.insert(.county)
                case 3: result.insert(.operator)
                case 4: result.insert(.agency)
                default: break
                }
            }
            return result
        }
    }
}

extension WireFields.Value {
    func message() throws(WireFault) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = self else { throw .wrongWireType }
        return bytes
    }

    func text() throws(WireFault) -> String {
        guard let text = String(validating: try message(), as: UTF8.self) else {
            throw .invalidUTF8
        }
        return text
    }

    func integer() throws(WireFault) -> UInt64 {
        guard case .varint(let integer) = self else { throw .wrongWireType }
        return integer
    }

    /// One number, or a packed run of them.
    func integers() throws(WireFault) -> [UInt64] {
        guard case .bytes(let bytes) = self else { return [try integer()] }
        var result: [UInt64] = []
        for value in try WireFields.packed(bytes, .varint) { result.append(try value.integer()) }
        return result
    }
}

extension DynamicField.Kind {
    /// By `FieldDescriptorProto.Type`.
    init(descriptorType type: UInt64, typeName: String) {
        self =
            switch type {
            case 3: .int64(.varint)
            case 4: .uint64(.varint)
            case 5: .int32(.varint)
            case 6: .uint64(.fixed)
            case 7: .uint32(.fixed)
            case 8: .bool
            case 9: .string
            case 11: .message(typeName)
            case 12: .bytes
            case 13: .uint32(.varint)
            case 14: .enumeration(typeName)
            case 15: .int32(.fixed)
            case 16: .int64(.fixed)
            case 17: .int32(.zigzag)
            case 18: .int64(.zigzag)
            default: .unsupported
            }
    }
}
