import Glibc

/// A blocking TCP socket from one of the attackers' addresses, with a time limit on every step.
final class PlainSocket {
    let descriptor: Int32
    private var isOpen = true

    /// Connects. The number chooses the address that the connection comes from.
    ///
    /// - Parameter receiveBytes: size of the receive buffer, for peers that do not read.
    init(_ target: Target, number: Int, receiveBytes: Int32? = nil) throws(HostileError) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw .own("socket: error \(errno)") }
        var own = Self.address(
            0x7f01_0001 + UInt32(number % max(1, target.addresses)), port: 0)
        // The kernel chooses the port when it knows both ends, so that ports last longer.
        set(Int32(IPPROTO_IP), 24, Int32(1))
        set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
        if let receiveBytes { set(SOL_SOCKET, SO_RCVBUF, receiveBytes) }
        set(SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: 1, tv_usec: 0))
        set(SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: 1, tv_usec: 0))
        var peer = Self.address(UInt32(bigEndian: inet_addr(target.host)), port: target.port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0
            }
        }
        let isConnected =
            isBound
            && withUnsafePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, length) == 0
                }
            }
        guard isConnected else {
            let reason = errno
            close()
            throw isBound && (reason == EINPROGRESS || reason == ETIMEDOUT) ? .timeout : .closed
        }
    }

    deinit { close() }

    /// Closes with a reset: nothing lingers, so that one machine can play thousands.
    func close() {
        guard isOpen else { return }
        isOpen = false
        set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        _ = Glibc.close(descriptor)
    }

    func send(_ bytes: [UInt8]) throws(HostileError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw errno == EAGAIN ? .timeout : .closed }
            sent += count
        }
    }

    /// Whether there is something to read, an end included.
    func isReadable(withinMilliseconds limit: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, limit) > 0
    }

    /// Whether the kernel takes more bytes at once.
    var isWritable: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// Reads once; empty at the end of the connection.
    func receive(bytesMax: Int = 4_096) throws(HostileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = recv(descriptor, &bytes, bytesMax, 0)
        if count < 0 { throw errno == EAGAIN ? .timeout : .closed }
        return Array(bytes.prefix(count))
    }

    private func set<Value>(_ level: Int32, _ option: Int32, _ value: Value) {
        withUnsafeBytes(of: value) {
            _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
        }
    }

    private static func address(_ address: UInt32, port: UInt16) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        result.sin_addr = in_addr(s_addr: address.bigEndian)
        return result
    }
}
