import Contract
import Services
import Tenancy
import TestSupport
import Testing
import Wire

@testable import icds

/// `icds keys` against the real services.
@Suite(.serialized) struct KeysCommandTests {
    private static let shared = Task { try await ServiceSite.make() }

    private func status(_ site: ServiceSite, of code: String) async throws -> MunicipalityKeys {
        let result = await site.icds(
            as: .operation, "keys", "status", code, "--output", "json")
        #expect(result.status == .success, "\(result.error)")
        let answer = try ListKeysResponse(jsonString: result.output)
        #expect(answer.municipalities.map(\.municipalityCode) == [code])
        return try #require(answer.municipalities.first)
    }

    /// Carries out what was ordered.
    private func carryOut(_ site: ServiceSite) async throws -> KeyKeeper.Round {
        try await KeyKeeper(
            migrator: site.fixture.databases.migrator, masterKeys: site.fixture.masterKeys,
            logger: site.fixture.log.logger
        ).round()
    }

    @Test func statusShowsGenerationsAndWhatWrapsThem() async throws {
        let site = try await Self.shared.value
        let code = try await site.fixture.activeMunicipality()
        let keys = try await status(site, of: code)
        #expect(keys.generations.map(\.number) == [1])
        #expect(keys.generations.map(\.state) == [.current])
        let table = await site.icds(as: .operation, "keys", "status", code)
        let id = try #require(keys.generations.first?.masterKeyID)
        #expect(table.status == .success, "\(table.error)")
        #expect(table.output.contains("1 current"))
        #expect(table.output.contains("master key \(id), in use: wraps keys of 1 municipalities"))
        let all = await site.icds(as: .operation, "keys", "status", "--output", "json")
        #expect(try ListKeysResponse(jsonString: all.output).municipalities.count > 1)
        let stranger = await site.icds(as: .tampere, "keys", "status")
        #expect(stranger.status == .refused && stranger.output.isEmpty)
    }

    @Test(.timeLimit(.minutes(2))) func rotationIsOrderedAndFollowedUntilItIsDone() async throws {
        let site = try await Self.shared.value
        let code = try await site.fixture.activeMunicipality()
        let client = try await site.fixture.municipality(code).create()
        async let followed = site.icds(as: .operation, "keys", "rotate", code)
        var finished: [String] = []
        while finished.isEmpty { finished = try await carryOut(site).finished }
        #expect(finished == [code])
        let result = await followed
        #expect(result.status == .success, "\(result.error)")
        #expect(result.output.contains("1 done, 0 failed, 0 not ordered"))
        let keys = try await status(site, of: code)
        #expect(keys.generations.last?.number == 2 && keys.generations.last?.state == .current)
        let back = try await site.fixture.municipality(code).get(client.clientID)
        #expect(back.identityCode == client.identityCode)
    }

    @Test func wrappingByThePresentMasterKeyKeepsTheGeneration() async throws {
        let site = try await Self.shared.value
        let code = try await site.fixture.activeMunicipality()
        let order = await site.icds(
            as: .operation, "keys", "rotate", code, "--master", "--no-wait", "--output", "json")
        #expect(order.status == .success, "\(order.error)")
        let second = await site.icds(
            as: .operation, "keys", "rotate", code, "--master", "--no-wait")
        #expect(second.status == .success, "the first is not done yet, and goes on")
        #expect(second.output.hasPrefix("1 ordered, 0 not\n"))
        #expect(try await carryOut(site).finished == [code])
        let keys = try await status(site, of: code)
        #expect(keys.generations.map(\.number) == [1])
        #expect(keys.rotation?.kind == .master && keys.rotation?.state == .done)
    }

    @Test func whatCannotBeOrderedIsNamedAndCountsAsAFailure() async throws {
        let site = try await Self.shared.value
        let unknown = await site.icds(as: .operation, "keys", "rotate", "001", "--no-wait")
        #expect(unknown.status == .partial)
        #expect(unknown.output.contains("001") && unknown.output.contains("not-found"))
        #expect(unknown.output.contains("0 ordered, 1 not"))
        for words in [[], ["837", "--all"], ["83"]] {
            let wrong = await CommandResult.of(["keys", "rotate"] + words)
            #expect(wrong.status == .usage, "\(words)")
        }
        let stranger = await site.icds(as: .tampere, "keys", "rotate", "837", "--no-wait")
        #expect(stranger.status == .refused)
    }
}
