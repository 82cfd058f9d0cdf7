import Contract
import Wire

extension InteropCase {
    static let cancelling = [
        InteropCase("cancel_after_begin") { target in
            try await target.withClient { client in
                let (begun, begin) = AsyncStream.makeStream(of: Void.self)
                let call = Task {
                    try await TestServiceClient(client).streamingInputCall { _ in
                        begin.finish()
                        // Nothing comes here: this waits until the task is cancelled.
                        for await _ in AsyncStream<Void>.makeStream().stream {}
                    }
                }
                for await _ in begun {}
                call.cancel()
                try await expectFailure(.cancelled, "the cancelled call") {
                    _ = try await call.value
                }
                _ = try await TestServiceClient(client).emptyCall(EmptyCallRequest())
            }
        },
        InteropCase("cancel_after_first_response") { target in
            try await target.withClient { client in
                let call = try await TestServiceClient(client).fullDuplexCall()
                try await call.requests.send(turn(27_182, 31_415))
                let answer = try await call.responses.next()
                try expect(answer?.payload?.body.count, is: 31_415, "bytes of the answer")
                call.cancel()
                try await expectFailure(.cancelled, "the cancelled call") {
                    _ = try await call.responses.next()
                }
                _ = try await TestServiceClient(client).emptyCall(EmptyCallRequest())
            }
        },
    ]
}
