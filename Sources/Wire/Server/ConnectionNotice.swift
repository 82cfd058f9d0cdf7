import Synchronization

/// Something that every caller is to be told: a metadata entry that goes with the End of the first call
/// that each connection ends after it changed, and once more when it changes again.
///
/// What it says is its owner's business. An End whose own metadata leave no room for it goes without,
/// and a later one tells it.
public final class ConnectionNotice: Sendable {
    private let key: String
    private let value = Mutex<[UInt8]>([])
    /// How often it was set; connections compare it with what they told last, which is cheap.
    private let versionNumber = Atomic<UInt64>(0)

    /// - Parameter key: of the metadata; ends in "-bin" where the value may be other than printable ASCII.
    public init(key: String) {
        self.key = key
    }

    public func set(_ bytes: [UInt8]) {
        value.withLock { value in
            guard value != bytes else { return }
            value = bytes
            versionNumber.add(1, ordering: .releasing)
        }
    }

    /// 0 before it was set.
    var version: UInt64 { versionNumber.load(ordering: .acquiring) }

    var entry: Metadata.Entry { Metadata.Entry(key: key, value: value.withLock { $0 }) }
}
