import NIOPosix
import Synchronization

/// Keeps a server's context in step with its files. A change of any file makes a complete new
/// context; one that cannot be made changes nothing, and the old one stays in use.
public final class TLSContextKeeper: Sendable {
    public enum Outcome: Sendable {
        /// No file has changed.
        case unchanged
        /// To be used from now on.
        case renewed(TLSContext)
        /// The files changed, and are not sound. `isNew`: not what the last attempt said.
        case failed(TLSConfigurationError, isNew: Bool)
    }

    private struct State {
        var context: TLSContext
        var fingerprints: [TLSMaterial.Fingerprint]
        var lastSuccess: Int64
        var failure: TLSConfigurationError?
        var failuresInSuccession = 0
    }

    public let configuration: TLSConfiguration
    private let state: Mutex<State>

    /// Makes the first context.
    ///
    /// - Throws: the file that is not sound, and why.
    public init(_ configuration: TLSConfiguration) throws(TLSConfigurationError) {
        let material = try TLSMaterial(reading: configuration)
        let context = try TLSContext.make(material, configuration, side: .server)
        self.configuration = configuration
        state = Mutex(
            State(
                context: context, fingerprints: material.fingerprints,
                lastSuccess: Timestamp.now().seconds))
    }

    /// The context in use.
    public var context: TLSContext { state.withLock { $0.context } }

    /// What to show of it, as it is now.
    public var status: TLSStatus {
        state.withLock { state in
            TLSStatus(
                lastSuccess: state.lastSuccess,
                failuresInSuccession: state.failuresInSuccession,
                certificateNotAfter: state.context.certificate.notAfter,
                revocationListsNextUpdate: state.context.revocationLists.nextUpdateDue)
        }
    }

    /// Reads the files again, on a thread that may block. To be called by one caller at a time.
    public func refresh() async -> Outcome {
        // The threads end with the process; until then nothing here throws.
        (try? await NIOThreadPool.singleton.runIfActive { [self] in refreshNow() }) ?? .unchanged
    }

    func refreshNow(now: Int64 = Timestamp.now().seconds) -> Outcome {
        let before = state.withLock { $0.fingerprints }
        do throws(TLSConfigurationError) {
            let material = try TLSMaterial(reading: configuration)
            let fingerprints = material.fingerprints
            let isChanged = fingerprints != before
            let new =
                isChanged ? try TLSContext.make(material, configuration, side: .server) : nil
            state.withLock { state in
                if let new { state.context = new }
                state.fingerprints = fingerprints
                state.lastSuccess = now
                state.failure = nil
                state.failuresInSuccession = 0
            }
            return new.map { .renewed($0) } ?? .unchanged
        } catch {
            return state.withLock { state in
                defer { state.failure = error }
                state.failuresInSuccession += 1
                return .failed(error, isNew: state.failure != error)
            }
        }
    }
}

/// The state of a server's certificates and lists, for metrics. Times are Unix times in seconds.
public struct TLSStatus: Sendable, Equatable {
    /// When all files were read and found sound last.
    public let lastSuccess: Int64
    /// Attempts since then that found them unsound.
    public let failuresInSuccession: Int
    /// The last second at which the server's own certificate is valid.
    public let certificateNotAfter: Int64
    /// The first moment at which an authority is without a valid revocation list, after which nobody
    /// of its is let in. Nil where revocation is not checked.
    public let revocationListsNextUpdate: Int64?
}
