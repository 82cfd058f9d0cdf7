import AuditProof
import Wire

/// What a verified export shows, and by what each part of it is held: by a checkpoint that somebody kept, by
/// the operator's signature alone, or by nothing.
struct VerificationReport {
    let summary: LogSummary
    let keys: [NoteKey]
    /// How many checkpoints were given.
    let keptCount: Int
    /// Microseconds since 2000-01-01T00:00:00Z.
    let now: Int64

    var text: String {
        ([headline, signers] + range + held + unsealed + times)
            .map { SafeText.line($0) + "\n" }.joined()
    }

    private var headline: String {
        "verified: \(summary.schema), \(summary.rowCount) rows, \(summary.sealCount) seals"
    }

    private var signers: String {
        let names = keys.compactMap { key in
            (try? key.text())?.split(separator: "+").prefix(2).joined(separator: "+")
        }
        return "signed by \(names.joined(separator: " or "))"
    }

    // MARK: What is in the export

    private var range: [String] {
        var lines: [String] = []
        if summary.treeSize > summary.startSize {
            lines.append(
                "rows \(summary.startSize + 1) to \(summary.treeSize) of the log are in it, sealed; "
                    + "the last seal is of \(Self.moment(summary.lastSealTime))")
        } else {
            lines.append("no sealed row is in it")
        }
        if summary.startSize > 0 {
            lines.append(
                "PART OF THE LOG: the \(summary.startSize) rows before are not in it, and not verified"
            )
        }
        if summary.isCut {
            lines.append(
                "PART OF THE LOG: it was asked to end before the log does; what comes after "
                    + "\(Self.moment(summary.lastSealTime)) is not in it, and not verified")
        }
        return lines
    }

    // MARK: What holds it

    private var held: [String] {
        let kept = summary.strongest(isKept: true)
        let others = summary.strongest(isKept: false)
        let heldSize = max(kept?.treeSize ?? 0, summary.startSize)
        var lines: [String] = []
        if let kept, kept.treeSize > summary.startSize {
            lines.append(
                "rows \(summary.startSize + 1) to \(kept.treeSize) are held by a checkpoint that you "
                    + "kept: \(Self.name(kept))")
        } else {
            lines.append(
                "NOT WITNESSED: no checkpoint that you kept holds any of these rows; all this shows "
                    + "is what the operator's key signed, and who has that key could have written "
                    + "the log anew until \(Self.moment(now))")
        }
        if let others, others.treeSize > heldSize {
            lines.append(
                "rows \(heldSize + 1) to \(others.treeSize) are held by the operator's word alone: "
                    + "\(Self.name(others)); keep it to hold them from now on")
        }
        let shown = max(heldSize, others?.treeSize ?? 0)
        if summary.treeSize > shown {
            lines.append(
                "rows \(shown + 1) to \(summary.treeSize) are held by seals of the operator's alone: "
                    + "no checkpoint speaks of them yet")
        }
        return lines + keptCheckpoints
    }

    private var keptCheckpoints: [String] {
        guard keptCount > 0 else { return [] }
        let agreeing = summary.agreeing.filter { $0.isKept }
        let outside = summary.outside.filter { $0.isKept }
        let empty = agreeing.filter { $0.treeSize == 0 }
        var lines = ["checkpoints that you kept and that agree: \(agreeing.count)"]
        if let last = empty.last {
            lines.append(
                "of these, made before the log's first seal, so that they hold no row: "
                    + "\(empty.count), the last \(Self.name(last))")
        }
        if let first = outside.first, let last = outside.last {
            lines.append(
                "checkpoints that you kept and that speak of rows which are not in it, NOT COMPARED: "
                    + "\(outside.count), from \(Self.name(first)) to \(Self.name(last))")
        }
        return lines
    }

    // MARK: What nothing holds

    private var unsealed: [String] {
        guard summary.unsealedRowCount > 0, let age = summary.unsealedAge(at: now) else {
            return []
        }
        return [
            "\(summary.unsealedRowCount) rows at the end have no seal yet: nothing proves them; the "
                + "oldest is \(Self.duration(age)) old"
        ]
    }

    private var times: [String] {
        var lines: [String] = []
        if let wait = summary.longestWait {
            lines.append(
                "the longest that a row waited for its seal, and could have been exchanged: "
                    + "\(Self.duration(wait.microseconds)) (\(wait.row))")
        }
        if let last = [summary.lastRowTime, summary.lastSealTime].compactMap({ $0 }).max() {
            lines.append("nothing is shown of what came after \(Self.moment(last))")
        }
        return lines
    }

    private static func name(_ agreement: LogSummary.Agreement) -> String {
        "\(agreement.checkpoint.size) of \(moment(agreement.time))"
    }

    private static func moment(_ time: Int64?) -> String {
        time.map { Moment.text(Timestamp(microsecondsSince2000: $0)) + " UTC" } ?? "none"
    }

    private static func duration(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        return switch seconds {
        case ..<600: "\(seconds) s"
        case ..<36_000: "\(seconds / 60) min"
        case ..<864_000: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}
