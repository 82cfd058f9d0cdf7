/// COPY in both directions: as much as fits into `DatabaseLimits.copyBufferBytesMax` is in memory, and
/// the slower side makes the other wait.
extension Transaction {
    /// What a COPY … TO STDOUT gives, under the transaction's role and in its snapshot. It must be read to
    /// its end before the transaction goes on; one that is left ends the transaction.
    ///
    /// - Parameter statement: takes no parameters, since PostgreSQL takes none in a COPY.
    public func copyOut(_ statement: Statement) async throws(DatabaseError) -> CopyOut {
        CopyOut(work: try await begin(.out, statement), transaction: self)
    }

    /// Gives everything that `source` yields to a COPY … FROM STDIN.
    ///
    /// A row that PostgreSQL refuses fails the COPY with an error whose message names the row's line, from
    /// 1, and the column where there is one, but never the value. It comes out at once or, where libpq has taken the server's answer in while it
    /// was sending, once `source` has ended: a source must end, or its transaction have a deadline.
    ///
    /// Where `source` throws, the COPY fails and its error comes out; the transaction cannot go on
    /// then, as after any failed statement.
    /// - Returns: the number of rows.
    public func copyIn<Source: AsyncSequence>(
        _ statement: Statement, from source: Source
    ) async throws -> Int where Source.Element == [UInt8] {
        let work = try await begin(.into, statement)
        return try await whileCancellable(work) { wake in
            do {
                for try await chunk in source where !chunk.isEmpty {
                    guard await work.write(chunk, wake) else { break }
                }
            } catch {
                _ = try? await work.finishWriting(isFailure: true, wake)
                failed(DatabaseError(.cancelled, "the source of a COPY failed"))
                throw error
            }
            do throws(DatabaseError) {
                return try await work.finishWriting(isFailure: false, wake)
            } catch {
                failed(error)
                throw error
            }
        }
    }

    private func begin(
        _ direction: CopyWork.Direction, _ statement: Statement
    ) async throws(DatabaseError) -> CopyWork {
        // Takes the connection, or finds that there is nothing to go on with.
        _ = try await run([])
        try statement.validate(for: schema)
        let work = CopyWork(
            lease: leaseID, direction: direction, sql: statement.rendered(for: schema),
            bytesMax: copyBufferBytesMax)
        post(.copy(work))
        return work
    }

    /// A cancelled task ends the transaction, whatever it waits for.
    fileprivate func whileCancellable<Value>(
        _ work: CopyWork, _ body: (() -> Void) async throws -> Value
    ) async rethrows -> Value {
        let lease = leaseID
        let wake = { self.post(.continueCopy(lease: lease)) }
        return try await withTaskCancellationHandler {
            try await body(wake)
        } onCancel: {
            post(.abandon(lease: lease))
        }
    }
}

/// The bytes that a COPY … TO STDOUT gives, in pieces that need not end where rows do. For one reader.
public struct CopyOut: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    let work: CopyWork
    let transaction: Transaction

    public func makeAsyncIterator() -> Iterator {
        Iterator(work: work, transaction: transaction)
    }

    public struct Iterator: AsyncIteratorProtocol {
        let work: CopyWork
        let transaction: Transaction

        /// Throws `DatabaseError`, as the statement, its deadline or a cancelled task has it.
        public mutating func next() async throws -> [UInt8]? {
            do {
                return try await transaction.whileCancellable(work) { wake in
                    try await work.next(wake)
                }
            } catch let error as DatabaseError {
                transaction.failed(error)
                throw error
            }
        }
    }
}
