internal import CPostgres
internal import Glibc

/// One cancel request. PostgreSQL takes it on a connection of its own, and libpq 15 makes that
/// one blocking, so it is sent on a thread of its own and never by the reactor.
///
/// `@unchecked Sendable` is safe because the `PGcancel` is a copy of the server's address and the
/// connection's key, which nobody changes: the reactor's thread makes it, the thread of its own reads it
/// (libpq documents `PQcancel` as thread-safe), and whoever lets go of it last frees it, once. A peer that
/// goes away can cause one to be sent, at most `DatabaseLimits.cancelsUnderWayMax` at a time, and has no
/// part in what is in it.
final class Canceller: @unchecked Sendable {
    private let cancel: OpaquePointer

    init(owning cancel: OpaquePointer) { self.cancel = cancel }

    deinit { PQfreeCancel(cancel) }

    /// Sends the request and then calls `done`, both on another thread. Without one more thread
    /// nothing is sent; PostgreSQL notices the closed connection by itself.
    func send(then done: @escaping @Sendable () -> Void) {
        let isStarted = DetachedThread.start(name: "icds-cancel") { [self] in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
                _ = PQcancel(cancel, text.baseAddress, 256)
            }
            done()
        }
        if !isStarted { done() }
    }
}

/// A thread that nobody joins.
enum DetachedThread {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void
        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// False when the system gives no thread. `name` has at most 15 bytes.
    static func start(name: String, _ run: @escaping @Sendable () -> Void) -> Bool {
        let body = Unmanaged.passRetained(Body(name: name, run: run))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                icds_name_this_thread(body.name)
                body.run()
                return nil
            }, body.toOpaque())
        guard status == 0 else {
            body.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
