import Contract
import Testing

@testable import Wire

@Suite struct ArenaTests {
    @Test func everyBudgetEitherDecodesTheWholeOrRefuses() throws {
        let whole = GoldenBytesTests.clientBytes
        var limits = MessageLimits.standard
        limits.arenaBytesPerWireByte = 0
        var smallest: Int?
        for budget in 0...4_096 {
            limits.arenaBytesBase = budget
            do throws(RPCStatus) {
                let client = try Client(decoding: whole, limits: limits)
                #expect(client == GoldenBytesTests.client)
                smallest = smallest ?? budget
            } catch {
                #expect(error == RPCStatus(.memoryBudget))
                #expect(smallest == nil, "a larger budget refused what a smaller one took")
            }
        }
        #expect(smallest != nil)
    }

    @Test func everyBudgetEitherBuildsTheWholeOrRefuses() {
        var hasPassed = false
        for budget in 0...4_096 {
            let arena = Arena(budgetBytes: budget, firstBlockBytes: 64)
            do throws(RPCStatus) {
                _ = try GoldenBytesTests.client.build(in: arena)
                hasPassed = true
            } catch {
                #expect(error == RPCStatus(.memoryBudget))
                #expect(!hasPassed)
            }
        }
        #expect(hasPassed)
    }

    @Test func theBudgetHoldsAtTheLimitAndOverIt() throws {
        let arena = Arena(budgetBytes: 64, firstBlockBytes: 16)
        _ = try arena.room(bytes: 16)
        _ = try arena.room(bytes: 48)
        let refusesMore = Self.refuses(arena, 1)
        #expect(refusesMore)
        let other = Arena(budgetBytes: 64, firstBlockBytes: 16)
        let refusesOver = Self.refuses(other, 65)
        let refusesNegative = Self.refuses(other, -1)
        #expect(refusesOver && refusesNegative)
    }

    /// Whether the arena refuses so many bytes. (`#expect(throws:)` cannot hold an arena.)
    private static func refuses(_ arena: borrowing Arena, _ bytes: Int) -> Bool {
        do throws(RPCStatus) {
            _ = try arena.room(bytes: bytes)
            return false
        } catch {
            return error == RPCStatus(.memoryBudget)
        }
    }

    @Test func roomIsAlignedAndDoesNotOverlap() throws {
        let arena = Arena(budgetBytes: 1_000_000, firstBlockBytes: 100)
        var last = [(UInt, UInt)]()
        for size in [1, 7, 8, 9, 100, 1_000, 3, 300_000, 5] {
            let room = try arena.room(bytes: size)
            room.initializeMemory(as: UInt8.self, repeating: 0xAA, count: size)
            let start = UInt(bitPattern: room)
            #expect(start % 8 == 0)
            #expect(!last.contains { start < $0.1 && $0.0 < start + UInt(size) })
            last.append((start, start + UInt(size)))
        }
    }

    @Test func theBudgetOfAMessageFollowsItsLengthUpToTheCap() {
        let limits = MessageLimits.standard
        #expect(limits.arenaBytes(wireBytes: 0) == 4_096)
        #expect(limits.arenaBytes(wireBytes: 1_000) == 20_096)
        #expect(limits.arenaBytes(wireBytes: 4_194_304) == 33_554_432)
        #expect(limits.arenaBytes(wireBytes: .max) == 33_554_432)
    }

    @Test func aMessageAsLargeAsTheRegisterFits() throws {
        let request = LoadRegisterRequest.with { request in
            request.source = "source"
            request.memberships = (0..<2_000).map { index in
                .with {
                    $0.municipalityCode = String(index)
                    $0.areaKind = .county
                    $0.areaCode = "08"
                    $0.validFrom = "2025-01-01"
                }
            }
        }
        #expect(try LoadRegisterRequest(decoding: request.encoded()) == request)
    }
}
