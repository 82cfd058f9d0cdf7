"""What generated stubs call: a channel, or a single connection."""

from __future__ import annotations

from typing import Protocol

from icds_client.method import Method, RequestT, ResponseT
from icds_client.options import CallOptions
from icds_client.streams import BidirectionalCall, ClientStreamCall, ResponseStream


class Caller(Protocol):
    """Makes calls of the four kinds. All methods may be used by several threads at once."""

    def unary(
        self, method: Method[RequestT, ResponseT], request: RequestT,
        options: CallOptions | None = None,
    ) -> ResponseT:
        """One message there, one back."""

    def server_stream(
        self, method: Method[RequestT, ResponseT], request: RequestT,
        options: CallOptions | None = None,
    ) -> ResponseStream[ResponseT]:
        """One message there, any number back."""

    def client_stream(
        self, method: Method[RequestT, ResponseT], options: CallOptions | None = None,
    ) -> ClientStreamCall[RequestT, ResponseT]:
        """Any number of messages there, one back."""

    def bidirectional(
        self, method: Method[RequestT, ResponseT], options: CallOptions | None = None,
    ) -> BidirectionalCall[RequestT, ResponseT]:
        """Any number of messages there and back, each side at its own pace."""
