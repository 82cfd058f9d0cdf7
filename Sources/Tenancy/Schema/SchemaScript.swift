/// One version of a schema: the statements that lead to it from the version before.
///
/// A script that has been released is never changed; what comes later is a script of its own.
struct SchemaScript: Sendable {
    let version: Int
    let statements: [Statement]
}
