"""The three kinds of stream, against a server with icds.testing.v1.TestService
(`icds-interop serve`)."""

from connection import open_channel

from icds_client.icds.testing.v1 import interop_pb2 as test
from icds_client.icds.testing.v1.interop_services import TestServiceClient


def main() -> None:
    with open_channel() as channel:
        service = TestServiceClient(channel)

        # One request, many answers: iterate. Reading slowly slows the server down; leaving the
        # loop early and the `with` cancels the call.
        request = test.StreamingOutputCallRequest(
            response_parameters=[test.ResponseParameters(size=2000)] * 3)
        with service.streaming_output_call(request) as answers:
            sizes = [len(answer.payload.body) for answer in answers]
        print(f"{sum(sizes)} bytes in {len(sizes)} answers")

        # Many requests, one answer: send, then ask for it. `send` waits when the server is slow.
        with service.streaming_input_call() as call:
            for _ in range(3):
                call.send(test.StreamingInputCallRequest(payload=test.Payload(body=bytes(2000))))
            print(f"the server counted {call.response().aggregated_payload_size} bytes")

        # Both: each side at its own pace; here in turns.
        with service.full_duplex_call() as talk:
            received = []
            for size in (10, 20, 30):
                talk.send(test.FullDuplexCallRequest(
                    response_parameters=[test.ResponseParameters(size=size)]))
                received.append(len(next(talk).payload.body))
            talk.finish()
        print(f"answers one by one: {received}")


if __name__ == "__main__":
    main()
