import Contract
import Testing

@testable import Wire

/// Which methods take an idempotency key: PROTOCOL.md lists those that change something and take none.
@Suite struct KeyedMethodTests {
    @Test func everyMethodThatChangesSomethingTakesAKeyOrIsListed() throws {
        let contract = try DescriptorSet(serialized: ContractDescriptorSet.contract)
        var without: Set<String> = []
        for method in contract.services.flatMap(\.methods).map(\.descriptor) {
            let fields = contract.messages[method.requestType]?.fields ?? []
            let isKeyed = fields.contains(where: \.takesIdempotencyKey)
            #expect(!(isKeyed && method.hasNoSideEffects), "\(method.fullName)")
            if !isKeyed, !method.hasNoSideEffects {
                let service = method.service.split(separator: ".").last.map(String.init) ?? ""
                without.insert("\(service)/\(method.name)")
            }
        }
        let rows = try ProtocolDocument().tables(below: "## Idempotency keys").dropFirst()
        #expect(Set(rows.map { $0[0] }) == without)
        #expect(rows.count == without.count)
        #expect(rows.allSatisfy { !$0[1].isEmpty && !$0[2].isEmpty })
    }

    /// Clients find the field by its name.
    @Test func theFieldHasOneNameEverywhere() throws {
        let contract = try DescriptorSet(serialized: ContractDescriptorSet.contract)
        let fields = contract.messages.values.flatMap(\.fields)
        let isThere = fields.contains { $0.takesIdempotencyKey }
        #expect(isThere)
        for field in fields {
            #expect(field.takesIdempotencyKey == (field.name == "idempotency_key"))
        }
    }
}
