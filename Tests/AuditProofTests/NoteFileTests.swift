import Testing

@testable import AuditProof

/// Files with notes: what somebody kept is read whole or not at all; what a daemon writes may be torn.
@Suite struct NoteFileTests {
    private let notes: [SignedNote]
    private var file: String { notes.map(\.text).joined(separator: "\n") }

    init() throws {
        let key = try SigningKey.generate()
        notes = try (1...3).map {
            try Checkpoint(origin: "log", size: UInt64($0), root: try SHA256.hash([UInt8($0)]))
                .signed(by: key)
        }
    }

    @Test func aFileHoldsManyNotes() throws {
        #expect(try NoteFile.notes(file) == notes)
        #expect(try NoteFile.notes("\n\n" + file + "\n") == notes)
        #expect(try NoteFile.notes(notes.map(\.text).joined()) == notes, "without a blank line")
        #expect(try NoteFile.notes("") == [])
        #expect(try NoteFile.notes("\n\n") == [])
    }

    /// A line feed after a carriage return is one character of Swift's, and none to split at.
    @Test func linesMayEndAsWindowsEndsThem() throws {
        #expect(try NoteFile.notes(file.replacing("\n", with: "\r\n")) == notes)
    }

    @Test func whatIsNotPartOfAWholeNoteIsRefused() throws {
        for addition in [
            "\nlog\n4\n", "\nx", "\n\u{2014} log AAAA\n", "\nlog\n4\n\nlog\n5\n",
            "\ntext\n\n\u{2014} no \(String(repeating: "!", count: 92))\n",
        ] {
            #expect(throws: ProofError.self) { try NoteFile.notes(file + addition) }
            #expect(NoteFile.wholeNotes(file + addition) == notes)
        }
        #expect(throws: ProofError.self) { try NoteFile.notes("no note") }
        // Wherever a note is cut off.
        for count in 1..<(notes[0].text.utf8.count - 1) {
            let torn = String(decoding: notes[0].text.utf8.prefix(count), as: UTF8.self)
            #expect(throws: ProofError.self) { try NoteFile.notes(torn) }
            #expect(throws: ProofError.self) {
                try NoteFile.notes(torn + "\n\n" + notes[1].text)
            }
            #expect(NoteFile.wholeNotes(torn + "\n\n" + notes[1].text) == [notes[1]])
        }
    }

    @Test func theBeginningOfATailIsPassedOver() {
        #expect(
            NoteFile.wholeNotes(String(file.dropFirst(20)), isTail: true) == [notes[1], notes[2]])
    }
}
