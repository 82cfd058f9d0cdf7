import Testing

@testable import AuditProof

@Suite struct NoteTests {
    /// The example of C2SP signed-note and of Go's checksum database.
    static let verifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let note = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

        """

    @Test func thePublishedExampleVerifies() throws {
        let key = try NoteKey(text: Self.verifierKey)
        #expect(try key.text() == Self.verifierKey)
        let note = try SignedNote(text: Self.note)
        #expect(note.text == Self.note)
        #expect(try note.isSigned(by: key))
        let changed = try SignedNote(text: Self.note.replacing("the answer", with: "no answer"))
        #expect(try !changed.isSigned(by: key))
    }

    /// RFC 8032, section 7.1, test 2.
    @Test func ed25519IsThatOfTheRFC() throws {
        let key = try VerifyingKey(
            bytes: MerkleTests.bytes(
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
        let signature = MerkleTests.bytes(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(try key.isValid(signature, of: [0x72]))
        #expect(try !key.isValid(signature, of: [0x73]))
        #expect(try !key.isValid(Array(signature.dropLast()), of: [0x72]))
    }

    @Test func aKeyThatIsWrittenAndReadSignsTheSame() throws {
        let key = try SigningKey.generate()
        let read = try SigningKey(pem: try key.pem())
        #expect(read.publicKey == key.publicKey)
        let signature = try read.sign(Array("text".utf8))
        #expect(try signature == key.sign(Array("text".utf8)))
        #expect(try key.publicKey.isValid(signature, of: Array("text".utf8)))
        #expect(try !SigningKey.generate().publicKey.isValid(signature, of: Array("text".utf8)))
        #expect(throws: ProofError.invalidKey) { try SigningKey(pem: Array("no key".utf8)) }
    }

    @Test(arguments: [
        "", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10", "x+00000000+AQ==",
    ])
    func whatIsNoVerifierKeyIsRefused(text: String) {
        #expect(throws: ProofError.self) { try NoteKey(text: text) }
    }

    @Test(arguments: [
        "", "text\n", "text\n\n", "text\n\nno signature\n", "text\n\n— name AAAA",
        "text\n\n— name\n", "text\n\n— name !!!!\n", "text\n\n— na+me AAAAAAAA\n",
    ])
    func whatIsNoNoteIsRefused(text: String) {
        #expect(throws: ProofError.self) { try SignedNote(text: text) }
    }

    @Test func aCheckpointIsReadAsItWasSigned() throws {
        let key = try SigningKey.generate()
        let checkpoint = Checkpoint(
            origin: "icds.example/audit", size: 12, root: try SHA256.hash([1]))
        let note = try SignedNote(text: try checkpoint.signed(by: key).text)
        let noteKey = try NoteKey(name: "icds.example/audit", key: key.publicKey)
        #expect(try Checkpoint.verified(note, by: [noteKey]) == checkpoint)
        let stranger = try NoteKey(
            name: "icds.example/audit", key: try SigningKey.generate().publicKey)
        #expect(throws: ProofError.self) { try Checkpoint.verified(note, by: [stranger]) }
        let otherLog = try NoteKey(name: "icds.example/other", key: key.publicKey)
        #expect(throws: ProofError.self) { try Checkpoint.verified(note, by: [otherLog]) }
    }

    @Test(arguments: [
        "a\n1\n", "\n1\n\(String(repeating: "A", count: 43))=\n",
        "a\n01\n\(String(repeating: "A", count: 43))=\n", "a\n1\nAAAA\n", "a\n-1\nAAAA\n",
    ])
    func whatIsNoCheckpointIsRefused(body: String) {
        #expect(throws: ProofError.self) { try Checkpoint(body: body) }
    }
}
