import AuditProof
import Tenancy

/// Where the next page of a listing begins. Opaque to callers: lower-case hexadecimal of the
/// position and a digest that binds it to the listing and its filters, so that a token of another
/// listing, a shortened or an edited one is refused instead of silently giving other rows.
///
/// A token opens nothing: a listing shows the same rows to the same caller without it.
package enum PageToken {
    /// Longer tokens are not ours.
    static let lengthMax = 1024
    private static let digestCount = 16

    /// - Parameters:
    ///   - position: the sort key of the last row of the page before.
    ///   - listing: the method and all its filters.
    package static func encode(position: [String], of listing: [String]) throws -> String {
        let packed = pack(position)
        return Hex.encode(try digest(packed, listing) + packed)
    }

    /// The position, or nil where the token was not made for this listing.
    package static func decode(_ token: String, of listing: [String], count: Int) throws
        -> [String]?
    {
        guard token.utf8.count <= lengthMax, let bytes = Hex.decode(token),
            bytes.count > digestCount
        else { return nil }
        let packed = Array(bytes.dropFirst(digestCount))
        guard try digest(packed, listing) == Array(bytes.prefix(digestCount)) else { return nil }
        let position = unpack(packed)
        return position?.count == count ? position : nil
    }

    private static func digest(_ packed: [UInt8], _ listing: [String]) throws -> [UInt8] {
        let message = Array("icds page token 1".utf8) + pack(listing) + [0] + packed
        return Array(try Digest.sha256(message).prefix(digestCount))
    }

    /// Each part with its length in two bytes before it.
    private static func pack(_ parts: [String]) -> [UInt8] {
        parts.flatMap { part in
            let bytes = Array(part.utf8.prefix(Int(UInt16.max)))
            return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
        }
    }

    private static func unpack(_ bytes: [UInt8]) -> [String]? {
        var parts: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 2 else { return nil }
            let count = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
            guard rest.count >= count,
                let part = String(validating: rest.prefix(count), as: UTF8.self)
            else { return nil }
            parts.append(part)
            rest = rest.dropFirst(count)
        }
        return parts
    }
}

extension FieldViolations {
    /// Where the page asked for begins. Nil for the first page, and where the token was not made for this
    /// listing, which is then among the violations.
    ///
    /// - Parameters:
    ///   - count: how many parts the listing's sort key has.
    ///   - read: makes the position of these parts; nil where they cannot be one.
    @inline(never)
    package mutating func pagePosition<Position>(
        _ token: String, of listing: [String], count: Int,
        _ read: (_ parts: [String]) throws -> Position?
    ) throws -> Position? {
        guard !token.isEmpty else { return nil }
        if let parts = try PageToken.decode(token, of: listing, count: count),
            let position = try read(parts)
        {
            return position
        }
        add("page_token", .format, "A token of an earlier page of this listing.")
        return nil
    }
}

extension PageToken {
    /// The same for a request of which nothing else is to be checked.
    ///
    /// Not inlined: in asynchronous functions it makes Swift 6.3.1 end itself where it optimizes, so that
    /// no release build was possible.
    ///
    /// - Throws: `RPCStatus` INVALID_ARGUMENT for a token that was not made for this listing.
    @inline(never)
    package static func position<Position>(
        _ token: String, of listing: [String], count: Int,
        _ read: (_ parts: [String]) throws -> Position?
    ) throws -> Position? {
        var violations = FieldViolations()
        let position = try violations.pagePosition(token, of: listing, count: count, read)
        try violations.throwIfAny()
        return position
    }

    /// The position of listings in the order of municipalities' codes.
    static func municipalityCode(_ parts: [String]) -> String? {
        TenantSchema(municipalityCode: parts[0]).map(\.code)
    }

    /// The position of listings in the order of numbers that the database gave.
    static func number(_ parts: [String]) -> Int64? { Int64(parts[0]) }
}

/// How many rows a page has.
package enum PageSize {
    package static let sizeMax: UInt32 = 1000

    /// 0 counts as the listing's own number, more than 1000 as 1000.
    package static func rows(_ asked: UInt32, standard: UInt32) -> Int {
        Int(asked == 0 ? standard : min(asked, sizeMax))
    }
}
