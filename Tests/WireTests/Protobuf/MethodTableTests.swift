import Contract
import Testing
import Wire

@Suite struct MethodTableTests {
    @Test func optionsOfTheContractAreInTheTable() {
        let get = ClientServiceMethods.getClient
        #expect(get.fullName == "icds.v1.ClientService/GetClient")
        #expect(get.callers == .municipality)
        #expect(get.isAudited && get.isIdempotent && get.hasNoSideEffects)
        let create = ClientServiceMethods.createClient
        #expect(create.isAudited && !create.isIdempotent && !create.hasNoSideEffects)
        let provision = RegistryServiceMethods.provisionOrganisation
        #expect(provision.callers == .operator)
        #expect(provision.isIdempotent && !provision.hasNoSideEffects && !provision.isAudited)
        #expect(HealthServiceMethods.check.callers == [.municipality, .county, .operator, .agency])
        #expect(SharingServiceMethods.fetch.callers.contains(.county))
        #expect(!SharingServiceMethods.fetch.callers.contains(PeerKind.municipality))
    }

    @Test func everyMethodIsListedOnceAndForSomebody() {
        let names = ContractMethods.all.map(\.fullName)
        #expect(Set(names).count == names.count)
        #expect(names.count == 45)
        #expect(ContractMethods.all.allSatisfy { !$0.callers.isEmpty })
        #expect(!names.contains { $0.contains(".testing.") })
        let testing = ContractMethods.testing
        #expect(testing.contains { $0.name == "Echo" })
        #expect(testing.allSatisfy { $0.service.hasPrefix("icds.testing.v1.") })
    }

    @Test func addressesComeFromTheFieldsMarkedSo() {
        let fetch = FetchRequest.with {
            $0.access = .with {
                $0.userID = "u1"
                $0.purpose = .assessment
                $0.reason = "because"
            }
            $0.municipalityCode = "837"
            $0.subject = .caseReference("K-1")
        }
        #expect(fetch.address.municipalityCode == "837")
        #expect(fetch.address.caseReference == "K-1")
        #expect(fetch.address.identityCode == nil)
        #expect(fetch.address.userID == "u1")
        #expect(fetch.address.purpose == Purpose.assessment.rawValue)
        #expect(fetch.address.reason == "because")
        #expect(FetchRequest().address == RequestAddress())
        #expect(FetchRequest.with { $0.subject = .identityCode("") }.address.identityCode == nil)
        #expect(GetAssessmentRequest.with { $0.assessmentID = "a" }.address.assessmentID == "a")
    }

    @Test func categoriesComeFromTheFieldsMarkedSo() {
        #expect(Client.categories["identity_code"] == .identityCode)
        #expect(Client.categories["health"] == .health)
        #expect(Client.categories["client_id"] == nil)
        #expect(Assessment.categories == ["content": .assessmentAndPlan])
    }

    @Test func bindingsLeadEachMethodToItsHandler() async throws {
        struct Echo: EchoServiceProtocol {
            func echo(
                _ request: EchoRequest, context: ServerContext
            ) async throws -> EchoResponse {
                .with { $0.text = request.text + context.peer.code }
            }
        }
        let methods = EchoServiceBinding(Echo()).methods
        let method = try #require(methods.first)
        #expect(methods.count == 1)
        #expect(method.descriptor == EchoServiceMethods.echo)
        let context = ServerContext(
            peer: PeerIdentity(
                kind: .municipality, code: "837", system: "s", uri: "u",
                certificateFingerprint: [], remoteAddress: ""),
            method: method.descriptor, callReference: "c")
        let request = try EchoRequest.with { $0.text = "hi " }.encoded()
        let prepared = try request.withUnsafeBytes { try method.prepare($0, .standard) }
        let response = try await EchoResponse(decoding: prepared.run(context).bytes)
        #expect(response.text == "hi 837")
        #expect(throws: RPCStatus.self) {
            try [UInt8]([0x0A]).withUnsafeBytes { try method.prepare($0, .standard) }
        }
    }
}
