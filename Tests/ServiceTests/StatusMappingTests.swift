import Tenancy
import Testing
import Wire

@testable import Services

@Suite struct StatusMappingTests {
    private static let expected: [(DatabaseError.Kind, RPCCode, String)] = [
        (.unavailable, .unavailable, "DATABASE_UNAVAILABLE"),
        (.overloaded, .unavailable, "OVERLOADED"),
        (.deadlineExceeded, .deadlineExceeded, "DEADLINE_EXCEEDED"),
        (.cancelled, .cancelled, "CANCELLED"),
        (.serialization, .aborted, "CONCURRENT_CHANGE"),
        (.readOnly, .unavailable, "DATABASE_READ_ONLY"),
        (.diskFull, .resourceExhausted, "STORAGE_FULL"),
        (.outcomeUnknown, .unknown, "OUTCOME_UNKNOWN"),
        (.tenantBusy, .resourceExhausted, "TENANT_BUSY"),
        (.locked, .unavailable, "RECORDS_LOCKED"),
        (.dataCorrupted, .dataLoss, "RECORDS_DAMAGED"),
        (.insufficientPrivilege, .permissionDenied, "TENANT_UNAVAILABLE"),
    ]

    @Test(arguments: expected.indices) func eachKindHasItsStatus(_ index: Int) throws {
        let (kind, code, reason) = Self.expected[index]
        let error = DatabaseError(kind, "relation m837.client of role icds_api")
        let status = try #require(StatusMapping.status(of: error))
        #expect(status.code == code && status.reason == reason)
        #expect(!status.message.contains("m837"), "internal text stays inside")
        let isWorthRetrying = [.unavailable, .aborted, .resourceExhausted].contains(status.code)
        if isWorthRetrying { #expect(status.retryAfterMilliseconds != nil) }
    }

    @Test(arguments: [
        DatabaseError.Kind.uniqueViolation(constraint: "x"), .foreignKeyViolation,
        .checkViolation(constraint: "x"), .unexpectedResult, .statement(sqlState: "42601"),
    ]) func ourOwnFaultsAreIncidents(_ kind: DatabaseError.Kind) {
        #expect(StatusMapping.status(of: DatabaseError(kind, "x")) == nil)
    }
}
