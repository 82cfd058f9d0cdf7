package import Contract

/// What every request for personal data must say of itself (`access.proto`).
package enum AccessValidation {
    /// A user id is given, and what is given is well formed. A county's purpose and reason are the
    /// matter of the sharing decision, which answers for them with a reason of its own.
    package static func check(
        _ access: AccessContext?, at path: String = "access", _ violations: inout FieldViolations
    ) {
        guard let access else {
            violations.add("\(path).user_id", .required, userIDForm)
            return
        }
        if access.userID.isEmpty {
            violations.add("\(path).user_id", .required, userIDForm)
        } else if !TextForm.isPrintable(Array(access.userID.utf8)[...], countMax: 64) {
            violations.add("\(path).user_id", .format, userIDForm)
        } else if hasIdentityCode(access.userID) {
            violations.add("\(path).user_id", .format, "Never a personal identity code.")
        }
        violations.checkKnown(access.purpose.isUnrecognized, at: "\(path).purpose")
        violations.check(access.reason, at: "\(path).reason", lengthMax: 500)
    }

    /// A county says why.
    package static func requireReason(
        _ access: AccessContext?, at path: String = "access", _ violations: inout FieldViolations
    ) {
        guard let access, !access.reason.contains(where: { !$0.isWhitespace }) else { return }
        violations.add("\(path).reason", .required, "Required of a county.")
    }

    /// A county says what for (Act 906/2019 section 23).
    package static func requirePurpose(
        _ access: AccessContext?, at path: String = "access", _ violations: inout FieldViolations
    ) {
        guard let access, access.purpose == .unspecified else { return }
        violations.add("\(path).purpose", .required, "Required of a county.")
    }

    /// Whether a code stands anywhere in the id: ids are kept with the data that their bearers record,
    /// and go to counties as the source of those data.
    private static func hasIdentityCode(_ userID: String) -> Bool {
        let bytes = Array(userID.utf8)
        return bytes.indices.dropLast(IdentityCode.length - 1).contains { start in
            let text = String(
                decoding: bytes[start..<start + IdentityCode.length], as: UTF8.self)
            return (try? IdentityCode(text, accepting: .realAndArtificial)) != nil
        }
    }

    private static let userIDForm =
        "The unique id of the employee: 1 to 64 printable ASCII characters."
}
