/// Every bound of one ``Database``, with what happens at it.
public struct DatabaseLimits: Sendable {
    /// Works that wait for a connection, over all tenants. One more: `.overloaded`.
    public var queuedWorksMax = 1_024
    /// What one tenant may take where nothing else was set for it: under way, a share of the
    /// pipelines that leaves room for others; waiting, a quarter of the queue. One more: `.tenantBusy`.
    public var tenantQuota = TenantQuota(worksUnderWayMax: 32, worksWaitingMax: 256)
    /// Runs under way on one connection, each in a Sync segment of its own.
    public var pipelineDepthMax = 16
    /// Statements of one work. One more: refused.
    public var stepsMax = 256
    /// Settings of one scope. One more: refused.
    public var settingsMax = 16
    /// Bytes of all parameters of one work. One more: refused.
    public var parameterBytesMax = 16 << 20
    /// Bytes of a COPY that wait for the slower side. At it the faster side waits.
    public var copyBufferBytesMax = 1 << 20
    /// Prepared statements that one connection keeps (25 to 150 kB each in its backend). The
    /// least recently used ones beyond it are deallocated.
    public var preparedStatementsMax = 3_000
    /// Statements prepared on one connection before it is replaced.
    public var statementsPreparedBeforeRecyclingMax = 20_000
    /// Memory of a connection's backend, without what all backends share, before it is replaced: plans
    /// and rows of the catalogue, about a megabyte a tenant, which a backend never gives back.
    public var backendBytesMax = 100 << 20
    /// A connection is replaced at this age, less up to a quarter, so that not all go at once.
    public var connectionAgeMax: Duration = .seconds(1_800)
    /// Time for one attempt to connect to one server, until it has said which it is.
    public var connectTimeout: Duration = .seconds(3)
    /// Pause after all servers have failed: doubles from the first to the last, half of it at random.
    public var reconnectDelayMin: Duration = .milliseconds(50)
    public var reconnectDelayMax: Duration = .seconds(2)
    /// While there is no connection at all, a work waits this long and then is `.unavailable`.
    public var unavailableWait: Duration = .milliseconds(1_000)
    /// Bound of a single statement whose work has no deadline.
    public var statementTimeoutDefault: Duration = .seconds(30)
    /// How long past its deadline a work whose commit was sent is waited for, before its
    /// outcome counts as unknown.
    public var commitGrace: Duration = .milliseconds(500)
    /// PostgreSQL ends a transaction that waits this long for its next statement.
    public var idleInTransactionTimeout: Duration = .seconds(30)
    /// Cancel requests under way at once; over it the connection is closed without one, and
    /// PostgreSQL notices that by itself (`client_connection_check_interval`).
    public var cancelsUnderWayMax = 4

    public init() {}

    public static let standard = DatabaseLimits()
}
