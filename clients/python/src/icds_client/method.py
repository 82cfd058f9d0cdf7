"""What a stub knows of a method."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Generic, TypeVar

from google.protobuf.message import DecodeError, Message

from icds_client.errors import Code, RPCError

RequestT = TypeVar("RequestT", bound=Message)
ResponseT = TypeVar("ResponseT", bound=Message)


class CallKind(enum.Enum):
    """The four kinds of call (PROTOCOL.md, "Calls")."""

    UNARY = enum.auto()
    SERVER_STREAM = enum.auto()
    CLIENT_STREAM = enum.auto()
    BIDIRECTIONAL = enum.auto()

    @property
    def client_streams(self) -> bool:
        """Whether the client sends any number of messages."""
        return self in (CallKind.CLIENT_STREAM, CallKind.BIDIRECTIONAL)

    @property
    def server_streams(self) -> bool:
        """Whether the server answers with any number of messages."""
        return self in (CallKind.SERVER_STREAM, CallKind.BIDIRECTIONAL)


@dataclass(frozen=True)
class Method(Generic[RequestT, ResponseT]):
    """One row of the contract: the full name as the wire has it, the kind, and the two types."""

    full_name: str
    kind: CallKind
    request_type: type[RequestT]
    response_type: type[ResponseT]
    is_idempotent: bool = False

    def decode(self, payload: bytes) -> ResponseT:
        """An answer's message; the server's bytes are judged like anybody's."""
        try:
            return self.response_type.FromString(payload)
        except DecodeError as error:
            raise RPCError(
                Code.INTERNAL, "MALFORMED_MESSAGE",
                f"the answer of {self.full_name} cannot be decoded") from error
