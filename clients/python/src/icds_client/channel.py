"""A server as vendors' programs see it: calls that find a connection and are retried safely."""

from __future__ import annotations

import threading
import time
import warnings
from types import TracebackType

from icds_client.call import ClientCall
from icds_client.connection import NoPlace
from icds_client.errors import RPCError
from icds_client.method import CallKind, Method, RequestT, ResponseT
from icds_client.options import CallOptions, ChannelOptions
from icds_client.pool import ConnectionPool
from icds_client.retry import TokenBucket
from icds_client.streams import BidirectionalCall, ClientStreamCall, ResponseStream
from icds_client.tls import Credentials, Target


class Channel:
    """Makes calls to one server over a small pool of connections. Safe for any number of threads.

    Connects at the first call and again whenever it must. A call that provably never started is
    made again by itself; other failures only for methods that are declared idempotent, within the
    retry policy and its budget (PROTOCOL.md, "Retries").
    """

    def __init__(
        self, server: str, credentials: Credentials, *, server_name: str = "",
        options: ChannelOptions | None = None,
    ) -> None:
        """`server` is "host:port"; `server_name` the name in its certificate (default: host)."""
        self._options = options or ChannelOptions()
        self._pool = ConnectionPool(
            Target.parse(server, credentials, server_name), self._options)
        self._bucket = TokenBucket()
        self._closing = threading.Event()

    def __enter__(self) -> Channel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        closing = getattr(self, "_closing", None)
        if closing is not None and not closing.is_set():
            warnings.warn(f"unclosed {self!r}", ResourceWarning, source=self, stacklevel=2)

    def close(self) -> None:
        """Closes all connections; open calls fail with CONNECTION_CLOSED."""
        self._closing.set()
        self._pool.close()

    @property
    def admitted_as(self) -> str:
        """The URI under which the server lets us in; connects where there is no connection."""
        return self._pool.connection(None, wait_for_ready=False)[0].admitted_as

    @property
    def connections_opened(self) -> int:
        """How many connections this channel has made so far."""
        return self._pool.opened_count

    def unary(
        self, method: Method[RequestT, ResponseT], request: RequestT,
        options: CallOptions | None = None,
    ) -> ResponseT:
        """One message there, one back; see `Caller`."""
        options = options or CallOptions()
        payload, deadline = request.SerializeToString(), _deadline(options)
        attempt = 1
        while True:
            try:
                answer = self._attempt(method, payload, options, deadline)
            except RPCError as error:
                self._pause_before_retry(method, error, attempt, deadline)
                attempt += 1
            else:
                self._bucket.succeeded()
                return method.decode(answer)

    def server_stream(
        self, method: Method[RequestT, ResponseT], request: RequestT,
        options: CallOptions | None = None,
    ) -> ResponseStream[ResponseT]:
        """One message there, any number back; see `Caller`. Made again while nothing has come and
        the call provably never started."""
        options = options or CallOptions()
        payload, deadline = request.SerializeToString(), _deadline(options)
        attempts = iter(range(1, self._options.retry.attempts_max + 1))

        def reopen(error: RPCError) -> ClientCall:
            while True:
                self._pause_before_retry(
                    method, error, next(attempts, self._options.retry.attempts_max), deadline)
                try:
                    return self._open(method, payload, options, deadline)
                except RPCError as again:
                    error = again

        try:
            call = self._open(method, payload, options, deadline)
        except RPCError as error:
            call = reopen(error)
        return ResponseStream(method, call, options.response_metadata, reopen)

    def client_stream(
        self, method: Method[RequestT, ResponseT], options: CallOptions | None = None,
    ) -> ClientStreamCall[RequestT, ResponseT]:
        """Any number of messages there, one back; see `Caller`. Never made again by itself."""
        options = options or CallOptions()
        call = self._open_stream(method, options)
        return ClientStreamCall(method, call, options.response_metadata)

    def bidirectional(
        self, method: Method[RequestT, ResponseT], options: CallOptions | None = None,
    ) -> BidirectionalCall[RequestT, ResponseT]:
        """Any number of messages there and back; see `Caller`. Never made again by itself."""
        options = options or CallOptions()
        call = self._open_stream(method, options)
        return BidirectionalCall(method, call, options.response_metadata)

    def _attempt(
        self, method: Method[RequestT, ResponseT], payload: bytes, options: CallOptions,
        deadline: float | None,
    ) -> bytes:
        call = self._open(method, payload, options, deadline)
        try:
            answer = call.receive()
        finally:
            if options.response_metadata is not None:
                options.response_metadata.leading = call.state.metadata
                options.response_metadata.trailing = call.state.trailing_metadata
        return answer or b""

    def _open(
        self, method: Method[RequestT, ResponseT], payload: bytes | None, options: CallOptions,
        deadline: float | None,
    ) -> ClientCall:
        while True:
            connection, may_wait = self._pool.connection(deadline, options.wait_for_ready)
            try:
                return connection.open_call(
                    method.full_name, method.kind, payload, options.request_metadata(), deadline,
                    may_wait)
            except NoPlace:
                continue  # Another thread was quicker: look for a connection again.

    def _open_stream(
        self, method: Method[RequestT, ResponseT], options: CallOptions
    ) -> ClientCall:
        """Opens a call whose requests come later; the opening itself may be tried again."""
        deadline, attempt = _deadline(options), 1
        while True:
            try:
                return self._open(method, None, options, deadline)
            except RPCError as error:
                self._pause_before_retry(method, error, attempt, deadline)
                attempt += 1

    def _pause_before_retry(
        self, method: Method[RequestT, ResponseT], error: RPCError, attempt: int,
        deadline: float | None,
    ) -> None:
        """Returns when the next attempt may begin; raises the error where there is none."""
        policy = self._options.retry
        is_idempotent = method.is_idempotent and method.kind is CallKind.UNARY
        if is_idempotent and error.code in policy.codes and not error.is_safe_to_retry:
            if not self._bucket.failed():
                raise error
        if self._closing.is_set() or not policy.allows(error, attempt, is_idempotent):
            raise error
        pause = max(policy.pause_seconds(error, attempt), self._pool.pause_seconds())
        if deadline is not None and time.monotonic() + pause >= deadline:
            raise error
        if self._closing.wait(pause):
            raise error


def _deadline(options: CallOptions) -> float | None:
    """When the call's time is over, by `time.monotonic`."""
    if options.timeout_seconds is None:
        return None
    return time.monotonic() + options.timeout_seconds
