import ArgumentParser
import Contract
import Foundation
import Wire

/// Makes every kind of call for each of many municipalities and prints a client of each: afterwards
/// every statement of the daemon has run in every schema.
struct TouchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "touch", abstract: "Make every kind of call in many municipalities.")

    @OptionGroup var target: TargetOptions

    @Option(
        help: "Folder with certificates and keys as certs/make-development-certificates names them."
    )
    var certificates: String

    @Option(help: "File with municipality and county, one pair a line.")
    var municipalities: String

    @Option(help: "Rounds over all of them, so that every connection of the pools has its turn.")
    var rounds = 1

    func run() async throws {
        let pairs = try String(contentsOfFile: municipalities, encoding: .utf8)
            .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        var counties: [String: RPCClient] = [:]
        for code in Set(pairs.compactMap(\.last)) {
            counties[code] = try await connect("county-\(code)-casework")
        }
        Announcement.line("{\"started\": true}")
        for round in 0..<rounds {
            Announcement.line("{\"round\": \(round)}")
            try await visit(pairs, counties, round)
        }
        Announcement.line("{\"done\": true}")
        for client in counties.values { await client.close() }
    }

    /// All of them, some at a time, so that every connection of the pools has work.
    private func visit(
        _ pairs: [[String]], _ counties: [String: RPCClient], _ round: Int
    ) async throws {
        let lanes = 8
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    for index in stride(from: lane, to: pairs.count, by: lanes) {
                        let pair = pairs[index]
                        guard let county = pair.last.flatMap({ counties[$0] }) else { continue }
                        let client = try await connect("municipality-\(pair[0])-casework")
                        let visit = Visit(
                            municipality: client, county: county, code: pair[0],
                            number: round * pairs.count + index + 1)
                        let id = try await visit.makeEveryCall()
                        await client.close()
                        guard round == 0 else { continue }
                        Announcement.line(
                            "{\"municipality\": \"\(pair[0])\", \"client\": \"\(id)\"}")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func connect(_ name: String) async throws -> RPCClient {
        let files = TLSConfiguration(
            certificateChainFile: "\(certificates)/\(name).pem",
            privateKeyFile: "\(certificates)/\(name).key",
            trustedAuthorityFiles: ["\(certificates)/ca.pem"])
        return try await RPCClient.connect(
            ClientConfiguration(
                host: target.host, port: target.port,
                tls: try TLSContext.client(files, serverName: "localhost")))
    }
}

/// One client's way through every call of a municipality and its county.
private struct Visit {
    let municipality: RPCClient
    let county: RPCClient
    let code: String
    let number: Int

    private var access: AccessContext { .with { $0.userID = "bench" } }
    private var clients: ClientServiceClient { ClientServiceClient(municipality) }
    private var assessments: AssessmentServiceClient { AssessmentServiceClient(municipality) }

    /// - Returns: the client's id.
    func makeEveryCall() async throws -> String {
        let client = try await everyCallOfClients()
        for accepted in [true, false] {
            try await everyCallOfAssessments(client, endsByMunicipality: accepted)
        }
        _ = try await AuditServiceClient(municipality).listAccesses(
            .with {
                $0.access = .with {
                    $0.userID = "bench"
                    $0.purpose = .logOversight
                    $0.reason = "benchmark"
                }
                $0.clientID = client.clientID
            })
        return client.clientID
    }

    private func everyCallOfClients() async throws -> Client {
        let identityCode = Self.identityCode(number)
        let created =
            try await clients.createClient(
                .with {
                    $0.access = access
                    $0.client = .with {
                        $0.identityCode = identityCode
                        $0.name = .with {
                            $0.givenNames = "Given \(number)"
                            $0.familyName = "Family"
                        }
                    }
                }
            ).client ?? Client()
        let found =
            try await clients.findClient(
                .with {
                    $0.access = access
                    $0.identityCode = identityCode
                }
            ).client ?? Client()
        _ = try await clients.getClient(
            .with {
                $0.access = access
                $0.clientID = created.clientID
            })
        _ = try await clients.updateClient(
            .with {
                $0.access = access
                $0.clientID = found.clientID
                $0.etag = found.etag
                $0.client = found
                $0.client?.contact = .with { $0.city = "Tampere" }
                $0.updateMask = FieldMask(paths: ["contact"])
            })
        return created
    }

    private func everyCallOfAssessments(
        _ client: Client, endsByMunicipality: Bool
    ) async throws {
        let started =
            try await assessments.startAssessment(
                .with {
                    $0.access = access
                    $0.clientID = client.clientID
                    $0.trigger = .request
                }
            ).assessment ?? Assessment()
        let invited =
            try await assessments.inviteCounty(
                .with {
                    $0.access = access
                    $0.assessmentID = started.assessmentID
                }
            ).participation ?? Participation()
        let countyAccess = AccessContext.with {
            $0.userID = "bench"
            $0.purpose = .assessment
            $0.reason = "benchmark"
        }
        _ = try await AssessmentServiceClient(county).acceptParticipation(
            .with {
                $0.access = countyAccess
                $0.municipalityCode = code
                $0.caseReference = invited.caseReference
            })
        _ = try await SharingServiceClient(county).fetch(
            .with {
                $0.access = countyAccess
                $0.municipalityCode = code
                $0.subject = .caseReference(invited.caseReference)
            })
        if endsByMunicipality {
            _ = try await assessments.endParticipation(
                .with {
                    $0.access = access
                    $0.assessmentID = started.assessmentID
                })
        }
        let open =
            try await assessments.getAssessment(
                .with {
                    $0.access = access
                    $0.assessmentID = started.assessmentID
                }
            ).assessment ?? Assessment()
        _ = try await assessments.completeAssessment(
            .with {
                $0.access = access
                $0.assessmentID = started.assessmentID
                $0.etag = open.etag
                $0.content = .with { $0.serviceNeeds = "None." }
            })
    }

    /// An artificial one, by number.
    static func identityCode(_ number: Int) -> String {
        let characters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")
        let day = number % 28 + 1
        let month = number / 28 % 12 + 1
        let year = number / 336 % 100
        let digits = ((day * 100 + month) * 100 + year) * 1_000 + 900 + number % 100
        let text = String(digits)
        let padded = String(repeating: "0", count: 9 - text.count) + text
        return padded.prefix(6) + "-" + padded.suffix(3) + String(characters[digits % 31])
    }
}
