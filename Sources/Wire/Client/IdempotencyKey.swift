/// Keys by which a call that is made again gets its first answer (PROTOCOL.md, "Idempotency keys").
public enum IdempotencyKey {
    /// A new one: 128 bits from the system's generator, 32 lower-case hexadecimal digits.
    public static func random() -> String {
        (0..<4).map { _ in
            let digits = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}

extension WireMessage {
    /// Whether this request has a key: then the call may be made again whatever its method does.
    var hasIdempotencyKey: Bool {
        (self as? any AddressedMessage)?.address.idempotencyKey != nil
    }
}
