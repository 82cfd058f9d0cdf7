import Contract
import TestSupport
import Testing
import Wire

/// The methods that touch no client: the operator's, and health. With `TenantMatrixTests` every RPC of
/// the contract is called as every kind of organisation.
@Suite struct OperatorMethodTests {
    private static let methods = ContractMethods.all.map(\.descriptor).filter { !$0.isAudited }

    /// Nobody but the operator gets at the register: the method table refuses before anything is read,
    /// the same for each.
    @Test(arguments: methods.filter { $0.service == "icds.v1.RegistryService" })
    func theRegisterIsTheOperatorsAlone(_ method: MethodDescriptor) async throws {
        #expect(method.callers == .operator)
        let server = try await ServiceServer.shared()
        let strangers: [(PeerKind, String)] = [
            (.municipality, ServiceFixture.oulu), (.county, ServiceFixture.pirkanmaa),
            (.agency, "test"),
        ]
        for (kind, code) in strangers {
            let caller = try await server.caller(kind, code)
            do {
                let answer = try await caller.answer(to: method, [])
                Issue.record("\(kind) got \(answer.count) bytes of \(method.fullName)")
            } catch let status as RPCStatus {
                #expect(status.code == .permissionDenied)
                #expect(status.reason == "METHOD_NOT_PERMITTED")
                #expect(status.details.isEmpty)
            }
        }
    }

    /// Everybody may ask for health, and learns the same: nothing of any organisation.
    @Test func healthSaysTheSameToEverybody() async throws {
        let server = try await ServiceServer.shared()
        let callers = try await [
            server.caller(.municipality, ServiceFixture.oulu),
            server.caller(.county, ServiceFixture.pirkanmaa), server.caller(.operator, "test"),
            server.caller(.agency, "test"),
        ]
        var answers: Set<[UInt8]> = []
        for caller in callers {
            answers.insert(try await caller.answer(to: HealthServiceMethods.check, []))
        }
        #expect(answers.count == 1)
    }

    /// A method of another service would have to be audited or listed here.
    @Test func thereAreNoOthers() {
        #expect(
            Set(Self.methods.map(\.service)) == [
                "icds.v1.RegistryService", "icds.v1.HealthService",
            ])
    }
}
