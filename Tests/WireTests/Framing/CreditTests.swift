import Testing

@testable import Wire

/// Windows and what is owed to them.
@Suite struct CreditTests {
    @Test func messageCostsItsPayloadAndTheOverhead() {
        var window = CreditWindow(bytes: 200)
        #expect(window.spend(36) == true)
        #expect(window.available == 100)
        #expect(window.spend(0) == true)
        #expect(window.available == 36)
    }

    @Test func windowAtOneByteTakesAMessageAndAtZeroNone() {
        var window = CreditWindow(bytes: 1)
        #expect(window.spend(1_000) == true)
        #expect(window.available == -1_063)
        #expect(window.spend(0) == false)
        #expect(window.available == -1_063)
        #expect(window.grant(1_063) == true)
        #expect(window.spend(0) == false)
        #expect(window.grant(1) == true)
        #expect(window.isOpen)
    }

    @Test func grantIsOneByteAtLeastAndNeverMoreThanAWindowHolds() {
        var window = CreditWindow(bytes: 100)
        #expect(window.grant(0) == false)
        #expect(window.grant(CreditWindow.bytesMax - 99) == false)
        #expect(window.grant(CreditWindow.bytesMax - 100) == true)
        #expect(window.grant(1) == false)
    }

    @Test func debtIsPaidWhenItIsHalfTheWindow() {
        var debt = CreditDebt(windowBytes: 100)
        #expect(debt.consume(49) == 0)
        #expect(debt.consume(1) == 50)
        #expect(debt.owed == 0)
        #expect(debt.consume(300) == 300)
    }
}
