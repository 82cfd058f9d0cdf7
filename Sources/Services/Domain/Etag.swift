/// Etags of the contract: opaque to callers, the version of a row to us.
enum Etag {
    static func text(_ version: Int64) -> String { "v\(version)" }
}
