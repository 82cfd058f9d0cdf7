"""Typed streaming calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Generic, TypeVar

from icds_client.call import ClientCall
from icds_client.errors import Code, RPCError
from icds_client.metadata import Metadata
from icds_client.method import Method, RequestT, ResponseT
from icds_client.options import ResponseMetadata

SelfT = TypeVar("SelfT", bound="_Stream")


class _Stream:
    """What all streaming calls have: cancelling, metadata, and an end when they are left."""

    def __init__(self, call: ClientCall, filled: ResponseMetadata | None) -> None:
        self._call = call
        self._filled = filled

    def cancel(self) -> None:
        """Ends the call; the server is told. Does nothing to a call that has ended."""
        self._call.cancel()

    @property
    def metadata(self) -> Metadata:
        """Leading metadata; waits for the first frame of the answer."""
        return self._call.wait_metadata()

    @property
    def trailing_metadata(self) -> Metadata:
        """Trailing metadata; there when the call has ended."""
        return self._call.state.trailing_metadata

    def _receive(self) -> bytes | None:
        try:
            return self._call.receive()
        finally:
            if self._filled is not None and self._call.state.has_answer:
                self._filled.leading = self._call.state.metadata
                self._filled.trailing = self._call.state.trailing_metadata

    def __enter__(self: SelfT) -> SelfT:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cancel()

    def __del__(self) -> None:
        call = getattr(self, "_call", None)
        if call is not None and not call.state.has_ended:
            call.drop()


class ResponseStream(_Stream, Generic[ResponseT]):
    """The messages of an answer, for one reader: `for message in stream`.

    Raises the call's `RPCError` at the end where it did not go well. A stream that is left early
    (by `with`, `cancel` or because nobody holds it) is cancelled.
    """

    def __init__(
        self, method: Method[RequestT, ResponseT], call: ClientCall,
        filled: ResponseMetadata | None = None,
        reopen: Callable[[RPCError], ClientCall] | None = None,
    ) -> None:
        """`reopen` gives a new call for one that failed before anything of its answer came, or
        raises."""
        super().__init__(call, filled)
        self._decode = method.decode
        self._reopen = reopen

    def __iter__(self) -> Iterator[ResponseT]:
        return self

    def __next__(self) -> ResponseT:
        payload = self._receive_or_reopen()
        if payload is None:
            raise StopIteration
        try:
            return self._decode(payload)
        except RPCError:
            self.cancel()
            raise

    def _receive_or_reopen(self) -> bytes | None:
        while True:
            try:
                payload = self._receive()
            except RPCError as error:
                if self._reopen is None or self._call.state.has_streamed:
                    raise
                self._call = self._reopen(error)
            else:
                self._reopen = None
                return payload


class _SendingStream(_Stream, Generic[RequestT, ResponseT]):
    """What the calls have in common whose requests are a stream."""

    def __init__(
        self, method: Method[RequestT, ResponseT], call: ClientCall,
        filled: ResponseMetadata | None = None,
    ) -> None:
        super().__init__(call, filled)
        self._decode = method.decode

    def send(self, request: RequestT) -> bool:
        """Sends one request when the server has room for it. Raises where the call has failed;
        False where the server has ended it well and reads no more."""
        return self._call.send(request.SerializeToString())


class ClientStreamCall(_SendingStream[RequestT, ResponseT]):
    """Any number of requests, one answer: `send` each, then `response()`."""

    def response(self) -> ResponseT:
        """Says that no further request follows and waits for the answer."""
        self._call.finish()
        payload = self._receive()
        if payload is None:
            raise RPCError(Code.INTERNAL, "MALFORMED_MESSAGE", "the answer was taken already")
        return self._decode(payload)


class BidirectionalCall(_SendingStream[RequestT, ResponseT]):
    """Requests and responses, each at its own pace. One thread may send while another reads."""

    def finish(self) -> None:
        """Says that no further request follows."""
        self._call.finish()

    def __iter__(self) -> Iterator[ResponseT]:
        return self

    def __next__(self) -> ResponseT:
        payload = self._receive()
        if payload is None:
            raise StopIteration
        return self._decode(payload)
