import Testing

@testable import Tenancy

@Suite struct StatementCacheTests {
    private func key(_ number: Int) -> StatementKey {
        StatementKey(statement: UInt64(number), schema: 0)
    }

    private func filled(_ count: Int, countMax: Int) -> StatementCache {
        var cache = StatementCache(countMax: countMax)
        for number in 0..<count {
            _ = cache.insert(key(number), name: "s", schema: nil)
            cache.markReady(key(number))
        }
        return cache
    }

    @Test func nothingLeavesAtTheLimitAndTheOldestLeaveBeyondIt() {
        var cache = filled(40, countMax: 40)
        #expect(cache.evict() == [])
        _ = cache.use(key(0))
        _ = cache.insert(key(40), name: "s", schema: nil)
        // One too many and a twentieth of forty.
        #expect(cache.evict() == ["s@-~2", "s@-~3", "s@-~4"])
        #expect(cache.count == 38)
        #expect(cache.peek(key(0)) == .ready(serverName: "s@-~1"))
        #expect(cache.peek(key(1)) == .absent)
    }

    @Test func aStatementIsReadyOnlyOncePrepared() {
        var cache = StatementCache(countMax: 4)
        let name = cache.insert(
            key(1), name: "get", schema: TenantSchema(municipalityCode: "837"))
        #expect(name == "get@m837~1")
        #expect(cache.use(key(1)) == .preparing(serverName: name))
        cache.markReady(key(1))
        #expect(cache.use(key(1)) == .ready(serverName: name))
        cache.dropUnprepared(key(1))
        #expect(cache.use(key(1)) == .ready(serverName: name))
    }

    @Test func aFailedPreparationIsForgottenAndItsNameNotUsedAgain() {
        var cache = StatementCache(countMax: 4)
        let first = cache.insert(key(1), name: "get", schema: nil)
        cache.dropUnprepared(key(1))
        #expect(cache.use(key(1)) == .absent)
        #expect(cache.insert(key(1), name: "get", schema: nil) != first)
    }

    @Test func equalNamesWithOtherTextAreOtherStatements() {
        let one = Statement("same", "SELECT 1")
        let two = Statement("same", "SELECT 2")
        #expect(one.key(for: nil) != two.key(for: nil))
    }

    @Test func onlyStatementsThatNameTheSchemaDifferByTenant() {
        let tampere = TenantSchema(municipalityCode: "837")
        let oulu = TenantSchema(municipalityCode: "564")
        let shared = Statement("now", "SELECT now()")
        let own = Statement("own", "SELECT 1 FROM {schema}.client")
        #expect(shared.key(for: tampere) == shared.key(for: oulu))
        #expect(own.key(for: tampere) != own.key(for: oulu))
        #expect(own.rendered(for: tampere) == "SELECT 1 FROM \"m837\".client")
    }
}
