import Tenancy
import TestSupport
import Testing

@Suite struct CopyTests {
    private static let copyIn = Statement(
        "item.copy-in", "COPY app.item (label, amount) FROM STDIN", prepared: false)
    private static let copyOut = Statement(
        "item.copy-out", "COPY (SELECT label FROM app.item ORDER BY id) TO STDOUT",
        prepared: false)
    private static func series(_ count: Int) -> Statement {
        Statement(
            name: "series",
            trusted: "COPY (SELECT repeat('x', 999) FROM generate_series(1, \(count))) TO STDOUT",
            prepared: false)
    }

    private func pieces(_ lines: [String]) -> AsyncStream<[UInt8]> {
        AsyncStream { continuation in
            for line in lines { continuation.yield(Array(line.utf8)) }
            continuation.finish()
        }
    }

    @Test func rowsGoInAndComeOutUnderTheTransactionsRole() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let text = try await fixture.database.transaction(in: DatabaseFixture.writer) {
            transaction in
            // Pieces need not end where rows do.
            let count = try await transaction.copyIn(
                Self.copyIn, from: pieces(["a\t1\nb", "\t2\n", "c\t3\n"]))
            #expect(count == 3)
            let role = try await transaction.run(Statements.whoAmI).only()
            #expect(try role.value("role") == "writer")
            var bytes: [UInt8] = []
            for try await piece in try await transaction.copyOut(Self.copyOut) { bytes += piece }
            let total = try await transaction.run(Statements.count).only()
            #expect(try total.value("total") == 3, "the connection is in its pipeline mode again")
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(text == "a\nb\nc\n")
        #expect(try fixture.storedItems() == ["a", "b", "c"])
        let statistics = fixture.database.statistics
        #expect(statistics.copyBytesIn == 12 && statistics.copyBytesOut == 6)
        #expect(try await fixture.backend() > 0)
        await fixture.database.shutdown()
    }

