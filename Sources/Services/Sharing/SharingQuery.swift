import Contract
import Tenancy
import Wire

/// What a county asks, whether to get it or to be told why not.
struct SharingQuery: Sendable {
    /// How the county names the client.
    enum Subject: Sendable, Equatable {
        case caseReference(String)
        case identityCode(String)
    }

    let access: AccessContext?
    let municipalityCode: String
    let subject: Subject?
    let categories: [DataCategory]

    init(_ request: FetchRequest) {
        access = request.access
        municipalityCode = request.municipalityCode
        subject = request.subject.map { subject in
            switch subject {
            case .caseReference(let reference): .caseReference(reference)
            case .identityCode(let code): .identityCode(code)
            }
        }
        categories = request.categories
    }

    init(_ request: ExplainRequest) {
        access = request.access
        municipalityCode = request.municipalityCode
        subject = request.subject.map { subject in
            switch subject {
            case .caseReference(let reference): .caseReference(reference)
            case .identityCode(let code): .identityCode(code)
            }
        }
        categories = request.categories
    }

    /// Everything that is wrong with its form.
    func check(
        accepting acceptance: IdentityCode.Acceptance, _ violations: inout FieldViolations
    ) {
        AccessValidation.check(access, &violations)
        SharingValidation.check(municipalityCode: municipalityCode, &violations)
        switch subject {
        case .caseReference(let reference):
            SharingValidation.check(caseReference: reference, &violations)
        case .identityCode(let code):
            _ = violations.checkIdentityCode(code, at: "identity_code", accepting: acceptance)
        case nil:
            violations.add("subject", .required, "A case reference or an identity code.")
        }
        SharingValidation.check(categories: categories, &violations)
    }

    /// What the decision goes by.
    func request(of call: CountyCall) -> SharingRequest {
        SharingRequest(
            recipientKind: OrganisationKind(call.context.peer.kind),
            recipientCode: call.county.text,
            purpose: access?.purpose ?? .unspecified, reason: access?.reason ?? "",
            categories: categories)
    }
}
