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


#: Reasons of a server that did nothing: the same call may be made again, whatever its method does
#: (the column "Again?" of PROTOCOL.md). They count only with the code that the library gives them,
#: since a service may pass on what it got elsewhere.
SERVER_REASONS_SAFE_TO_RETRY = frozenset({
    "TOO_MANY_OPEN_CALLS", "TOO_MANY_RUNNING_HANDLERS", "ORGANISATION_BUSY", "SERVER_BUSY",
})

#: Reasons of this side that say the same; no server's word counts for these.
CLIENT_REASONS_SAFE_TO_RETRY = frozenset({"CONNECT_FAILED", "CONNECT_TIMEOUT", "NOT_PROCESSED"})

#: Codes with which a server judges a call that it has looked at, which it does only where no attempt
#: with the call's key was kept; but for the reasons below.
JUDGEMENTS = frozenset({
    Code.INVALID_ARGUMENT, Code.NOT_FOUND, Code.ALREADY_EXISTS, Code.FAILED_PRECONDITION,
    Code.OUT_OF_RANGE, Code.ABORTED,
})
NO_JUDGEMENTS = frozenset({"CONCURRENT_CHANGE", "IDEMPOTENCY_KEY_REUSED"})

#: Reasons of this side after which trying again does not help.
FINAL_REASONS = frozenset({"TLS_FAILED", "CERTIFICATE_REFUSED", "CONNECTION_CLOSED"})


class RPCError(Exception):
    """A call that did not succeed, or a connection that could not be made.

    Act on `code` and `reason`; `message` is for a person. `details` are the protocol's
    `StatusDetail`s as they came. `metadata` and `trailing_metadata` are the server's, where it
    answered at all; `is_from_server` says whether it did.
    """

    def __init__(
        self, code: Code, reason: str, message: str,
        details: Iterable[wire.StatusDetail] = (), metadata: Metadata = (),
        trailing_metadata: Metadata = (), is_from_server: bool = False,
    ) -> None:
        super().__init__(code, reason, message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = tuple(details)
        self.metadata = metadata
        self.trailing_metadata = trailing_metadata
        self.is_from_server = is_from_server

    def __str__(self) -> str:
        name = f"{self.code.name}/{self.reason}" if self.reason else self.code.name
        return f"{name}: {self.message}" if self.message else name

    @property
    def is_safe_to_retry(self) -> bool:
        """Whether the call provably never started."""
        if self.is_from_server:
            return (self.code is Code.RESOURCE_EXHAUSTED
                    and self.reason in SERVER_REASONS_SAFE_TO_RETRY)
        return self.reason in CLIENT_REASONS_SAFE_TO_RETRY

    @property
    def was_never_sent(self) -> bool:
        """Whether no server can have seen the call."""
        return not self.is_from_server and self.reason in CLIENT_REASONS_SAFE_TO_RETRY

    @property
    def is_temporary(self) -> bool:
        """Whether the same call might go well another time; something may have been done."""
        if self.is_from_server and self.code is Code.RESOURCE_EXHAUSTED:
            return self.retry_after_seconds is not None
        if self.is_from_server and self.reason == "OUTCOME_UNKNOWN":
            return self.code is Code.UNKNOWN  # Lost at the commit: asking again tells.
        is_final = not self.is_from_server and self.reason in FINAL_REASONS
        return self.code is Code.UNAVAILABLE and not is_final

    @property
    def leaves_outcome_open(self) -> bool:
        """Whether the call may have been carried out: its connection was lost, or the server says
        so."""
        if self.is_from_server:
            return self.code is Code.UNKNOWN and self.is_temporary
        return self.is_temporary and not self.is_safe_to_retry

    @property
    def settles_outcome(self) -> bool:
        """Whether the server has judged the call itself, so that it knows of earlier attempts; or
        this side has given up, which says by itself that nobody knows."""
        if self.is_from_server:
            is_judged = self.code in JUDGEMENTS and self.reason not in NO_JUDGEMENTS
            return is_judged and not (self.is_safe_to_retry or self.is_temporary)
        has_given_up = self.code in (Code.CANCELLED, Code.DEADLINE_EXCEEDED)
        return has_given_up and not self.is_safe_to_retry

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
            metadata, trailing_metadata, is_from_server=True)


class ProtocolViolation(Exception):
    """The peer broke the protocol; the connection cannot go on."""
