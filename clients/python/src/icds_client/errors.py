"""How a call ends that does not end well (PROTOCOL.md, "Errors")."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from icds_client.icds.wire.v1 import frame_pb2 as wire
from icds_client.metadata import Metadata


class Code(enum.IntEnum):
    """The codes of a status: gRPC's, with gRPC's meaning."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16

    @classmethod
    def of(cls, number: int) -> Code:
        """The code of a number; one that this version does not know counts as UNKNOWN."""
        try:
            return cls(number)
        except ValueError:
            return cls.UNKNOWN


#: Reasons that say that the server did nothing: the same call may be made again, whatever its
#: method does (the column "Again?" of PROTOCOL.md).
REASONS_SAFE_TO_RETRY = frozenset({
    "TOO_MANY_OPEN_CALLS", "TOO_MANY_RUNNING_HANDLERS", "ORGANISATION_BUSY", "SERVER_BUSY",
    "CONNECT_FAILED", "CONNECT_TIMEOUT", "NOT_PROCESSED",
})


class RPCError(Exception):
    """A call that did not succeed, or a connection that could not be made.

    Act on `code` and `reason`; `message` is for a person. `details` are the protocol's
    `StatusDetail`s as they came. `metadata` and `trailing_metadata` are the server's, where it
    answered at all.
    """

    def __init__(
        self, code: Code, reason: str, message: str,
        details: Iterable[wire.StatusDetail] = (), metadata: Metadata = (),
        trailing_metadata: Metadata = (),
    ) -> None:
        super().__init__(code, reason, message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = tuple(details)
        self.metadata = metadata
        self.trailing_metadata = trailing_metadata

    def __str__(self) -> str:
        name = f"{self.code.name}/{self.reason}" if self.reason else self.code.name
        return f"{name}: {self.message}" if self.message else name

    @property
    def is_safe_to_retry(self) -> bool:
        """Whether the call provably never started."""
        return self.reason in REASONS_SAFE_TO_RETRY

    @property
    def retry_after_seconds(self) -> float | None:
        """How long the server asks to wait, where it says so."""
        for detail in self.details:
            if detail.WhichOneof("detail") == "retry_info":
                return detail.retry_info.delay_milliseconds / 1000
        return None

    @property
    def field_violations(self) -> tuple[wire.FieldViolation, ...]:
        """The fields of the request that are wrong."""
        return tuple(
            detail.field_violation for detail in self.details
            if detail.WhichOneof("detail") == "field_violation")

    @classmethod
    def from_status(
        cls, status: wire.Status, metadata: Metadata, trailing_metadata: Metadata
    ) -> RPCError:
        """The error that an End carries."""
        return cls(
            Code.of(status.code), status.reason, status.message, status.details,
            metadata, trailing_metadata)


class ProtocolViolation(Exception):
    """The peer broke the protocol; the connection cannot go on."""
