/// One version of a schema: the statements that lead to it from the version before.
///
/// A script that has been released is never changed; what comes later is a script of its own. Schemas
/// record the digest of what was run in them, so that a change is found out.
struct SchemaScript: Sendable {
    let version: Int
    /// As in the name of its file ("baseline").
    let name: String
    /// SHA-256 of its file, 64 lower-case hexadecimal digits.
    let digest: String
    let statements: [Statement]
}

extension [SchemaScript] {
    /// 0 where there is none.
    var latestVersion: Int { last?.version ?? 0 }
}
