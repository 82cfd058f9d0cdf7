"""A server as vendors' programs see it: calls that find a connection and are retried safely."""

from __future__ import annotations

import threading
import warnings
from types import TracebackType

from icds_client.attempts import Attempts
from icds_client.call import ClientCall
from icds_client.connection import NoPlace
from icds_client.errors import RPCError
from icds_client.idempotency import with_key
from icds_client.method import Method, RequestT, ResponseT
from icds_client.options import CallOptions, ChannelOptions
from icds_client.pool import ConnectionPool
from icds_client.retry import TokenBucket
from icds_client.streams import BidirectionalCall, ClientStreamCall, ResponseStream
from icds_client.tls import Credentials, Target


class Channel:
    """Makes calls to one server over a small pool of connections. Safe for any number of threads.

    Connects at the first call and again whenever it must. A call that provably never started is
    made again by itself; other failures only for methods that are declared idempotent, within the
    retry policy and its budget (PROTOCOL.md, "Staying connected").
    """

    def __init__(
        self, server: str, credentials: Credentials, *, server_name: str = "",
        options: ChannelOptions | None = None,
    ) -> None:
        """`server` is "host:port"; `server_name` the name in its certificate (default: host)."""
        self._options = options or ChannelOptions()
        self._pool = ConnectionPool(
            Target.parse(server, credentials, server_name), self._options)
        self._bucket = TokenBucket(self._options.retry)
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
        """One message there, one back; see `Caller`.

        A request that takes an idempotency key and has none is given one, so that it can be made
        again whatever its method does."""
        options = options or CallOptions()
        request, has_key = with_key(request)
        payload = request.SerializeToString()
        attempts = self._attempts(method, options, has_key)
        while True:
            try:
                answer = self._attempt(method, payload, options, attempts)
            except RPCError as error:
                attempts.failed(error)
            else:
                attempts.succeeded()
                return method.decode(answer)

    def server_stream(
        self, method: Method[RequestT, ResponseT], request: RequestT,
        options: CallOptions | None = None,
    ) -> ResponseStream[ResponseT]:
        """One message there, any number back; see `Caller`. Made again only while nothing of the
        answer has come."""
        options = options or CallOptions()
        payload, attempts = request.SerializeToString(), self._attempts(method, options)

        def reopen(error: RPCError) -> ClientCall:
            while True:
                attempts.failed(error)
                try:
                    return self._open(method, payload, attempts)
                except RPCError as again:
                    error = again

        try:
            call = self._open(method, payload, attempts)
        except RPCError as error:
            call = reopen(error)
        return ResponseStream(method, call, options.response_metadata, reopen)

    def client_stream(
        self, method: Method[RequestT, ResponseT], options: CallOptions | None = None,
    ) -> ClientStreamCall[RequestT, ResponseT]:
        """Any number of messages there, one back; see `Caller`. Never made again once open."""
        options = options or CallOptions()
        call = self._open_stream(method, options)
        return ClientStreamCall(method, call, options.response_metadata)

    def bidirectional(
        self, method: Method[RequestT, ResponseT], options: CallOptions | None = None,
    ) -> BidirectionalCall[RequestT, ResponseT]:
        """Any number of messages there and back; see `Caller`. Never made again once open."""
        options = options or CallOptions()
        call = self._open_stream(method, options)
        return BidirectionalCall(method, call, options.response_metadata)

    def _attempts(
        self, method: Method[RequestT, ResponseT], options: CallOptions, has_key: bool = False
    ) -> Attempts:
        return Attempts(
            self._options.retry, self._bucket, self._pool, self._closing,
            method.is_idempotent or has_key, options)

    def _attempt(
        self, method: Method[RequestT, ResponseT], payload: bytes, options: CallOptions,
        attempts: Attempts,
    ) -> bytes:
        if options.cancellation is not None:
            options.cancellation.check()
        call = self._open(method, payload, attempts)
        if options.cancellation is not None:
            options.cancellation.attach(call)
        try:
            answer = call.receive()
        finally:
            if options.response_metadata is not None:
                options.response_metadata.leading = call.state.metadata
                options.response_metadata.trailing = call.state.trailing_metadata
        return answer or b""

    def _open(
        self, method: Method[RequestT, ResponseT], payload: bytes | None, attempts: Attempts
    ) -> ClientCall:
        while True:
            connection, may_wait = self._pool.connection(
                attempts.deadline, attempts.wait_for_ready)
            try:
                return connection.open_call(
                    method.full_name, method.kind, payload, attempts.metadata(),
                    attempts.deadline, may_wait)
            except NoPlace:
                continue  # Another thread was quicker: look for a connection again.

    def _open_stream(
        self, method: Method[RequestT, ResponseT], options: CallOptions
    ) -> ClientCall:
        """Opens a call whose requests come later; the opening itself may be tried again."""
        attempts = self._attempts(method, options)
        while True:
            try:
                return self._open(method, None, attempts)
            except RPCError as error:
                attempts.failed(error)
