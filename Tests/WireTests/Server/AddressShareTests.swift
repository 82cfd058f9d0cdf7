import Testing

@testable import Wire

/// Whose share of connections an address takes.
@Suite struct AddressShareTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("192.0.2.1", "::ffff:192.0.2.1"),
        ("2001:db8::1", "2001:db8:0:0:ffff::2"), ("fe80::1%eth0", "fe80::2"),
    ])
    func oneShare(_ first: String, _ second: String) {
        #expect(AddressShare(first) == AddressShare(second))
    }

    @Test(arguments: [
        ("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"), ("::1", "127.0.0.1"), ("unknown", "::"),
    ])
    func twoShares(_ first: String, _ second: String) {
        #expect(AddressShare(first) != AddressShare(second))
    }
}
