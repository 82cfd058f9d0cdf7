/// What a row of the log says of people: sealed under the key of tenant and month, so that destroying
/// the key erases it and no leaf changes.
package struct AuditPersonal: Sendable, Equatable {
    /// The person who acted, as the calling system named them.
    package var userID: String?
    package var statedReason: String?
    /// The sharing decision as JSON.
    package var decision: String?

    package init(userID: String? = nil, statedReason: String? = nil, decision: String? = nil) {
        self.userID = userID
        self.statedReason = statedReason
        self.decision = decision
    }

    var isEmpty: Bool { userID == nil && statedReason == nil && decision == nil }

    /// Each part is the byte 0 where there is none, else the byte 1, its length (4 bytes, big-endian) and
    /// its UTF-8.
    var plaintext: [UInt8] {
        var bytes: [UInt8] = []
        for part in [userID, statedReason, decision] {
            guard let part else {
                bytes.append(0)
                continue
            }
            bytes.append(1)
            withUnsafeBytes(of: UInt32(part.utf8.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        return bytes
    }

    init(plaintext: UnsafeRawBufferPointer) throws(CryptoError) {
        var rest = plaintext[...]
        func part() throws(CryptoError) -> String? {
            guard let presence = rest.popFirst(), presence <= 1 else { throw .malformed }
            guard presence == 1 else { return nil }
            guard rest.count >= 4 else { throw .malformed }
            let count = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard count <= rest.count else { throw .malformed }
            defer { rest = rest.dropFirst(count) }
            return String(decoding: rest.prefix(count), as: UTF8.self)
        }
        userID = try part()
        statedReason = try part()
        decision = try part()
        guard rest.isEmpty else { throw .malformed }
    }
}

/// What the personal part of a row is bound to, besides tenant and month: moved to another row, it does
/// not open.
package struct AuditBinding: Sendable, Equatable {
    let actorKind: String
    let actorCode: String
    let method: String
    let callReference: String

    package init(actorKind: String, actorCode: String, method: String, callReference: String) {
        self.actorKind = actorKind
        self.actorCode = actorCode
        self.method = method
        self.callReference = callReference
    }
}
