import Contract
import Tenancy
import Wire

/// Orders the rotation of keys; `KeyKeeper` carries it out in the background.
struct RotateKeys: Sendable {
    static let codesMax = 1_000

    let environment: ServiceEnvironment

    func callAsFunction(
        _ request: RotateKeysRequest, _ context: ServerContext
    ) async throws -> RotateKeysResponse {
        let (kind, tenants) = try validated(request)
        return try await environment.registry.change(for: request, context) { changes in
            let orders = try await changes.orderKeyRotation(
                kind, of: tenants, actor: context.peer.uri)
            return RotateKeysResponse.with {
                $0.orders = orders.map { order in
                    .with {
                        $0.municipalityCode = order.code
                        $0.outcome = KeyOrderOutcome(order.outcome)
                    }
                }
            }
        }
    }

    private func validated(
        _ request: RotateKeysRequest
    ) throws -> (KeyRotationKind, [TenantSchema]?) {
        var violations = FieldViolations()
        let kind: KeyRotationKind? =
            switch request.kind {
            case .master: .master
            case .data: .data
            default: nil
            }
        if kind == nil { violations.add("kind", .required, "The master key or the data keys.") }
        let codes = request.municipalityCodes
        let tenants = codes.prefix(Self.codesMax).compactMap { TenantSchema(municipalityCode: $0) }
        if codes.count > Self.codesMax {
            violations.add(
                "municipality_codes", .tooMany, "At most \(Self.codesMax) municipalities.")
        } else if tenants.count < codes.count {
            violations.add("municipality_codes", .format, "Codes of municipalities: three digits.")
        }
        if codes.isEmpty != request.all {
            violations.add(
                "municipality_codes", .required, "Codes of municipalities, or all; not both.")
        }
        try violations.throwIfAny()
        return (kind ?? .master, request.all ? nil : Array(Set(tenants)))
    }
}

extension KeyOrderOutcome {
    init(_ result: KeyOrderResult) {
        switch result {
        case .ordered: self = .ordered
        case .underWay: self = .underWay
        case .notFound: self = .notFound
        case .notProvisioned: self = .notProvisioned
        case .ended: self = .ended
        }
    }
}
