/// In whose name and with which settings a unit of work runs. Everything here is local to its
/// transaction: the next work on the same connection sees none of it.
public struct Scope: Sendable {
    /// The role to take, or nil for the login role itself.
    public var role: String?
    /// The schema that `{schema}` stands for.
    public var schema: TenantSchema?
    /// Settings such as `("icds.county", "06")`, set with `set_config(name, value, true)`.
    public var settings: [(name: String, value: String)]

    /// Code of the organisation for which the work is done, whose share of the pool it takes; nil: the
    /// schema's municipality.
    public var organisation: String?

    public init(
        role: String?, schema: TenantSchema? = nil, settings: [(name: String, value: String)] = [],
        organisation: String? = nil
    ) {
        self.role = role
        self.schema = schema
        self.settings = settings
        self.organisation = organisation
    }

    /// Works share the pool fairly by this key.
    var fairnessKey: String { organisation ?? schema?.code ?? role ?? "" }
}

/// One statement with its parameters.
public struct WorkStep: Sendable {
    public var statement: Statement
    public var parameters: [SQLValue]

    public init(_ statement: Statement, _ parameters: [SQLValue] = []) {
        self.statement = statement
        self.parameters = parameters
    }
}

public struct WorkOptions: Sendable {
    public enum Isolation: Sendable { case readCommitted, repeatableRead }

    public var isolation: Isolation
    public var readOnly: Bool
    /// Whether the work may see what was true a moment ago, so that a standby can do it where there is
    /// one and it changes nothing. Never for rights, revocations, change feeds and what must be recorded.
    public var mayBeStale: Bool
    /// Past it the work is refused, cancelled or, once its commit was sent, left to itself.
    public var deadline: ContinuousClock.Instant?

    public init(
        isolation: Isolation = .readCommitted, readOnly: Bool = false,
        mayBeStale: Bool = false, deadline: ContinuousClock.Instant? = nil
    ) {
        self.isolation = isolation
        self.readOnly = readOnly
        self.mayBeStale = mayBeStale
        self.deadline = deadline
    }
}
