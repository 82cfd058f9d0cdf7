import AuditProof

/// A place in one feed: behind a row of its outbox.
///
/// Only rows that were committed, and the last one that was purged, are places. A number of which no
/// commit is on the disk may come again after a crash, with another change behind it.
public struct FeedPosition: Sendable, Equatable {
    /// Number of the transaction.
    public let transaction: Int64
    public let sequence: Int64

    public init(transaction: Int64, sequence: Int64) {
        self.transaction = transaction
        self.sequence = sequence
    }
}

/// A position as callers keep it: opaque, bound to the very feed. It opens nothing: a feed shows the
/// same rows to the same caller without it.
public struct FeedCursor: Sendable, Equatable {
    /// Longer texts are not ours.
    static let lengthMax = 128
    private static let version: UInt8 = 1
    private static let checkCount = 16

    /// UUID of the feed.
    public let feedID: String
    public let position: FeedPosition

    public init(feedID: String, position: FeedPosition) {
        self.feedID = feedID
        self.position = position
    }

    /// Lower-case hexadecimal: version (1 byte), check (16), transaction (8), sequence (8).
    public func text() throws -> String {
        let numbers = Self.bytes(position.transaction) + Self.bytes(position.sequence)
        return Hex.encode([Self.version] + (try Self.check(numbers, feedID)) + numbers)
    }

    /// The position that a text stands for.
    ///
    /// - Throws: `FeedError.malformedCursor`; `.unknownCursor` where it is of another feed.
    static func position(in text: String, of feedID: String) throws -> FeedPosition {
        guard text.utf8.count <= lengthMax, let bytes = Hex.decode(text),
            bytes.count == 1 + checkCount + 16, bytes[0] == version
        else { throw FeedError.malformedCursor }
        let numbers = Array(bytes.suffix(16))
        let transaction = number(numbers.prefix(8))
        let sequence = number(numbers.suffix(8))
        guard transaction >= 0, sequence >= 0 else { throw FeedError.malformedCursor }
        guard try check(numbers, feedID) == Array(bytes[1...checkCount]) else {
            throw FeedError.unknownCursor
        }
        return FeedPosition(transaction: transaction, sequence: sequence)
    }

    private static func check(_ numbers: [UInt8], _ feedID: String) throws -> [UInt8] {
        let context = AuthenticatedContext("icds feed cursor v1", [Array(feedID.utf8), numbers])
        return Array(try Digest.sha256(context.bytes).prefix(checkCount))
    }

    private static func bytes(_ number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    private static func number(_ bytes: some Collection<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}

/// Why a feed cannot go on from a cursor.
public enum FeedError: Error, Sendable, Equatable {
    /// Not what a cursor looks like.
    case malformedCursor
    /// The feed has no such place: the cursor is of another one, or the database was restored to a time
    /// before it.
    case unknownCursor
    /// Changes behind the cursor were purged.
    case purgedCursor
    /// The municipality's schema is of a version that has no feed yet.
    case noFeed
}
