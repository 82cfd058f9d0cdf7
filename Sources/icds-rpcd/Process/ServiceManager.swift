import Glibc

/// Tells the service manager (systemd's `sd_notify` protocol) how the daemon is, where one listens.
struct ServiceManager: Sendable {
    private let socketPath: String?

    /// - Parameter environment: `NOTIFY_SOCKET` names the manager's datagram socket; an abstract
    ///   one begins with "@".
    init(environment: [String: String]) {
        socketPath = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The daemon serves.
    func ready() { send("READY=1") }

    /// The daemon drains.
    func stopping() { send("STOPPING=1") }

    /// One datagram; a manager that is not there does not hold the daemon up.
    private func send(_ state: String) {
        guard let socketPath else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(socketPath.utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = sendto(descriptor, state, state.utf8.count, flags, pointer, length)
            }
        }
    }
}
