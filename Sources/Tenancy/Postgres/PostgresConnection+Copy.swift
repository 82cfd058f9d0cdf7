internal import CPostgres
internal import Glibc

/// COPY, for which libpq must leave its pipeline mode: only on a connection that a transaction holds
/// and that has nothing under way.
extension PostgresConnection {
    enum CopyPhase { case starting, out, into, finishing }
    enum CopyProgress: Equatable { case waiting, finished, lost }

    /// Rows that come are handed on in pieces of about so many bytes.
    private static let pieceBytes = 32 << 10

    /// Sends the statement. False: the connection is to be given up.
    func begin(_ work: CopyWork) -> Bool {
        guard PQexitPipelineMode(connection) == 1,
            PQsendQueryParams(connection, work.sql, 0, nil, nil, nil, nil, 0) == 1
        else { return false }
        copy = work
        copyPhase = .starting
        copyOutcome = .failure(DatabaseError(.unexpectedResult, "the statement was no COPY"))
        return flush()
    }

    /// Goes on for as long as nothing has to be waited for.
    func advanceCopy(isReadable: Bool) -> CopyProgress {
        guard let work = copy, flush() else { return .lost }
        // What makes the socket readable while the data go in; not the answer that they may.
        let isSpokenTo = isReadable && copyPhase == .into
        while true {
            let progress: CopyProgress? =
                switch copyPhase {
                case .starting, .finishing: takeCopyResults(work)
                case .out: receiveCopyData(work)
                case .into: sendCopyData(work, isSpokenTo: isSpokenTo)
                }
            if let progress { return progress }
        }
    }

    /// Nil: the phase has changed.
    private func takeCopyResults(_ work: CopyWork) -> CopyProgress? {
        guard PQconsumeInput(connection) == 1 else { return .lost }
        while PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else { return finishCopy(work) }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COPY_OUT where work.direction == .out:
                copyPhase = .out
                return nil
            case PGRES_COPY_IN where work.direction == .into:
                copyPhase = .into
                return nil
            case PGRES_COMMAND_OK where copyPhase == .finishing:
                if case .success = copyOutcome {
                    let count = PQcmdTuples(result).flatMap { Int(String(cString: $0)) }
                    copyOutcome = .success(count ?? 0)
                }
            case PGRES_FATAL_ERROR:
                let (error, isFatal) = DatabaseError.reported(by: result)
                copyOutcome = .failure(error)
                if isFatal { return .lost }
            case PGRES_COPY_OUT, PGRES_COPY_IN: return .lost
            default: break
            }
        }
        return .waiting
    }

    private func finishCopy(_ work: CopyWork) -> CopyProgress {
        copy = nil
        guard PQenterPipelineMode(connection) == 1 else {
            work.end(.failure(DatabaseError(.unavailable, "the connection was lost in a COPY")))
            return .lost
        }
        work.end(copyOutcome)
        return .finished
    }

    private func receiveCopyData(_ work: CopyWork) -> CopyProgress? {
        var piece: [UInt8] = []
        var hasRead = false
        defer { if !piece.isEmpty { hand(piece, to: work) } }
        while true {
            isCopyPaused = !work.hasRoom()
            guard !isCopyPaused else { return .waiting }
            var row: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(connection, &row, 1)
            switch count {
            case 1...:
                piece.append(
                    contentsOf: UnsafeRawBufferPointer(start: row, count: Int(count)))
                PQfreemem(row)
                guard piece.count >= Self.pieceBytes else { continue }
                hand(piece, to: work)
                piece.removeAll(keepingCapacity: true)
            case 0:
                // Once a turn, so that one COPY does not keep the thread to itself.
                guard !hasRead else { return .waiting }
                guard PQconsumeInput(connection) == 1 else { return .lost }
                hasRead = true
            case -1:
                copyPhase = .finishing
                copyOutcome = .success(0)
                return nil
            default: return .lost
            }
        }
    }

    private func hand(_ piece: [UInt8], to work: CopyWork) {
        copiedBytes += piece.count
        work.push(piece)
    }

    private func sendCopyData(_ work: CopyWork, isSpokenTo: Bool) -> CopyProgress? {
        if isSpokenTo {
            guard PQconsumeInput(connection) == 1 else { return .lost }
            // While it takes data, a server speaks only to say what is wrong with them.
            return endCopyData(isFailure: true)
        }
        while !wantsWrite {
            switch work.take() {
            case .nothing: return .waiting
            case .end(let isFailure): return endCopyData(isFailure: isFailure)
            case .bytes(let bytes):
                copiedBytes += bytes.count
                let isSent = bytes.withUnsafeBytes { content in
                    let start = content.baseAddress?.assumingMemoryBound(to: CChar.self)
                    return PQputCopyData(connection, start, Int32(clamping: content.count))
                }
                guard isSent == 1, flush() else { return .lost }
            }
        }
        return .waiting
    }

    private func endCopyData(isFailure: Bool) -> CopyProgress? {
        let isSent = PQputCopyEnd(connection, isFailure ? "the writer gave up" : nil)
        guard isSent == 1, flush() else { return .lost }
        copyPhase = .finishing
        copyOutcome = .success(0)
        return nil
    }
}
