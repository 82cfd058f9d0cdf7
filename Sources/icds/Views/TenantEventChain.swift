import AuditProof
import Contract
import Wire

/// Computes the digests of what was done with whole tenants anew. What one covers stands at `TenantEvent` in
/// the contract; the database makes them as it writes the rows.
enum TenantEventChain {
    /// The first thing that does not fit.
    enum Fault: Error, Equatable, CustomStringConvertible {
        case missing(number: UInt64)
        case changed(number: UInt64)
        case notChained(number: UInt64)
        case unknownReceipt(String)

        var description: String {
            switch self {
            case .missing(let number): "record \(number) is missing"
            case .changed(let number): "record \(number) is not what its digest was made of"
            case .notChained(let number): "record \(number) does not follow from the one before"
            case .unknownReceipt(let digest): "no record has the receipt \(digest)"
            }
        }
    }

    /// What the first row has for the digest before.
    private static let none = String(repeating: "0", count: 64)

    /// - Parameters:
    ///   - events: all that there are, from the first on.
    ///   - receipts: digests that somebody kept.
    /// - Throws: `Fault`; `ProofError` where OpenSSL fails.
    static func verify(_ events: [TenantEvent], receipts: [String] = []) throws {
        var (number, previous) = (UInt64(0), none)
        for event in events {
            number += 1
            guard event.number == number else { throw Fault.missing(number: number) }
            guard event.previousDigest == previous else { throw Fault.notChained(number: number) }
            guard try digest(event) == event.digest else { throw Fault.changed(number: number) }
            previous = event.digest
        }
        let digests = Set(events.map(\.digest))
        if let lost = receipts.first(where: { !digests.contains($0.lowercased()) }) {
            throw Fault.unknownReceipt(lost)
        }
    }

    /// SHA-256, 64 hexadecimal digits. Nil for what the registry cannot have written.
    private static func digest(_ event: TenantEvent) throws -> String? {
        guard let kind = name(event.kind), let time = event.time, time.isValid else { return nil }
        let lines = [
            event.previousDigest, "\(event.number)",
            "\(time.seconds * 1_000_000 + Int64(time.nanos) / 1_000)", event.municipalityCode, kind,
            event.actorURI, event.contentDigest, event.details, quoted(event.reason),
        ]
        let text = lines.map { $0 + "\n" }.joined()
        return Hex.encode(try SHA256.hash(Array(text.utf8)))
    }

    /// As the registry has it.
    private static func name(_ kind: TenantEventKind) -> String? {
        switch kind {
        case .exported: "exported"
        case .restored: "restored"
        case .discarded: "discarded"
        case .erased: "erased"
        case .merged: "merged"
        case .keysRewrapped: "rewrapped"
        case .keysRotated: "rotated"
        case .keyDestroyed: "destroyed"
        case .unspecified, .unrecognized: nil
        }
    }

    /// A JSON string as PostgreSQL writes one: nothing is escaped but what has to be.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                result += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
