import Glibc

/// Whose share of connections and handshakes an address takes: an IPv4 address its own; an IPv6 address that
/// of its network of 64 bits, since whoever has one has all of that network (RFC 4291 section 2.5.4).
struct AddressShare: Hashable, Sendable {
    private let network: [UInt8]

    /// - Parameter address: as text, with or without a zone. What is no address has a share by its text.
    init(_ address: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        let text = String(address.prefix { $0 != "%" })
        guard inet_pton(AF_INET6, text, &bytes) == 1 else {
            network = Array(text.utf8)
            return
        }
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        guard bytes.starts(with: mapped) else {
            network = Array(bytes.prefix(8))
            return
        }
        // An IPv4 address that a socket of both families shows.
        network = Array(bytes.suffix(4).map(String.init).joined(separator: ".").utf8)
    }
}
