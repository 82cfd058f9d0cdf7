import Contract
import TestSupport
import Testing
import Wire

@testable import Services
@testable import Tenancy

@Suite struct SecretHeapSharingTests {
    /// OpenSSL's handshakes fail where its secure heap is full: our keys never fill it.
    @Test func aConnectionIsMadeHoweverManyKeysThereAre() async throws {
        let server = try await ServiceServer.shared()
        let many = try (0..<70_000).map { _ in SecretBytes(copying: Array(repeating: 7, count: 32))
        }
        #expect(many.contains { key in key.withUnsafeBytes { SecretHeap.holds($0) } })
        let code = try await server.fixture.activeMunicipality()
        let caller = try await server.caller(.municipality, code)
        #expect(try await !caller.create().clientID.isEmpty)
        withExtendedLifetime(many) {}
    }
}
