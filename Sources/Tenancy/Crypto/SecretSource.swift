public import AuditProof
internal import COpenSSL

/// Where a key of the daemon comes from: a file that is its owner's alone, or a program that prints it.
public enum SecretSource: Sendable, Equatable, CustomStringConvertible {
    case file(path: String)
    case command(SecretCommand)

    /// For logs: the path, or the program without its arguments.
    public var description: String {
        switch self {
        case .file(let path): path
        case .command(let command): "command \(command.words.first ?? "")"
        }
    }

    /// Master keys that one source can hold.
    private static let masterKeysMax = 8
    private static let masterKeyBytesMax = 1_024
    private static let signingKeyBytesMax = 4_096

    /// Reads the master keys: 32 bytes, or lines of 64 hexadecimal digits, eight at the most. The first
    /// wraps what is wrapped from now on, the others only unwrap what was wrapped before.
    ///
    /// Blocks the thread, for as long as a command may take.
    ///
    /// - Parameter showsErrors: lets a command's standard error through.
    /// - Throws: `CryptoError.masterKeyFile`, `.secretCommand`.
    public func masterKeys(showsErrors: Bool = false) throws(CryptoError) -> [MasterKey] {
        let failing = failing(CryptoError.masterKeyFile(reason:))
        return try read(Self.masterKeyBytesMax, showsErrors, failing) {
            content throws(CryptoError) in
            try Self.masterKeys(in: content, failing)
        }
    }

    /// Reads the key that signs seals: an Ed25519 private key in PEM. Blocks as `masterKeys` does.
    ///
    /// - Throws: `CryptoError.signingKeyFile`, `.secretCommand`.
    public func signingKey(showsErrors: Bool = false) throws(CryptoError) -> SigningKey {
        let failing = failing(CryptoError.signingKeyFile(reason:))
        return try read(Self.signingKeyBytesMax, showsErrors, failing) {
            content throws(CryptoError) in
            var pem = Array(content)
            defer { OPENSSL_cleanse(&pem, pem.count) }
            do throws(ProofError) {
                return try SigningKey(pem: pem)
            } catch {
                throw failing("it does not hold an Ed25519 private key in PEM")
            }
        }
    }

    private func read<Value>(
        _ bytesMax: Int, _ showsErrors: Bool, _ failing: (String) -> CryptoError,
        _ body: (ArraySlice<UInt8>) throws(CryptoError) -> Value
    ) throws(CryptoError) -> Value {
        switch self {
        case .file(let path):
            try PrivateFile.read(path: path, bytesMax: bytesMax, failing: failing, body)
        case .command(let command):
            try command.run(bytesMax: bytesMax, showsErrors: showsErrors, body)
        }
    }

    /// What is wrong with the content, as a failure of the file or of the command.
    private func failing(
        _ file: @escaping (String) -> CryptoError
    ) -> (String) -> CryptoError {
        switch self {
        case .file: file
        case .command: { SecretCommand.failure("of what it printed: " + $0) }
        }
    }

    private static func masterKeys(
        in content: ArraySlice<UInt8>, _ failing: (String) -> CryptoError
    ) throws(CryptoError) -> [MasterKey] {
        if content.count == AuthenticatedCipher.keyByteCount {
            return [try MasterKey(SecretBytes(copying: Array(content)))]
        }
        let text = content.last == UInt8(ascii: "\n") ? content.dropLast() : content
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count <= masterKeysMax else {
            throw failing("it holds more than \(masterKeysMax) keys")
        }
        var keys: [MasterKey] = []
        for line in lines {
            guard line.count == 2 * AuthenticatedCipher.keyByteCount, var bytes = Hex.decode(line)
            else {
                throw failing("it does not hold 32 bytes or lines of 64 hexadecimal digits")
            }
            defer { OPENSSL_cleanse(&bytes, bytes.count) }
            let key = try MasterKey(SecretBytes(copying: bytes))
            guard !keys.contains(where: { $0.id == key.id }) else {
                throw failing("it holds a key twice")
            }
            keys.append(key)
        }
        return keys
    }
}
