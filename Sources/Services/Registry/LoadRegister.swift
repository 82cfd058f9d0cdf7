import Contract
import Tenancy
import Wire

/// Loads rows of the national register, all or nothing.
struct LoadRegister: Sendable {
    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: LoadRegisterRequest, _ context: ServerContext
    ) async throws -> LoadRegisterResponse {
        var violations = FieldViolations()
        RegisterValidation.check(request, &violations)
        try violations.throwIfAny()
        return try await environment.registry.change(for: request, context) { changes in
            let outcome = try await changes.load(Self.rows(request))
            return LoadRegisterResponse.with {
                $0.municipalityCount = UInt32(clamping: outcome.municipalityCount)
                $0.countyCount = UInt32(clamping: outcome.countyCount)
                $0.changedCount = UInt32(clamping: outcome.changedCount)
            }
        }
    }

    private static func rows(_ request: LoadRegisterRequest) -> RegisterLoad {
        RegisterLoad(
            source: request.source,
            municipalities: request.municipalities.map { row in
                MunicipalityRow(
                    code: row.code, name: RegisteredName(row.name),
                    languageStatus: Int(row.languageStatus), validFrom: row.validFrom,
                    validTo: day(row.validTo))
            },
            areas: request.areas.compactMap { row in
                guard let kind = RegisteredAreaKind(row.kind) else { return nil }
                return AreaRow(
                    kind: kind, code: row.code, name: RegisteredName(row.name),
                    validFrom: row.validFrom, validTo: day(row.validTo))
            },
            memberships: request.memberships.compactMap { row in
                guard let kind = RegisteredAreaKind(row.areaKind) else { return nil }
                return MembershipRow(
                    municipalityCode: row.municipalityCode, areaKind: kind, areaCode: row.areaCode,
                    validFrom: row.validFrom, validTo: day(row.validTo))
            })
    }

    private static func day(_ text: String) -> String? { text.isEmpty ? nil : text }
}

extension RegisteredAreaKind {
    /// Nil for values that name no kind; validation has refused those.
    init?(_ kind: AreaKind) {
        switch kind {
        case .region: self = .region
        case .county: self = .county
        case .elyCentre: self = .elyCentre
        case .economicDevelopmentCentre: self = .economicDevelopmentCentre
        case .employmentArea: self = .employmentArea
        case .unspecified, .unrecognized: return nil
        }
    }
}
