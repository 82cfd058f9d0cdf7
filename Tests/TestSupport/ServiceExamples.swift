public import Contract
import Synchronization
public import Wire

/// Requests that tests begin from.
public enum ServiceExamples {
    private static let lastNumber = Mutex(0)
    private static let checkCharacters = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")

    /// An artificial identity code that no other test of this process has.
    public static func identityCode() -> String {
        let number = lastNumber.withLock { last in
            last += 1
            return last
        }
        let day = number % 28 + 1
        let month = number / 28 % 12 + 1
        let year = number / 336 % 100
        let digits = ((day * 100 + month) * 100 + year) * 1000 + 900 + number % 100
        let text = String(digits)
        let padded = String(repeating: "0", count: 9 - text.count) + text
        return padded.prefix(6) + "-" + padded.suffix(3) + String(checkCharacters[digits % 31])
    }

    public static func access(
        _ purpose: Purpose = .unspecified, reason: String = "Meeting with the client.",
        user: String = "user-1"
    ) -> AccessContext {
        .with {
            $0.userID = user
            $0.purpose = purpose
            $0.reason = reason
        }
    }

    /// A register of one municipality.
    ///
    /// - Parameter county: the one that it belongs to; nil for none.
    public static func register(
        municipality code: String, county: String? = nil
    ) -> LoadRegisterRequest {
        .with {
            $0.source = "tests"
            $0.municipalities = [
                .with {
                    $0.code = code
                    $0.name = .with {
                        $0.fi = "Koekunta"
                        $0.sv = "Provkommun"
                    }
                    $0.validFrom = "2009-01-01"
                }
            ]
            guard let county else { return }
            $0.memberships = [
                .with {
                    $0.municipalityCode = code
                    $0.areaKind = .county
                    $0.areaCode = county
                    $0.validFrom = "2023-01-01"
                }
            ]
        }
    }

    /// A client with data in every group that the register of clients has.
    public static func client(identityCode: String = identityCode()) -> Client {
        .with {
            $0.identityCode = identityCode
            $0.name = .with {
                $0.givenNames = "Amina Zahra"
                $0.familyName = "Esimerkki"
            }
            $0.contact = .with {
                $0.telephone = "+358401234567"
                $0.email = "amina@example.test"
                $0.streetAddress = "Hämeenkatu 1"
                $0.postalCode = "33100"
                $0.city = "Tampere"
            }
            $0.citizenships = ["SO"]
            $0.residenceTitles = [
                .with {
                    $0.type = .continuous
                    $0.ground = .internationalProtection
                    $0.validFrom = "2025-03-01"
                }
            ]
            $0.serviceLanguage = .with {
                $0.nativeLanguage = "so"
                $0.contactLanguage = "en"
                $0.interpreterNeeded = true
            }
            $0.background = .with {
                $0.educationLevel = 3
                $0.education = "Upper secondary"
                $0.finnishLevel = "A1.2"
            }
            $0.services = [
                .with {
                    $0.serviceName = "Integration training"
                    $0.startDate = "2025-06-01"
                }
            ]
            $0.health = .with { $0.summary = "Needs rest after an operation." }
            $0.placement = .with {
                $0.placementDate = "2025-03-05"
                $0.directedBy = "ELY Centre"
            }
            $0.reimbursements = [
                .with {
                    $0.section = "65"
                    $0.amountCents = 123_456
                    $0.decisionDate = "2025-09-01"
                }
            ]
            $0.sources = [
                .with {
                    $0.category = .residence
                    $0.kind = .authority
                    $0.sourceName = "Finnish Immigration Service"
                }
            ]
        }
    }
}

extension ServiceCaller {
    public var clients: ClientServiceClient { ClientServiceClient(self) }
    public var assessments: AssessmentServiceClient { AssessmentServiceClient(self) }
    public var sharing: SharingServiceClient { SharingServiceClient(self) }
    public var audit: AuditServiceClient { AuditServiceClient(self) }
    public var registryService: RegistryServiceClient { RegistryServiceClient(self) }
    public var health: HealthServiceClient { HealthServiceClient(self) }

    /// Records a client.
    public func create(_ client: Client = ServiceExamples.client()) async throws -> Client {
        let response = try await clients.createClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.client = client
            })
        return response.client ?? Client()
    }

    public func get(_ clientID: String) async throws -> Client {
        let response = try await clients.getClient(
            .with {
                $0.access = ServiceExamples.access()
                $0.clientID = clientID
            })
        return response.client ?? Client()
    }

    /// The accesses to a client's data, newest first, that came before this listing.
    public func accesses(to clientID: String = "") async throws -> [Access] {
        try await audit.listAccesses(
            .with {
                $0.access = ServiceExamples.access(.logOversight)
                $0.clientID = clientID
                $0.pageSize = 1000
            }
        ).accesses
    }
}

/// The status that a call ends with, or nil where it succeeds.
public func status(_ body: () async throws -> Void) async throws -> RPCStatus? {
    do {
        try await body()
        return nil
    } catch let status as RPCStatus {
        return status
    }
}
