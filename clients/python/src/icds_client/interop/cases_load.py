"""The long cases: many calls, many connections, a writer that must wait."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from icds_client.icds.testing.v1.interop_services import TestServiceClient
from icds_client.interop.case import (
    LARGE_RESPONSE_BYTES, CaseFailed, Context, duplex_request, expect, large_request)
from icds_client.options import CallOptions

SOAK_SECONDS_MAX = 1.0
THREADS = 64
PUSHBACK_MESSAGES = 64
PUSHBACK_BYTES = 65_536
QUIET_SECONDS = 0.3


def rpc_soak(context: Context) -> None:
    """Large calls one after the other on one channel, each within a second, none failing."""
    for _ in range(context.soak_calls):
        _soak(context.service)


def channel_soak(context: Context) -> None:
    """The same, with a connection for each call."""
    for _ in range(context.soak_calls):
        with context.new_channel() as channel:
            _soak(TestServiceClient(channel))


def _soak(service: TestServiceClient) -> None:
    answer = service.unary_call(large_request(), CallOptions(timeout_seconds=SOAK_SECONDS_MAX))
    expect(len(answer.payload.body), LARGE_RESPONSE_BYTES, "size")


def concurrent_large_unary(context: Context) -> None:
    """A thousand large calls at once on one channel: all are answered."""
    with context.new_channel() as channel:
        service = TestServiceClient(channel)
        with ThreadPoolExecutor(max_workers=THREADS) as threads:
            answers = threads.map(
                lambda _: len(service.unary_call(large_request()).payload.body),
                range(context.concurrent_calls))
            expect(set(answers), {LARGE_RESPONSE_BYTES}, "sizes")


def flow_control_pushback(context: Context) -> None:
    """A reader that does not read stops the writer, and other calls go on; when it reads,
    everything comes."""
    sent = [0]
    with context.service.full_duplex_call() as call:

        def write() -> None:
            for _ in range(PUSHBACK_MESSAGES):
                call.send(duplex_request(PUSHBACK_BYTES, PUSHBACK_BYTES))
                sent[0] += 1
            call.finish()

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        stopped_at = _count_when_quiet(sent)
        if stopped_at == PUSHBACK_MESSAGES:
            raise CaseFailed("the writer was never stopped")
        _soak(context.service)
        expect(sum(1 for _ in call), PUSHBACK_MESSAGES, "answers")
        writer.join()
        expect(sent[0], PUSHBACK_MESSAGES, "requests")


def _count_when_quiet(sent: list[int]) -> int:
    """The count that has not changed for a while: the writer waits, or is done."""
    while True:
        count = sent[0]
        time.sleep(QUIET_SECONDS)
        if sent[0] == count:
            return count
