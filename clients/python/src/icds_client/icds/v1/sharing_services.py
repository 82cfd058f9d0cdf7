"""Clients of the services of icds/v1/sharing.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import sharing_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class SharingServiceClient:
    """Disclosure to wellbeing services counties (Act 681/2023 chapter 9, Act 906/2019 section 22 and
    23). Everything is denied that no rule permits. One client a request, named by the case
    reference or the exact personal identity code; there is no listing, no wildcard and no count.
    """

    FETCH: Method[
        sharing_pb2.FetchRequest, sharing_pb2.FetchResponse
    ] = Method(
        "icds.v1.SharingService/Fetch", CallKind.UNARY,
        sharing_pb2.FetchRequest, sharing_pb2.FetchResponse,
        is_idempotent=True)
    EXPLAIN: Method[
        sharing_pb2.ExplainRequest, sharing_pb2.ExplainResponse
    ] = Method(
        "icds.v1.SharingService/Explain", CallKind.UNARY,
        sharing_pb2.ExplainRequest, sharing_pb2.ExplainResponse,
        is_idempotent=True)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def fetch(
        self, request: sharing_pb2.FetchRequest, options: CallOptions | None = None
    ) -> sharing_pb2.FetchResponse:
        """Decides, and releases what the decision permits.

        Errors: the reason of the first condition that does not hold, with the whole `Decision` as
        a typed detail ("icds.v1.Decision"): PERMISSION_DENIED/NOT_A_COUNTY,
        PERMISSION_DENIED/NO_RULE, PERMISSION_DENIED/RULE_NOT_IN_FORCE,
        PERMISSION_DENIED/REASON_MISSING, PERMISSION_DENIED/CATEGORY_NOT_PERMITTED,
        PERMISSION_DENIED/NOT_IN_COUNTY, PERMISSION_DENIED/MUNICIPALITY_NOT_ACTIVE,
        PERMISSION_DENIED/NO_PARTICIPATION, PERMISSION_DENIED/PARTICIPATION_ENDED,
        PERMISSION_DENIED/ASSESSMENT_NOT_OPEN, PERMISSION_DENIED/CLIENT_NOT_ACTIVE.
        INVALID_ARGUMENT/INVALID_FIELD; RESOURCE_EXHAUSTED/TOO_MANY_REFUSALS where the county was
        refused hundreds of times in a row: nothing is looked at then (Act 906/2019 section 23).
        """
        return self._caller.unary(self.FETCH, request, options)

    def explain(
        self, request: sharing_pb2.ExplainRequest, options: CallOptions | None = None
    ) -> sharing_pb2.ExplainResponse:
        """Decides as `Fetch` does and releases nothing.

        Errors: INVALID_ARGUMENT/INVALID_FIELD; RESOURCE_EXHAUSTED/TOO_MANY_REFUSALS as Fetch. A
        refusal is an answer here, not an error.
        """
        return self._caller.unary(self.EXPLAIN, request, options)
