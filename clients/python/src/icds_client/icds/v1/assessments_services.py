"""Clients of the services of icds/v1/assessments.proto. Generated; do not edit."""

from __future__ import annotations

from icds_client.caller import Caller
from icds_client.icds.v1 import assessments_pb2
from icds_client.method import CallKind, Method
from icds_client.options import CallOptions


class AssessmentServiceClient:
    """Assessments of skills and need of integration services (Act 681/2023 section 14, decree
    869/2024). The municipality assesses; the county takes part where services need to be
    coordinated (14.4).
    """

    START_ASSESSMENT: Method[
        assessments_pb2.StartAssessmentRequest, assessments_pb2.StartAssessmentResponse
    ] = Method(
        "icds.v1.AssessmentService/StartAssessment", CallKind.UNARY,
        assessments_pb2.StartAssessmentRequest, assessments_pb2.StartAssessmentResponse,
        is_idempotent=False)
    GET_ASSESSMENT: Method[
        assessments_pb2.GetAssessmentRequest, assessments_pb2.GetAssessmentResponse
    ] = Method(
        "icds.v1.AssessmentService/GetAssessment", CallKind.UNARY,
        assessments_pb2.GetAssessmentRequest, assessments_pb2.GetAssessmentResponse,
        is_idempotent=True)
    INVITE_COUNTY: Method[
        assessments_pb2.InviteCountyRequest, assessments_pb2.InviteCountyResponse
    ] = Method(
        "icds.v1.AssessmentService/InviteCounty", CallKind.UNARY,
        assessments_pb2.InviteCountyRequest, assessments_pb2.InviteCountyResponse,
        is_idempotent=False)
    ACCEPT_PARTICIPATION: Method[
        assessments_pb2.AcceptParticipationRequest, assessments_pb2.AcceptParticipationResponse
    ] = Method(
        "icds.v1.AssessmentService/AcceptParticipation", CallKind.UNARY,
        assessments_pb2.AcceptParticipationRequest, assessments_pb2.AcceptParticipationResponse,
        is_idempotent=False)
    END_PARTICIPATION: Method[
        assessments_pb2.EndParticipationRequest, assessments_pb2.EndParticipationResponse
    ] = Method(
        "icds.v1.AssessmentService/EndParticipation", CallKind.UNARY,
        assessments_pb2.EndParticipationRequest, assessments_pb2.EndParticipationResponse,
        is_idempotent=False)
    COMPLETE_ASSESSMENT: Method[
        assessments_pb2.CompleteAssessmentRequest, assessments_pb2.CompleteAssessmentResponse
    ] = Method(
        "icds.v1.AssessmentService/CompleteAssessment", CallKind.UNARY,
        assessments_pb2.CompleteAssessmentRequest, assessments_pb2.CompleteAssessmentResponse,
        is_idempotent=False)

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def start_assessment(
        self, request: assessments_pb2.StartAssessmentRequest, options: CallOptions | None = None
    ) -> assessments_pb2.StartAssessmentResponse:
        """Starts an assessment of a client.

        Errors: NOT_FOUND/CLIENT_NOT_FOUND; FAILED_PRECONDITION/ASSESSMENT_OPEN where one is under
        way.
        """
        return self._caller.unary(self.START_ASSESSMENT, request, options)

    def get_assessment(
        self, request: assessments_pb2.GetAssessmentRequest, options: CallOptions | None = None
    ) -> assessments_pb2.GetAssessmentResponse:
        """Reads one assessment.

        Errors: NOT_FOUND/ASSESSMENT_NOT_FOUND.
        """
        return self._caller.unary(self.GET_ASSESSMENT, request, options)

    def invite_county(
        self, request: assessments_pb2.InviteCountyRequest, options: CallOptions | None = None
    ) -> assessments_pb2.InviteCountyResponse:
        """Invites the county of the municipality's area to take part (section 14.4) and answers with
        the case reference to hand to it.

        Errors: NOT_FOUND/ASSESSMENT_NOT_FOUND; FAILED_PRECONDITION/ASSESSMENT_NOT_OPEN;
        FAILED_PRECONDITION/NO_COUNTY where the municipality lies in no county (Åland);
        ALREADY_EXISTS/ALREADY_INVITED.
        """
        return self._caller.unary(self.INVITE_COUNTY, request, options)

    def accept_participation(
        self, request: assessments_pb2.AcceptParticipationRequest, options: CallOptions | None = None
    ) -> assessments_pb2.AcceptParticipationResponse:
        """The county accepts to take part, by the case reference that it was handed.

        Accepting again answers as the first time did.

        Errors: PERMISSION_DENIED/NO_SUCH_INVITATION, the same whether there is no such reference,
        it is another county's, or it has ended; INVALID_ARGUMENT/INVALID_FIELD, also where
        `access.purpose` or `access.reason` is missing; RESOURCE_EXHAUSTED/TOO_MANY_REFUSALS as
        SharingService.Fetch.
        """
        return self._caller.unary(self.ACCEPT_PARTICIPATION, request, options)

    def end_participation(
        self, request: assessments_pb2.EndParticipationRequest, options: CallOptions | None = None
    ) -> assessments_pb2.EndParticipationResponse:
        """The municipality ends the county's part; the county's right to the data ends at once.

        Errors: NOT_FOUND/ASSESSMENT_NOT_FOUND; FAILED_PRECONDITION/NO_PARTICIPATION.
        """
        return self._caller.unary(self.END_PARTICIPATION, request, options)

    def complete_assessment(
        self, request: assessments_pb2.CompleteAssessmentRequest, options: CallOptions | None = None
    ) -> assessments_pb2.CompleteAssessmentResponse:
        """Completes an assessment with its result. The county's part, and its right to the data on
        this ground, end at once.

        Errors: NOT_FOUND/ASSESSMENT_NOT_FOUND; FAILED_PRECONDITION/ASSESSMENT_NOT_OPEN;
        ABORTED/ETAG_MISMATCH.
        """
        return self._caller.unary(self.COMPLETE_ASSESSMENT, request, options)
