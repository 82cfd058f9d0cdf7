import CProcess
package import NIOPosix

/// The event loops of the process: one for each processor that it may run on.
///
/// NIO's own group counts all processors of the machine. A process that is pinned to fewer (by
/// `taskset`, `CPUAffinity=` of systemd, a container's set) would have loops that take turns on one
/// processor, each waiting for the other's time slice with its connections.
package enum EventLoops {
    /// When the rounds of these loops end.
    static let rounds = LoopRounds()

    /// Never shut down: it lives as long as the process.
    package static let group = MultiThreadedEventLoopGroup(
        numberOfThreads: Int(icds_processor_count()), metricsDelegate: rounds)
}