    @Test func aRoleWithoutTheRightIsRefused() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let kind = try await kindOfError {
            try await fixture.database.transaction(in: DatabaseFixture.reader) { transaction in
                _ = try await transaction.copyIn(Self.copyIn, from: pieces(["a\t1\n"]))
            }
        }
        #expect(kind == .insufficientPrivilege)
        #expect(try fixture.storedItems() == [])
        await fixture.database.shutdown()
    }

    @Test func aBadRowEndsTheTransactionAndTheWriter() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        // Long enough to fill every buffer on the way, so that the server's answer comes in between.
        let wrong = Array(String(repeating: "b\tnot a number\n", count: 1_000).utf8)
        let many = pieces(Array(repeating: String(decoding: wrong, as: UTF8.self), count: 1_000))
        let kind = try await kindOfError {
            try await fixture.database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
                _ = try? await transaction.copyIn(Self.copyIn, from: many)
                _ = try await transaction.run(Statements.count)
            }
        }
        #expect(kind == .statement(sqlState: "22P02"))
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() > 0)
        await fixture.database.shutdown()
    }

    @Test(arguments: [
        // Not a number; a column too few; a constraint, which is of the row as a whole.
        ("c\tmany\n", "22P02", "data refused in line 3, column amount"),
        ("c\n", "22P04", "data refused in line 3"),
        ("\\N\t1\n", "23502", "data refused in line 3"),
    ])
    func aRowThatIsRefusedIsNamedByItsLine(
        _ line: String, _ state: String, _ message: String
    ) async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let rows = pieces(["a\t1\nb\t2\n", line, "d\t3\n"])
        let error = await #expect(throws: DatabaseError.self) {
            try await fixture.database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.copyIn(Self.copyIn, from: rows)
            }
        }
        #expect(error?.sqlState == state)
        #expect(error?.message == message)
        #expect(try fixture.storedItems() == [])
        await fixture.database.shutdown()
    }

    @Test func aSourceThatFailsKeepsNothing() async throws {
        struct Broken: Error {}
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let source = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield(Array("a\t1\n".utf8))
            continuation.finish(throwing: Broken())
        }
        await #expect(throws: Broken.self) {
            try await fixture.database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.copyIn(Self.copyIn, from: source)
            }
        }
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() > 0)
        await fixture.database.shutdown()
    }

    @Test func aSlowReaderMakesTheDatabaseWait() async throws {
        var limits = DatabaseLimits.standard
        limits.copyBufferBytesMax = 64 << 10
        let fixture = try DatabaseFixture(connectionCountMax: 1, limits: limits)
        let database = fixture.database
        let total = try await database.transaction(in: DatabaseFixture.reader) { transaction in
            var iterator = try await transaction.copyOut(Self.series(50_000)).makeAsyncIterator()
            var count = try await iterator.next()?.count ?? 0
            // Its backend stands still: what it has sent fills the buffers and no more.
            try await eventually("the backend waits for its client") {
                try !fixture.cluster.execute(
                    """
                    SELECT pid FROM pg_stat_activity WHERE datname = '\(fixture.name)'
                        AND wait_event = 'ClientWrite' AND query LIKE 'COPY%'
                    """
                ).isEmpty
            }
            #expect(database.statistics.copyBytesOut < 1 << 20)
            while let piece = try await iterator.next() { count += piece.count }
            return count
        }
        #expect(total == 50_000_000)
        await database.shutdown()
    }

    @Test func manyBytesGoInThroughASmallBuffer() async throws {
        var limits = DatabaseLimits.standard
        limits.copyBufferBytesMax = 16 << 10
        let fixture = try DatabaseFixture(connectionCountMax: 1, limits: limits)
        let lines = (0..<200).map { part in
            (0..<100).map { "\(part)-\($0)-\(String(repeating: "y", count: 100))\t1\n" }.joined()
        }
        let count = try await fixture.database.transaction(in: DatabaseFixture.writer) {
            try await $0.copyIn(Self.copyIn, from: pieces(lines))
        }
        #expect(count == 20_000)
        await fixture.database.shutdown()
    }

    @Test func cancellingAReaderEndsItsTransaction() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let database = fixture.database
        let (began, continuation) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await kindOfError {
                try await database.transaction(in: DatabaseFixture.reader) { transaction in
                    for try await _ in try await transaction.copyOut(Self.series(1_000_000)) {
                        continuation.finish()
                    }
                }
            }
        }
        for await _ in began {}
        task.cancel()
        #expect(try await task.value == .cancelled)
        try await eventually("the statement was stopped") {
            try fixture.runningCount("COPY") == 0
        }
        #expect(try await fixture.backend() > 0)
        #expect(database.statistics.connectionsClosed[.abandoned] == 1)
        await database.shutdown()
    }

    @Test func aDeadlineEndsACopy() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let endless = Statement(
            "endless", "COPY (SELECT pg_sleep(0.01) FROM generate_series(1, 100000)) TO STDOUT",
            prepared: false)
        let kind = try await kindOfError {
            try await fixture.database.transaction(
                in: DatabaseFixture.reader, options: WorkOptions(deadline: .now + .seconds(1))
            ) { transaction in
                for try await _ in try await transaction.copyOut(endless) {}
            }
        }
        #expect(kind == .deadlineExceeded)
        try await eventually("the statement was stopped") {
            try fixture.runningCount("COPY") == 0
        }
        await fixture.database.shutdown()
    }

    @Test func aCopyThatIsLeftUnfinishedKeepsNothing() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let kind = try await kindOfError {
            try await fixture.database.transaction(in: DatabaseFixture.writer) { transaction in
                _ = try await transaction.run(Statements.insert, [.text("a"), .int(1)])
                for try await _ in try await transaction.copyOut(Self.series(100_000)) { break }
            }
        }
        #expect(kind == .statement(sqlState: "55000"))
        #expect(try fixture.storedItems() == [])
        #expect(try await fixture.backend() > 0)
        await fixture.database.shutdown()
    }

    @Test func whatIsNoCopyIsAnError() async throws {
        let fixture = try DatabaseFixture(connectionCountMax: 1)
        let kind = try await kindOfError {
            try await fixture.database.transaction(in: DatabaseFixture.reader) { transaction in
                for try await _ in try await transaction.copyOut(Statements.count) {}
            }
        }
        #expect(kind == .unexpectedResult)
        #expect(try await fixture.backend() > 0)
        await fixture.database.shutdown()
    }
}
