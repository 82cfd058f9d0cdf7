import AuditProof
import Contract
import Wire

/// Fetches a log into a file, in as many calls as its checkpoints need.
struct LogExport {
    /// After every row and seal, so that an answer has nothing but proofs.
    private static let afterAll = Timestamp(seconds: 253_402_300_799)

    let session: Session
    let access: AccessOptions
    /// How many checkpoints one call may ask for.
    var checkpointsMax = 1_000

    /// - Parameter checkpoints: sizes of those that somebody kept, each once.
    func write(
        to output: OutputFile, from: Timestamp?, until: Timestamp?, checkpoints: [UInt64]
    ) async throws -> Contract.LogEnd {
        var more: [UInt64: ExportAccessesResponse] = [:]
        for start in stride(from: checkpointsMax, to: checkpoints.count, by: checkpointsMax) {
            let end = min(start + checkpointsMax, checkpoints.count)
            try await addProofs(for: Array(checkpoints[start..<end]), to: &more)
        }
        let items = try await call {
            $0.recordedFrom = from
            $0.recordedUntil = until
            $0.checkpointSizes = Array(checkpoints.prefix(checkpointsMax))
        }
        var end: Contract.LogEnd?
        var proofCount = UInt64(more.count)
        for try await var item in items {
            switch item.item {
            case .proof(let proof):
                // The newest comes by itself, and may be one of the others.
                guard more[try Self.size(of: proof)] == nil else { continue }
                proofCount += 1
            case .end(var found):
                found.proofCount = proofCount
                item.item = .end(found)
                end = found
            default: break
            }
            try append(item, to: output)
            guard case .start = item.item else { continue }
            for (_, proof) in more.sorted(by: { $0.key < $1.key }) {
                try append(proof, to: output)
            }
        }
        guard let end else { throw UsageError("the daemon ended the export before its end") }
        return end
    }

    /// What these checkpoints say of the log, and nothing else.
    private func addProofs(
        for sizes: [UInt64], to found: inout [UInt64: ExportAccessesResponse]
    ) async throws {
        let items = try await call {
            $0.recordedFrom = Self.afterAll
            $0.checkpointSizes = sizes
        }
        for try await item in items {
            guard case .proof(let proof) = item.item else { continue }
            let size = try Self.size(of: proof)
            if sizes.contains(size) { found[size] = item }
        }
    }

    private static func size(of proof: LogHeadProof) throws -> UInt64 {
        try Checkpoint(body: SignedNote(text: proof.note).body).size
    }

    private func call(
        _ change: (inout ExportAccessesRequest) -> Void
    ) async throws -> ResponseStream<ExportAccessesResponse> {
        var request = ExportAccessesRequest()
        request.access = try access.context(session.settings)
        change(&request)
        return try await AuditServiceClient(session.client)
            .exportAccesses(request, options: session.longCallOptions(TenantFiles.timeLimit))
    }

    private func append(_ item: ExportAccessesResponse, to output: OutputFile) throws {
        try output.append(Array((item.jsonString() + "\n").utf8))
    }
}
