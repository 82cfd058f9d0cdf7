import Testing

@testable import Tenancy

@Suite struct AuditTextTests {
    @Test(arguments: [
        "010594Y9032", "010594y9032", "131052-308T", "131052\u{2013}308T", "010516B903X",
        "010190-999K",  // wrong check character: still a code that somebody mistyped
    ])
    func identityCodesAreMaskedWhereverTheyStand(code: String) {
        #expect(AuditText.kept(code, lengthMax: 64) == "***********")
        #expect(
            AuditText.kept("Meeting with \(code), again \(code).", lengthMax: 500)
                == "Meeting with ***********, again ***********.")
        // Cut in its middle: no half of it stays.
        #expect(AuditText.kept("ab\(code)", lengthMax: 8) == "ab******")
    }

    @Test(arguments: [
        "user-1", "Syy: äö € 🇫🇮", "case 2025-000123", "991399-1234", "1.2.2025 klo 12.00", "",
        "010594Y903",
    ])
    func otherTextStays(text: String) {
        #expect(AuditText.kept(text, lengthMax: 500) == text)
    }

    /// A foreign organisation writes its reason into another's log.
    @Test func whatControlsATerminalBecomesABlank() {
        #expect(
            AuditText.kept("a\u{0}b\u{1B}[2Jc\u{202E}d\ne\u{9B}f", lengthMax: 500)
                == "a b [2Jc d e f")
    }

    @Test func longTextsAreCutByUnicodeScalars() {
        #expect(AuditText.kept(String(repeating: "🇫🇮", count: 9), lengthMax: 4) == "🇫🇮🇫🇮")
        #expect(AuditText.kept(String(repeating: "ä", count: 64), lengthMax: 64).count == 64)
    }

    @Test func theLogHasNoCodeThatACallerWrote() async throws {
        let fixture = try await TenancyFixture.get()
        let tenant = try await fixture.activeTenant()
        let entry = AuditEntry(
            actor: AuditActor(
                kind: .municipality, code: tenant.code, system: "x", userID: "010594Y9032"),
            method: "icds.v1.ClientService/GetClient", outcome: .refused(reason: "INVALID_FIELD"),
            purpose: 1, statedReason: "About 131052-308T", callReference: "call-1")
        try await fixture.tenants.record(entry, in: tenant)
        try await fixture.refusals.record(entry, in: tenant)
        let kept = AuditPersonal(userID: "***********", statedReason: "About ***********")
        #expect(try await fixture.personal(tenant) == [kept, kept])
    }
}
