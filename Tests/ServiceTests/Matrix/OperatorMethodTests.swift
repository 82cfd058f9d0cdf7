import Contract
import TestSupport
import Testing
import Wire

/// The methods that touch no client: the operator's, and health. With `TenantMatrixTests` every RPC of
/// the contract is called as every kind of organisation.
@Suite struct OperatorMethodTests {
    private static let methods = ContractMethods.all.filter { !$0.isAudited }

    private static let operatorServices = [
        "icds.v1.RegistryService", "icds.v1.TenantService", "icds.v1.ConnectionService",
        "icds.v1.KeyService",
    ]

    /// Nobody but the operator gets at the register and at who is connected: the method table refuses
    /// before anything is read, the same for each.
    @Test(arguments: methods.filter { operatorServices.contains($0.service) })
    func theOperatorsMethodsAreTheOperatorsAlone(_ method: MethodDescriptor) async throws {
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

    /// Everybody may read the contract, and learns the same but for what may be called.
    @Test func theContractIsTheSameForEverybody() async throws {
        let server = try await ServiceServer.shared()
        var callable: [PeerKind: Set<String>] = [:]
        var rest: Set<[UInt8]> = []
        let callers: [(PeerKind, String)] = [
            (.municipality, ServiceFixture.oulu), (.county, ServiceFixture.pirkanmaa),
            (.operator, "test"), (.agency, "test"),
        ]
        for (kind, code) in callers {
            let caller = try await server.caller(kind, code)
            rest.insert(
                try await caller.answer(to: ReflectionServiceMethods.getDescriptorSet, []))
            var listed = try await ListServicesResponse(
                decoding: caller.answer(to: ReflectionServiceMethods.listServices, []))
            let methods = listed.services.flatMap(\.methods)
            callable[kind] = Set(methods.filter(\.callable).map(\.fullName))
            for service in listed.services.indices {
                for method in listed.services[service].methods.indices {
                    listed.services[service].methods[method].callable = false
                }
            }
            rest.insert(try listed.encoded())
        }
        #expect(rest.count == 2)
        for (kind, names) in callable {
            let table = ContractMethods.all.filter { $0.callers.contains(kind) }.map(\.fullName)
            #expect(names == Set(table))
        }
    }

    /// A method of another service would have to be audited or listed here. A quota is the caller's own:
    /// `QuotaServiceTests`.
    @Test func thereAreNoOthers() {
        #expect(
            Set(Self.methods.map(\.service))
                == Set(Self.operatorServices).union([
                    "icds.v1.HealthService", "icds.v1.ReflectionService", "icds.v1.QuotaService",
                    "icds.v1.AuditService",
                ]))
        // Everybody may have the newest checkpoint: it says nothing of anybody.
        #expect(
            Self.methods.filter { $0.service == "icds.v1.AuditService" }
                == [AuditServiceMethods.getCheckpoint])
    }
}
