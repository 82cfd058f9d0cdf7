/// Why a cryptographic operation did not succeed. No case carries key, plaintext or ciphertext.
public enum CryptoError: Error, Sendable, Equatable {
    /// The sealed bytes, or what they were bound to, are not what was sealed: changed, moved to
    /// another row or tenant, or sealed with another key.
    case authenticationFailed
    /// The sealed bytes are too short or of an unknown format.
    case malformed
    /// A key that is not 32 bytes long, or an output length that the primitive cannot give.
    case invalidKeyLength
    /// A tenant key was wrapped with a master key that this process does not hold.
    case unknownMasterKey(id: String)
    /// The tenant has no key: it was not provisioned, or its keys were destroyed.
    case noTenantKey
    /// The master key file cannot be used; the reason names what is wrong, never its content.
    case masterKeyFile(reason: String)
    /// The file of the key that signs seals cannot be used; the reason never holds its content.
    case signingKeyFile(reason: String)
    /// The command that prints a key cannot be used; the reason never holds what it printed.
    case secretCommand(reason: String)
    /// Something was sealed with a generation of the tenant's key that is not in memory: a later one,
    /// or one that was destroyed.
    case unknownGeneration(UInt8)
    /// OpenSSL refused. It has no reason to, short of a lack of memory or a broken provider.
    case library(operation: String)
}
