import Contract
import Foundation
import Glibc
import Testing

@testable import Wire

/// The arena runs out at every step of decoding and of encoding a message with every kind of field:
/// the error is clean, nothing is half done, and no memory is left behind.
@Suite struct AllocationFailureTests {
    /// The bytes of the message, and how many the sweep takes at a time.
    static let golden = bytes(hex: GoldenMessageTests.everyKind.hex)
    /// The same in parts, so that the joiner has its share.
    static let parts = golden + golden
    static let step = ArenaState.alignment

    private func decodeWithin(_ budget: Int, _ bytes: [UInt8]) -> Result<EveryKind, RPCStatus> {
        var limits = MessageLimits.standard
        limits.arenaBytesPerWireByte = 0
        limits.arenaBytesBase = budget
        return Result { () throws(RPCStatus) in try EveryKind(decoding: bytes, limits: limits) }
    }

    /// Runs `body` with every budget until it has enough; gives how many were too small.
    private func sweep(_ body: (Int) -> RPCStatus?) -> Int {
        var failures = 0
        for budget in stride(from: 0, to: 1_048_576, by: Self.step) {
            guard let status = body(budget) else {
                #expect(body(budget + Self.step) == nil)
                return failures
            }
            #expect(status == RPCStatus(.memoryBudget))
            failures += 1
        }
        Issue.record("no budget is enough")
        return failures
    }

    private func decodingFailure(_ budget: Int, _ bytes: [UInt8]) -> RPCStatus? {
        switch decodeWithin(budget, bytes) {
        case .success(let message):
            #expect(message == (try? EveryKind(decoding: bytes)))
            return nil
        case .failure(let status): return status
        }
    }

    @Test(arguments: [golden, parts])
    func decodingFailsCleanlyAtEveryStep(_ bytes: [UInt8]) {
        #expect(sweep { decodingFailure($0, bytes) } > 100)
    }

    @Test(arguments: [1, 64, 4_096])
    func encodingFailsCleanlyAtEveryStep(_ firstBlockBytes: Int) throws {
        let message = try EveryKind(decoding: Self.golden)
        let failures = sweep { budget in
            let arena = Arena(budgetBytes: budget, firstBlockBytes: firstBlockBytes)
            do throws(RPCStatus) {
                let structure = try message.build(in: arena)
                #expect(PackableMessage(arena, structure).bytes == Self.golden)
                return nil
            } catch {
                return error
            }
        }
        #expect(failures > 100)
    }

    /// Bytes of memory that the process has from the machine.
    private func residentBytes() throws -> Int {
        let statistics = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(
            statistics.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    @Test func failuresLeaveNoMemoryBehind() throws {
        for budget in 0..<500 { _ = decodeWithin(budget * 4, Self.parts) }
        let before = try residentBytes()
        for budget in 0..<2_000 { _ = decodeWithin(budget, Self.parts) }
        // A first block of each failure that were left behind would be over 10 MB.
        #expect(try residentBytes() - before < 4_000_000)
    }
}
