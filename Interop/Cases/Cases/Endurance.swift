import Contract
import Synchronization
import Wire

extension InteropCase {
    private static let soakIterations = 10
    private static let soakIterationMax = Duration.seconds(1)

    static let endurance = [
        InteropCase("pick_first_unary") { target in
            // One connection takes all calls, one after the other and at once.
            try await target.withClient { client in
                for _ in 0..<10 {
                    _ = try await TestServiceClient(client).unaryCall(
                        .with {
                            $0.responseSize = 1
                            $0.payload = payload(1)
                        })
                }
            }
        },
        InteropCase("rpc_soak") { target in
            try await target.withClient { client in
                for number in 1...soakIterations { try await soak(number, client) }
            }
        },
        InteropCase("channel_soak") { target in
            for number in 1...soakIterations {
                try await target.withClient { try await soak(number, $0) }
            }
        },
        InteropCase("concurrent_large_unary") { target in
            try await target.withClient { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<1_000 {
                        // A connection takes so many calls at once (Hello.limits.open_calls_max).
                        if number >= concurrentCalls { try await group.next() }
                        group.addTask { try await largeUnary(client) }
                    }
                    try await group.waitForAll()
                }
            }
        },
        InteropCase("flow_control_pushback") { target in
            try await target.withClient { try await pushback($0) }
        },
    ]

    /// Calls of `concurrent_large_unary` that are open at once.
    private static let concurrentCalls = 100

    /// One iteration: a large unary call in time.
    private static func soak(_ number: Int, _ client: RPCClient) async throws {
        let start = ContinuousClock.now
        try await largeUnary(client)
        let took = start.duration(to: .now)
        guard took <= soakIterationMax else {
            throw InteropFailure(description: "iteration \(number) took \(took)")
        }
    }

    private static let pushedMessages = 400
    private static let pushedBytes = 65_536

    /// Nobody reads the answers of a full-duplex call, so that the server's handler cannot send and
    /// reads no more requests: the writer must block, while other calls of the connection go on.
    private static func pushback(_ client: RPCClient) async throws {
        let call = try await TestServiceClient(client).fullDuplexCall()
        let sent = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<pushedMessages {
                    try await call.requests.send(turn(pushedBytes, UInt32(pushedBytes)))
                    sent.add()
                }
                call.requests.finish()
            }
            for _ in 0..<200 {
                _ = try await TestServiceClient(client).emptyCall(EmptyCallRequest())
            }
            // A call's window in each direction, and a message or two at each end.
            let bytesAhead = sent.value * pushedBytes
            guard bytesAhead <= 2 << 20 else {
                throw InteropFailure(description: "\(bytesAhead) bytes were sent to nobody")
            }
            var answers = 0
            while try await call.responses.next() != nil { answers += 1 }
            try expect(answers, is: pushedMessages, "answers, once they are read")
            try await group.waitForAll()
        }
    }
}

/// A number that tasks share.
private final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add() { count.add(1, ordering: .relaxed) }
}
