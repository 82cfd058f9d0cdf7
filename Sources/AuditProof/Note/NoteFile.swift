/// Notes in a file, one after the other: text, blank line, signatures, blank line, and so on. Lines may
/// end as Windows ends them.
public enum NoteFile {
    /// All notes of a file that somebody kept.
    ///
    /// - Throws: `ProofError.malformed` for anything that is not part of a whole note: what is passed over
    ///   could be the very checkpoint that shows something.
    public static func notes(_ text: String) throws(ProofError) -> [SignedNote] {
        var notes: [SignedNote] = []
        for piece in pieces(text) {
            do throws(ProofError) {
                notes.append(try piece.note())
            } catch {
                throw .malformed(what: "the note at line \(piece.line), or it is cut off")
            }
        }
        return notes
    }

    /// The notes of a file in which some may be torn, as a power failure leaves the end of one that is
    /// being written; those are passed over.
    ///
    /// - Parameter isTail: the text may begin within a note.
    public static func wholeNotes(_ text: String, isTail: Bool = false) -> [SignedNote] {
        pieces(text).dropFirst(isTail ? 1 : 0).compactMap { try? $0.note() }
    }

    /// Lines that may be a note.
    private struct Piece {
        var line: Int
        var lines: [Substring] = []
        var signatureCount = 0

        func note() throws(ProofError) -> SignedNote {
            let signatures = lines.suffix(signatureCount)
            guard signatureCount > 0, !signatures.contains(where: SignedNote.isTorn(signature:))
            else { throw .malformed(what: "note") }
            return try SignedNote(text: lines.joined(separator: "\n") + "\n")
        }
    }

    private enum Place {
        case outside, text, gap, signatures
    }

    private static func pieces(_ text: String) -> [Piece] {
        var pieces: [Piece] = []
        var place = Place.outside
        for (index, ended) in text.unicodeScalars
            .split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        {
            let line = Substring(ended.last == "\r" ? ended.dropLast() : ended)
            let isSignature = SignedNote.isSignature(line)
            switch place {
            case .text where line.isEmpty:
                place = .gap
                continue
            case .gap where isSignature, .signatures where isSignature:
                if place == .gap { pieces[pieces.count - 1].lines.append("") }
                pieces[pieces.count - 1].signatureCount += 1
                place = .signatures
            case _ where line.isEmpty:
                place = .outside
                continue
            case .outside, .gap, .signatures:
                pieces.append(Piece(line: index + 1))
                place = .text
            case .text: break
            }
            pieces[pieces.count - 1].lines.append(line)
        }
        return pieces
    }
}
