"""What a caller may choose: for one call, and for a channel."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from icds_client.cancellation import Cancellation
from icds_client.metadata import Metadata
from icds_client.retry import Backoff, RetryPolicy

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True)
class TraceContext:
    """W3C Trace Context (https://www.w3.org/TR/trace-context/); the server logs the trace id."""

    traceparent: str
    tracestate: str = ""

    def __post_init__(self) -> None:
        if not TRACEPARENT.fullmatch(self.traceparent):
            raise ValueError("traceparent must be 00-<32 hex>-<16 hex>-<2 hex>, not all zeros")

    def metadata(self) -> Metadata:
        """The entries that carry it."""
        state = (("tracestate", self.tracestate),) if self.tracestate else ()
        return (("traceparent", self.traceparent), *state)


@dataclass
class ResponseMetadata:
    """Filled by a call that was given one in its options."""

    leading: Metadata = ()
    trailing: Metadata = ()


@dataclass(frozen=True)
class CallOptions:
    """What one call may choose.

    `timeout_seconds`: the whole call, retries included; None leaves the limit to the server.
    `metadata`: sent with the request. `response_metadata`: an object to fill with the answer's.
    `cancellation`: cancels a unary call from another thread; streams have a `cancel` of their own.
    `wait_for_ready`: wait for a connection while the channel backs off, instead of failing.
    """

    timeout_seconds: float | None = None
    metadata: Metadata = ()
    trace_context: TraceContext | None = None
    response_metadata: ResponseMetadata | None = None
    cancellation: Cancellation | None = None
    wait_for_ready: bool = False

    def request_metadata(self) -> Metadata:
        """All that is sent: the caller's own and the trace context."""
        return (*self.metadata, *(self.trace_context.metadata() if self.trace_context else ()))


@dataclass(frozen=True)
class ConnectionOptions:
    """How one connection behaves; each field is a limit or a time of PROTOCOL.md's.

    `implementation`: name and version for the server's logs, at most 64 printable ASCII bytes.
    `connect_timeout_seconds`: from the first byte to the server's Hello.
    `frame_bytes_max`, `message_bytes_max`: what this side takes from the server.
    `buffered_bytes_max`: unread messages of all streams together; above it no new credit is given
    for the connection until readers have caught up.
    `unsent_bytes_max`: frames that wait for the socket; senders wait above it.
    `keepalive_seconds`: silence after which an open call makes the client ping; never more often
    than the server's `ping_interval_milliseconds_min`. None: no pings.
    `keepalive_timeout_seconds`: silence after a ping that ends the connection.
    """

    implementation: str = "icds-client-python/0.1.0"
    connect_timeout_seconds: float = 10.0
    frame_bytes_max: int = 4_259_840
    message_bytes_max: int = 4_194_304
    buffered_bytes_max: int = 16_777_216
    unsent_bytes_max: int = 1_048_576
    keepalive_seconds: float | None = 30.0
    keepalive_timeout_seconds: float = 20.0


#: Pauses between attempts to connect (PROTOCOL.md, "Staying connected").
CONNECT_BACKOFF = Backoff(initial_seconds=1.0, maximum_seconds=120.0, multiplier=1.6)


@dataclass(frozen=True)
class ChannelOptions:
    """How a channel keeps connections and retries.

    `connections_max`: a further connection is opened only when all others have as many open calls
    as the server allows. `backoff`: pauses between attempts to connect. `retry`: which calls are
    made again, and when.
    """

    connection: ConnectionOptions = field(default_factory=ConnectionOptions)
    connections_max: int = 4
    backoff: Backoff = CONNECT_BACKOFF
    retry: RetryPolicy = field(default_factory=RetryPolicy)
