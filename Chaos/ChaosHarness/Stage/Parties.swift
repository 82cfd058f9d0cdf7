import Contract
import Foundation
import RegisterData
import Rehearsal
import Wire

/// Who takes part: municipalities with the county that each belongs to.
struct Parties: Sendable {
    struct Municipality: Sendable, Hashable {
        let code: String
        let county: String
    }

    /// Tampere and Kangasala of one county, Oulu of another.
    static let municipalities = [
        Municipality(code: "837", county: "08"), Municipality(code: "211", county: "08"),
        Municipality(code: "564", county: "19"),
    ]

    static var counties: [String] { Array(Set(municipalities.map(\.county))).sorted() }

    static var owners: [ChaosCertificates.Owner] {
        [.server, .operator] + municipalities.map { .municipality($0.code) }
            + counties.map { .county($0) }
    }

    /// Loads the national register, gives the municipalities their schemas, and lets everybody in.
    static func letIn(_ certificates: ChaosCertificates, port: Int) async throws {
        let channel = try certificates.channel(of: .operator, port: port)
        let registry = RegistryServiceClient(channel)
        let options = CallOptions(timeout: .seconds(60), waitForReady: true)
        _ = try await registry.loadRegister(
            try NationalRegister.embedded().loadRequest, options: options)
        for municipality in municipalities {
            _ = try await registry.provisionOrganisation(
                .with { $0.municipalityCode = municipality.code }, options: options)
        }
        let organisations =
            municipalities.map { (OrganisationKind.municipality, $0.code) }
            + counties.map { (.county, $0) }
        for (kind, code) in organisations {
            _ = try await registry.activateOrganisation(
                .with {
                    $0.kind = kind
                    $0.code = code
                }, options: options)
        }
        for owner in owners.dropFirst(2) {
            let bytes = try Data(
                contentsOf: URL(fileURLWithPath: certificates.file(owner, "pem")))
            _ = try await registry.registerSystem(
                .with { $0.certificate = Array(bytes) }, options: options)
        }
        await channel.close()
    }
}
