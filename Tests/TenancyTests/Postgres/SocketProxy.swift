import Glibc
import Synchronization
import TestSupport

/// A unix socket before PostgreSQL's own, which can hold back answers and cut connections.
final class SocketProxy: Sendable {
    private struct State {
        var holdsAnswers = false
        var heldQuestion: String?
        var isClosed = false
        var acceptedCount = 0
        var pairs: [(client: Int32, server: Int32)] = []
    }

    let folder: String
    private let target: String
    private let listener: Int32
    private let state = Mutex(State())

    init(to cluster: TestCluster) throws {
        target = try cluster.socketFolder() + "/.s.PGSQL.5432"
        var template = Array("/tmp/icds-proxy-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ProxyError() }
        folder = template.withUnsafeBufferPointer { pointer in
            pointer.baseAddress.map { String(cString: $0) } ?? ""
        }
        listener = try Self.makeSocket(folder + "/.s.PGSQL.5432") { bind($0, $1, $2) }
        guard listen(listener, 16) == 0 else { throw ProxyError() }
        Self.thread { [self] in accept() }
    }

    struct ProxyError: Error {}

    func connectionString(user: String, database: String) -> String {
        "host=\(folder) port=5432 user=\(user) dbname=\(database)"
    }

    /// Connections so far, cancel requests among them.
    var acceptedCount: Int { state.withLock { $0.acceptedCount } }

    /// From now on PostgreSQL's answers wait here.
    func holdAnswers() { state.withLock { $0.holdsAnswers = true } }
    func releaseAnswers() { state.withLock { $0.holdsAnswers = false } }

    /// From now on what PostgreSQL answers on a connection waits here from the moment on that somebody
    /// asks something with this text on it; nil: on no connection where nobody has asked yet.
    func holdAnswers(to question: String?) { state.withLock { $0.heldQuestion = question } }

    /// Breaks all connections, towards both sides.
    func cut() {
        state.withLock { state in
            for pair in state.pairs {
                shutdown(pair.client, Int32(SHUT_RDWR))
                shutdown(pair.server, Int32(SHUT_RDWR))
            }
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
        unlink(folder + "/.s.PGSQL.5432")
        rmdir(folder)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            guard let server = try? Self.makeSocket(target, { connect($0, $1, $2) }) else {
                Glibc.close(client)
                continue
            }
            state.withLock { state in
                state.acceptedCount += 1
                state.pairs.append((client, server))
            }
            Self.thread { [self] in relay(client, server) }
        }
        Glibc.close(listener)
    }

    private func relay(_ client: Int32, _ server: Int32) {
        var hasAsked = false
        while true {
            let (holdsAll, question) = state.withLock { ($0.holdsAnswers, $0.heldQuestion) }
            let holds = holdsAll || hasAsked
            var watched = [pollfd(fd: client, events: Int16(POLLIN), revents: 0)]
            if !holds { watched.append(pollfd(fd: server, events: Int16(POLLIN), revents: 0)) }
            // Short, so that a change of mind is noticed.
            guard poll(&watched, nfds_t(watched.count), 5) >= 0 else { break }
            if watched[0].revents != 0 {
                guard let asked = Self.copy(from: client, to: server) else { break }
                if let question, asked.contains(Array(question.utf8)) { hasAsked = true }
            }
            if watched.count > 1, watched[1].revents != 0,
                Self.copy(from: server, to: client) == nil
            {
                break
            }
        }
        state.withLock { $0.pairs.removeAll { $0.client == client } }
        Glibc.close(client)
        Glibc.close(server)
    }

    /// What was copied; nil where one of the two has gone.
    private static func copy(from source: Int32, to sink: Int32) -> [UInt8]? {
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
            let count = recv(source, buffer.baseAddress, buffer.count, 0)
            guard count > 0, send(sink, buffer.baseAddress, count, Int32(MSG_NOSIGNAL)) == count
            else { return nil }
            return Array(buffer[..<count])
        }
    }

    private static func makeSocket(
        _ path: String, _ use: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            Glibc.close(descriptor)
            throw ProxyError()
        }
        return descriptor
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        pthread_detach(thread)
    }
}
