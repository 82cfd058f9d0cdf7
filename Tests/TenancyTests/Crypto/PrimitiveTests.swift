import AuditProof
import Testing

@testable import Tenancy

/// Published vectors: what we call must be what the standards say.
@Suite struct PrimitiveTests {
    @Test func sha256GivesTheVectorOfFIPS180() throws {
        #expect(
            Hex.encode(try Digest.sha256(Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func hmacGivesCase2OfRFC4231() throws {
        let code = try Digest.hmacSHA256(
            Array("what do ya want for nothing?".utf8),
            key: SecretBytes(copying: Array("Jefe".utf8)))
        #expect(
            Hex.encode(code)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test(arguments: [
        (
            "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                + "34007208d5b887185865"
        ),
        (
            "", "",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                + "9d201395faa4b61a96c8"
        ),
    ])
    func hkdfGivesCases1And3OfRFC5869(salt: String, info: String, output: String) throws {
        let secret = SecretBytes(copying: [UInt8](repeating: 0x0B, count: 22))
        let derived = try Digest.hkdfSHA256(
            secret, salt: try #require(Hex.decode(salt)), info: try #require(Hex.decode(info)),
            count: 42)
        #expect(derived.withUnsafeBytes { Hex.encode($0) } == output)
    }

    static let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    static let nonce = "cafebabefacedbaddecaf888"
    static let context = "feedfacedeadbeeffeedfacedeadbeefabaddad2"
    static let plaintext =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    static let ciphertext =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    static let tag = "76fc6ece0f4e1768cddf8853bb2d551b"

    /// Test case 16 of the GCM specification that NIST published.
    @Test func gcmSealsTheVectorOfItsSpecification() throws {
        let plaintext = try #require(Hex.decode(Self.plaintext))
        let sealed = try plaintext.withUnsafeBytes { bytes in
            try AuthenticatedCipher.seal(
                bytes, key: SecretBytes(copying: try #require(Hex.decode(Self.key))),
                nonce: try #require(Hex.decode(Self.nonce)),
                authenticating: try #require(Hex.decode(Self.context)))
        }
        #expect(Hex.encode(sealed) == Self.nonce + Self.ciphertext + Self.tag)
    }

    @Test func gcmOpensTheVectorAndNothingThatDiffersFromItInOneBit() throws {
        let key = SecretBytes(copying: try #require(Hex.decode(Self.key)))
        let context = try #require(Hex.decode(Self.context))
        let sealed = try #require(Hex.decode(Self.nonce + Self.ciphertext + Self.tag))
        let opened = try AuthenticatedCipher.open(sealed, key: key, authenticating: context)
        #expect(opened.withUnsafeBytes { Hex.encode($0) } == Self.plaintext)
        for index in sealed.indices {
            var tampered = sealed
            tampered[index] ^= 1
            #expect(throws: CryptoError.authenticationFailed) {
                try AuthenticatedCipher.open(tampered, key: key, authenticating: context)
            }
        }
        for index in context.indices {
            var tampered = context
            tampered[index] ^= 0x80
            #expect(throws: CryptoError.authenticationFailed) {
                try AuthenticatedCipher.open(sealed, key: key, authenticating: tampered)
            }
        }
    }

    @Test func sealedBytesThatAreTooShortAreMalformed() throws {
        let key = try SecretBytes.random(count: 32)
        #expect(throws: CryptoError.malformed) {
            try AuthenticatedCipher.open(
                [UInt8](repeating: 0, count: 27), key: key,
                authenticating: [])
        }
    }

    @Test func anEmptyPlaintextWithAnEmptyContextComesBack() throws {
        let key = try SecretBytes.random(count: 32)
        let sealed = try AuthenticatedCipher.seal(
            UnsafeRawBufferPointer(start: nil, count: 0), key: key, authenticating: [])
        #expect(sealed.count == AuthenticatedCipher.overheadByteCount)
        #expect(try AuthenticatedCipher.open(sealed, key: key, authenticating: []).count == 0)
    }

    @Test func comparisonTellsContentAndLength() {
        #expect(Digest.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(!Digest.areEqual([1, 2, 3], [1, 2, 4]))
        #expect(!Digest.areEqual([1, 2, 3], [1, 2]))
        #expect(Digest.areEqual([], []))
    }

    @Test func twoListsOfPartsNeverGiveTheSameContext() {
        let one = AuthenticatedContext("p", [[1, 2], [3]])
        let other = AuthenticatedContext("p", [[1], [2, 3]])
        #expect(one.bytes != other.bytes)
    }

    @Test func randomTextsHaveTheirForm() throws {
        var references: Set<String> = []
        for _ in 0..<200 {
            let reference = try SecureRandom.caseReference()
            #expect(reference.wholeMatch(of: /[a-z2-7]{26}/) != nil)
            references.insert(reference)
            let id = try SecureRandom.uuid()
            #expect(UUIDText.isValid(id))
            #expect(id.wholeMatch(of: /.{14}4.{4}[89ab].{16}/) != nil)
        }
        #expect(references.count == 200)
    }

    @Test func secretsDoNotShowThemselves() {
        #expect("\(SecretBytes(copying: [1, 2, 3]))" == "SecretBytes(3 bytes)")
    }
}
