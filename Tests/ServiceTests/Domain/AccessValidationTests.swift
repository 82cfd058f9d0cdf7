import Contract
import Testing

@testable import Services

@Suite struct AccessValidationTests {
    private func violations(_ access: AccessContext?) -> [String] {
        var violations = FieldViolations()
        AccessValidation.check(access, &violations)
        return violations.summary
    }

    @Test func theUserIsNamed() {
        #expect(violations(nil) == ["access.user_id REQUIRED"])
        #expect(violations(AccessContext()) == ["access.user_id REQUIRED"])
        #expect(violations(.with { $0.userID = "mm-0017" }).isEmpty)
    }

    @Test(arguments: [" a", "a ", "ä", "a\n", String(repeating: "a", count: 65)])
    func userIDsArePrintable(_ userID: String) {
        #expect(violations(.with { $0.userID = userID }) == ["access.user_id FORMAT"])
    }

    @Test(arguments: ["010594Y9032", "u-010594Y9032", "010594Y9032@x", "1010594Y90321"])
    func aUserIDHasNoIdentityCodeInIt(_ userID: String) {
        #expect(violations(.with { $0.userID = userID }) == ["access.user_id FORMAT"])
    }

    @Test(arguments: ["010594Y903", "010594Y9033", "0105940Y9032", "case-2025-0001"])
    func whatOnlyLooksLikeACodeMayBeAUserID(_ userID: String) {
        #expect(violations(.with { $0.userID = userID }).isEmpty)
    }

    @Test func aCountySaysWhatForAndWhy() {
        var missing = FieldViolations()
        let access = AccessContext.with {
            $0.userID = "u"
            $0.reason = " "
        }
        AccessValidation.requirePurpose(access, &missing)
        AccessValidation.requireReason(access, &missing)
        #expect(missing.summary == ["access.purpose REQUIRED", "access.reason REQUIRED"])
    }

    @Test func reasonsHaveFiveHundredCharacters() {
        let access = { (count: Int) in
            AccessContext.with {
                $0.userID = "u"
                $0.reason = String(repeating: "ä", count: count)
            }
        }
        #expect(violations(access(500)).isEmpty)
        #expect(violations(access(501)) == ["access.reason TOO_LONG"])
    }

    @Test func purposesOfNewerVersionsAreRefused() {
        let access = AccessContext.with {
            $0.userID = "u"
            $0.purpose = .unrecognized(42)
        }
        #expect(violations(access) == ["access.purpose UNKNOWN_VALUE"])
    }
}
