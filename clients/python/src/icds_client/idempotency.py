"""Keys by which a call that is made again gets its first answer (PROTOCOL.md, "Idempotency keys")."""

from __future__ import annotations

import uuid
from typing import TypeVar

from google.protobuf.message import Message

#: The field of a request that takes one.
FIELD = "idempotency_key"

MessageT = TypeVar("MessageT", bound=Message)


def with_key(request: MessageT) -> tuple[MessageT, bool]:
    """The request with a key where it takes one, its own or a new one, and whether it has one.

    The caller's message is left as it is: made again by the program, it is another call."""
    if FIELD not in request.DESCRIPTOR.fields_by_name:
        return request, False
    if getattr(request, FIELD):
        return request, True
    keyed = type(request)()
    keyed.CopyFrom(request)
    setattr(keyed, FIELD, uuid.uuid4().hex)
    return keyed, True
