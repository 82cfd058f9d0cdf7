/// One SQL statement with a name, written once in the source beside the use case that runs it.
///
/// The text may hold `$1`, `$2` … for parameters and two placeholders that are filled from a
/// ``TenantSchema``: `{schema}` (the quoted schema name) and `{sharing_role}` (the quoted name of
/// the tenant's sharing role, for provisioning). Nothing else is ever put into it.
public struct Statement: Sendable {
    /// Stable name for logs and for the prepared statement, at most 40 bytes ("clients.get").
    public let name: String
    /// Whether connections keep it prepared. False for statements that run once for each tenant,
    /// such as DDL, which would only push others out of the cache.
    public let isPrepared: Bool
    /// Two statements with one name but different text never share a prepared statement.
    let identity: UInt64
    private let sql: String
    private let hasPlaceholder: Bool

    static let nameBytesMax = 40

    public init(_ name: StaticString, _ sql: StaticString, prepared: Bool = true) {
        self.init(name: "\(name)", trusted: "\(sql)", prepared: prepared)
    }

    /// For text that the project itself makes (migrations, tests); never for text that holds
    /// anything from a request.
    package init(name: String, trusted sql: String, prepared: Bool = true) {
        self.name = name
        self.isPrepared = prepared
        self.sql = sql
        self.hasPlaceholder = sql.contains("{schema}") || sql.contains("{sharing_role}")
        // FNV-1a, 64 bits, over name, a separator and text.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ 0xff) &* 0x100_0000_01b3
        for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        self.identity = hash
    }

    /// The key under which a connection keeps this statement prepared. Statements without a
    /// placeholder are shared by all tenants.
    func key(for schema: TenantSchema?) -> StatementKey {
        StatementKey(
            statement: identity, schema: hasPlaceholder ? (schema?.keyNumber ?? 0) : 0)
    }

    /// Throws when the text needs a schema and there is none, or when the name is not of 1 to 40
    /// letters, digits, dots, hyphens and underscores.
    func validate(for schema: TenantSchema?) throws(DatabaseError) {
        guard isNameValid else {
            throw DatabaseError(.statement(sqlState: "42602"), "invalid statement name")
        }
        guard !hasPlaceholder || schema != nil else {
            throw DatabaseError(.statement(sqlState: "3F000"), "\(name) needs a tenant's schema")
        }
    }

    private var isNameValid: Bool {
        let bytes = name.utf8
        return !bytes.isEmpty && bytes.count <= Self.nameBytesMax
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// The text as PostgreSQL gets it.
    package func rendered(for schema: TenantSchema?) -> String {
        guard hasPlaceholder, let schema else { return sql }
        return sql.replacing("{schema}", with: schema.quotedName)
            .replacing("{sharing_role}", with: "\"" + schema.sharingRole + "\"")
    }
}

/// What identifies a prepared statement on a connection.
struct StatementKey: Sendable, Hashable {
    var statement: UInt64
    var schema: UInt16
}
