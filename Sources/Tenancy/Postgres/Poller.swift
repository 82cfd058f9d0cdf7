internal import CPostgres
internal import Glibc

/// The sockets of one reactor and the bell that wakes it (epoll and eventfd).
///
/// All but ``wake()`` is called by the reactor's thread alone. It owns its two descriptors.
final class Poller: Sendable {
    struct Event {
        var slot: Int
        var isReadable: Bool
        var isWritable: Bool
    }

    private static let bell = UInt64.max
    private let epoll: Int32
    private let bellDescriptor: Int32

    /// Throws when the process is out of descriptors.
    init() throws(DatabaseError) {
        epoll = epoll_create1(icds_epoll_cloexec)
        bellDescriptor = eventfd(0, icds_eventfd_flags)
        guard epoll >= 0, bellDescriptor >= 0 else {
            throw DatabaseError(.unavailable, "cannot make the reactor's descriptors: \(errno)")
        }
        var event = epoll_event(events: icds_epoll_in, data: epoll_data_t(u64: Self.bell))
        epoll_ctl(epoll, EPOLL_CTL_ADD, bellDescriptor, &event)
    }

    deinit {
        if epoll >= 0 { close(epoll) }
        if bellDescriptor >= 0 { close(bellDescriptor) }
    }

    /// From any thread: makes the current or next wait return at once.
    func wake() {
        var one: UInt64 = 1
        // It can only fail when the counter is full, and then the bell is ringing already.
        _ = write(bellDescriptor, &one, MemoryLayout<UInt64>.size)
    }

    func add(_ descriptor: Int32, slot: Int, read: Bool, write: Bool) {
        var event = Self.event(slot, read, write)
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    }

    func change(_ descriptor: Int32, slot: Int, read: Bool, write: Bool) {
        var event = Self.event(slot, read, write)
        epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event)
    }

    /// Before the descriptor is closed; harmless when it is not there.
    func remove(_ descriptor: Int32) {
        var event = epoll_event()
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event)
    }

    private static func event(_ slot: Int, _ read: Bool, _ write: Bool) -> epoll_event {
        epoll_event(
            events: (read ? icds_epoll_in : 0) | (write ? icds_epoll_out : 0),
            data: epoll_data_t(u64: UInt64(slot)))
    }

    /// Waits for sockets or the bell, at most `milliseconds` (nil: as long as it takes).
    func wait(milliseconds: Int32?, _ events: inout [Event]) {
        events.removeAll(keepingCapacity: true)
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { buffer in
            let count = epoll_wait(epoll, buffer.baseAddress, 64, milliseconds ?? -1)
            guard count > 0 else { return }
            for index in 0..<Int(count) {
                let event = buffer[index]
                guard event.data.u64 != Self.bell else {
                    silenceBell()
                    continue
                }
                // An error or a hang-up is met by reading.
                let isWritable = event.events & icds_epoll_out != 0
                let isReadable = event.events & ~icds_epoll_out != 0
                events.append(
                    Event(
                        slot: Int(event.data.u64), isReadable: isReadable, isWritable: isWritable))
            }
        }
    }

    private func silenceBell() {
        var count: UInt64 = 0
        _ = read(bellDescriptor, &count, MemoryLayout<UInt64>.size)
    }
}
