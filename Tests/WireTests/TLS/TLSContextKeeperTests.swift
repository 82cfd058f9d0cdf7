import Foundation
import TestSupport
import Testing

@testable import Wire

/// Certificates and lists that change under a server.
@Suite struct TLSContextKeeperTests {
    private let pki: TestPKI
    private let folder: String

    init() throws {
        pki = try TestPKI.shared
        folder = try TLSLists.folder([:])
    }

    private var files: TLSConfiguration {
        TLSConfiguration(
            certificateChainFile: folder + "/server.pem", privateKeyFile: folder + "/server.key",
            trustedAuthorityFiles: [folder + "/ca.pem"], revocation: .lists([folder + "/crl.pem"]))
    }

    private func put(_ path: String, as name: String) throws {
        let target = "\(folder)/\(name)"
        try? FileManager.default.removeItem(atPath: target)
        try FileManager.default.copyItem(atPath: path, toPath: target)
    }

    private func put(_ server: IssuedCertificate) throws {
        try put(server.certificatePath, as: "server.pem")
        try put(server.keyPath, as: "server.key")
    }

    private func keeper() throws -> TLSContextKeeper {
        try put(pki.server())
        try put(pki.trustedAuthorityPath, as: "ca.pem")
        try pki.revocationList().write(to: folder + "/crl.pem")
        return try TLSContextKeeper(files)
    }

    private func isUnchanged(_ outcome: TLSContextKeeper.Outcome) -> Bool {
        if case .unchanged = outcome { true } else { false }
    }

    private func renewed(_ outcome: TLSContextKeeper.Outcome) -> TLSContext? {
        if case .renewed(let context) = outcome { context } else { nil }
    }

    @Test func nothingIsMadeWhereNothingChanged() async throws {
        let keeper = try keeper()
        let context = keeper.context
        #expect(isUnchanged(await keeper.refresh()))
        // Written again with the content that it had.
        try put(pki.trustedAuthorityPath, as: "ca.pem")
        #expect(isUnchanged(await keeper.refresh()))
        #expect(keeper.context === context)
    }

    @Test func eachFileThatChangesMakesANewContext() async throws {
        let keeper = try keeper()
        let first = keeper.context
        try put(pki.server())
        let second = try #require(renewed(await keeper.refresh()))
        #expect(second !== first && keeper.context === second)
        #expect(second.certificate != first.certificate)
        try pki.revocationList { $0.nextUpdate = 7200 }.write(to: folder + "/crl.pem")
        let third = try #require(renewed(await keeper.refresh()))
        #expect(third.revocationLists != second.revocationLists)
        #expect(third.certificate == second.certificate)
        #expect(isUnchanged(await keeper.refresh()))
    }

    @Test func aLinkThatIsTurnedIsAChange() async throws {
        let keeper = try keeper()
        let new = try TLSLists.file(pki.revocationList { $0.nextUpdate = 7200 })
        try FileManager.default.removeItem(atPath: folder + "/crl.pem")
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/crl.pem", withDestinationPath: new)
        #expect(renewed(await keeper.refresh()) != nil)
    }

    @Test func theOldOneStaysWhereTheNewOneFails() async throws {
        let keeper = try keeper()
        let context = keeper.context
        let other = try pki.server()
        // The certificate is there before its key.
        try put(other.certificatePath, as: "server.pem")
        for isNew in [true, false] {
            guard case .failed(let error, isNew) = await keeper.refresh() else {
                Issue.record("not failed, or not as it should")
                return
            }
            #expect(error == TLSConfigurationError(.keyDoesNotMatch, folder + "/server.key"))
        }
        #expect(keeper.context === context)
        #expect(keeper.status.failuresInSuccession == 2)
        try put(other.keyPath, as: "server.key")
        #expect(renewed(await keeper.refresh())?.certificate.der == other.der)
        #expect(keeper.status.failuresInSuccession == 0)
    }

    @Test func keyThatBecomesReadableForEverybodyIsNoticed() async throws {
        let keeper = try keeper()
        let path = folder + "/server.key"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        guard case .failed(let error, true) = await keeper.refresh() else {
            Issue.record("not failed")
            return
        }
        #expect(error == TLSConfigurationError(.keyAccessibleToEverybody, path))
    }

    @Test func statusTellsWhatAnOperatorWatches() async throws {
        let keeper = try keeper()
        let context = keeper.context
        #expect(keeper.status.certificateNotAfter == context.certificate.notAfter)
        #expect(keeper.status.revocationListsNextUpdate == context.revocationLists.nextUpdateDue)
        let before = keeper.status.lastSuccess
        #expect(isUnchanged(keeper.refreshNow(now: before + 60)))
        #expect(keeper.status.lastSuccess == before + 60)
        try FileManager.default.removeItem(atPath: folder + "/crl.pem")
        guard case .failed(let error, true) = keeper.refreshNow(now: before + 120) else {
            Issue.record("not failed")
            return
        }
        #expect(error.problem == .missing)
        #expect(keeper.status.lastSuccess == before + 60)
    }
}
