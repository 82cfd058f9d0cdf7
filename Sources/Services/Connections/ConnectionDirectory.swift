public import Contract

/// What the server knows of its connections, for `ConnectionService`. The daemon gives it: the
/// server is made after its services.
public protocol ConnectionDirectory: Sendable {
    /// The open connections, in any order.
    func connections() async -> [Connection]
    /// What the server has done since it was started.
    func totals() async -> ServerTotals
}
