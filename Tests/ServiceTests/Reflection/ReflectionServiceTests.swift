import Contract
import Tenancy
import TestSupport
import Testing
import Wire

@testable import Services

@Suite struct ReflectionServiceTests {
    private func server() async throws -> ServiceCaller {
        try await ServiceServer.shared().caller(.county, ServiceFixture.pirkanmaa)
    }

    private func set(_ request: GetDescriptorSetRequest) async throws -> GetDescriptorSetResponse {
        try await GetDescriptorSetResponse(
            decoding: try await server().answer(
                to: ReflectionServiceMethods.getDescriptorSet, try request.encoded()))
    }

    @Test func theDescriptorSetHasEveryMethodWithItsRowAndItsDocumentation() async throws {
        let answer = try await set(.init())
        #expect(answer.fingerprint == (try Digest.sha256(answer.descriptorSet)))
        let contract = try DescriptorSet(serialized: answer.descriptorSet)
        let methods = contract.services.flatMap(\.methods)
        #expect(Set(methods.map(\.descriptor)) == Set(ContractMethods.all))
        #expect(methods.allSatisfy { !$0.documentation.isEmpty })
        #expect(contract.services.allSatisfy { !$0.documentation.isEmpty })
        for message in contract.messages.values where message.name.hasPrefix("icds.v1.") {
            for field in message.fields where !message.isMapEntry {
                #expect(!field.documentation.isEmpty, "\(message.name).\(field.name)")
            }
        }
        #expect(contract.messages.keys.allSatisfy { !$0.contains(".testing.") })
    }

    @Test func whoHasItAlreadyGetsTheFingerprintAlone() async throws {
        let first = try await set(.init())
        let second = try await set(.with { $0.knownFingerprint = first.fingerprint })
        #expect(second.descriptorSet.isEmpty && second.fingerprint == first.fingerprint)
        let other = try await set(.with { $0.knownFingerprint = [1, 2, 3] })
        #expect(other.descriptorSet == first.descriptorSet)
    }

    @Test func theServicesThatAnswerAreListed() async throws {
        let listed = try await ListServicesResponse(
            decoding: try await server().answer(to: ReflectionServiceMethods.listServices, []))
        #expect(
            listed.services.flatMap(\.methods).map(\.fullName).sorted()
                == ContractMethods.all.map(\.fullName).sorted())
        let create = listed.services.flatMap(\.methods).first {
            $0.fullName == ClientServiceMethods.createClient.fullName
        }
        #expect(create?.callable == false && create?.callers == [.municipality])
        #expect(create?.audited == true)
    }
}
