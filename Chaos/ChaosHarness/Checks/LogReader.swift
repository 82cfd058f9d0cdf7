import Contract
import Wire

/// Reads a municipality's log through the daemon, as the municipality itself would.
struct LogReader: Sendable {
    private static let pageSize: UInt32 = 1_000
    private static let user = "auditor-1"
    /// What the reading states; its own rows are left out.
    private static let reason = "chaos check"

    let caller: Caller

    func rows() async throws -> [AccessCheck.Row] {
        var rows: [AccessCheck.Row] = []
        var token = ""
        repeat {
            let page = try await AuditServiceClient(caller.channel).listAccesses(
                .with {
                    $0.access = .with {
                        $0.userID = Self.user
                        $0.purpose = .logOversight
                        $0.reason = Self.reason
                    }
                    $0.pageSize = Self.pageSize
                    $0.pageToken = token
                }, options: CallOptions(timeout: .seconds(30), waitForReady: true))
            rows += page.accesses.lazy.filter { $0.userID != Self.user }.map { access in
                AccessCheck.Row(
                    method: access.method, reason: access.statedReason,
                    clientID: access.clientID, refusal: access.refusalReason)
            }
            token = page.nextPageToken
        } while !token.isEmpty
        return rows
    }
}
