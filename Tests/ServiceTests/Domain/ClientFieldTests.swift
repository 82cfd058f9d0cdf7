import Contract
import Testing
import Wire

@testable import Services

@Suite struct ClientFieldTests {
    private func named(_ paths: [String]) -> ([ClientField], [String]) {
        var violations = FieldViolations()
        let fields = ClientField.named(
            by: FieldMask(paths: paths), at: "update_mask", &violations)
        return (fields, violations.summary)
    }

    @Test func maskNamesFieldsAtTheTopLevel() {
        #expect(named(["health", "contact", "health"]).0 == [.contact, .health])
        #expect(named([]).1 == ["update_mask REQUIRED"])
        #expect(
            named(["contact.email", "etag", "sources", "*"]).1 == [
                "update_mask.paths[0] UNKNOWN_FIELD", "update_mask.paths[1] SET_BY_SYSTEM",
                "update_mask.paths[2] SET_BY_SYSTEM", "update_mask.paths[3] UNKNOWN_FIELD",
            ])
    }

    /// Every field of the contract is either one that an update can name or one that the system
    /// sets, so that a new field cannot be forgotten here.
    @Test func everyFieldOfTheContractIsAccountedFor() {
        let properties = Set(Mirror(reflecting: Client()).children.compactMap(\.label))
        let names = Set(ClientField.allCases.map(\.rawValue)).union(ClientField.setBySystem)
        #expect(properties == Set(names.map(Self.propertyName)))
    }

    /// "client_id" → "clientID", as the generator names properties.
    private static func propertyName(_ name: String) -> String {
        let words = name.split(separator: "_")
        let rest = words.dropFirst().map {
            $0 == "id" ? "ID" : $0.prefix(1).uppercased() + $0.dropFirst()
        }
        return (words.prefix(1).map(String.init) + rest).joined()
    }

    @Test func copyingAFieldCopiesThatFieldOnly() {
        let full = Client.full
        for field in ClientField.allCases where field != .status {
            var target = Client()
            #expect(!field.isSet(in: target))
            field.copy(from: full, to: &target)
            #expect(field.isSet(in: target))
            for other in ClientField.allCases where other != field && other != .status {
                #expect(!other.isSet(in: target), "\(field) carried \(other) with it")
            }
        }
    }
}

extension Client {
    /// Every field that an update can name, set.
    static let full = Client.with {
        $0.status = .active
        $0.nonDisclosureOrder = true
        $0.identityCode = "010594Y9032"
        $0.birthDate = "1994-05-01"
        $0.name = .with {
            $0.givenNames = "Amina"
            $0.familyName = "Hassan"
        }
        $0.contact = .with { $0.email = "amina@example.test" }
        $0.residenceTitles = [.with { $0.type = .continuous }]
        $0.citizenships = ["SO"]
        $0.serviceLanguage = .with { $0.nativeLanguage = "so" }
        $0.background = .with { $0.educationLevel = 3 }
        $0.services = [.with { $0.serviceName = "Integration training" }]
        $0.health = .with { $0.summary = "None that affects integration." }
        $0.placement = .with { $0.placementDate = "2025-03-01" }
        $0.reimbursements = [.with { $0.section = "65" }]
    }
}
