import Testing

@testable import Wire

@Suite struct TLSTrafficBudgetTests {
    @Test func eachKindCounts() {
        var budget = TLSTrafficBudget(recordsWithoutDataMax: 2)
        budget.receivedWarning()
        budget.receivedHandshakeRecord()
        #expect(!budget.isExceeded)
        budget.receivedDataRecord()
        #expect(!budget.isExceeded)
        // The data record before was empty: the next one shows it.
        budget.receivedDataRecord()
        #expect(budget.isExceeded)
    }

    @Test func messageInItsOwnRecordCountsOnce() {
        var budget = TLSTrafficBudget(recordsWithoutDataMax: 2)
        for _ in 0..<2 {
            budget.receivedHandshakeRecord()
            budget.receivedHandshakeMessage()
        }
        #expect(!budget.isExceeded)
        // Several in one record.
        budget.receivedHandshakeMessage()
        #expect(budget.isExceeded)
    }

    @Test func eachMebibyteOfDataAllowsOneMore() {
        var budget = TLSTrafficBudget(recordsWithoutDataMax: 0)
        budget.receivedDataRecord()
        budget.read(bytes: 1024 * 1024 - 1)
        budget.receivedHandshakeMessage()
        #expect(budget.isExceeded)
        budget.read(bytes: 1)
        #expect(!budget.isExceeded)
    }
}
