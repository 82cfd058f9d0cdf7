"""As a municipality: records a client, starts an assessment and invites the county to it.

Prints the case reference under which the county may ask (see fetch_as_county.py).
"""

import sys

from connection import access, open_channel

from icds_client import Code, RPCError
from icds_client.icds.v1 import access_pb2, assessments_pb2, clients_pb2
from icds_client.icds.v1.assessments_services import AssessmentServiceClient
from icds_client.icds.v1.clients_services import ClientServiceClient


def main() -> None:
    services = access(access_pb2.PURPOSE_INTEGRATION_SERVICES, "")
    assessment = access(access_pb2.PURPOSE_ASSESSMENT, "Services must be coordinated")
    client = clients_pb2.Client(
        name=clients_pb2.PersonName(given_names="Ada", family_name="Example"),
        birth_date="1990-05-01")
    with open_channel() as channel:
        clients, assessments = ClientServiceClient(channel), AssessmentServiceClient(channel)
        try:
            created = clients.create_client(
                clients_pb2.CreateClientRequest(access=services, client=client)).client
        except RPCError as error:
            if error.code is Code.INVALID_ARGUMENT:
                for violation in error.field_violations:
                    print(f"{violation.field}: {violation.description}", file=sys.stderr)
            raise
        started = assessments.start_assessment(assessments_pb2.StartAssessmentRequest(
            access=assessment, client_id=created.client_id,
            trigger=assessments_pb2.ASSESSMENT_TRIGGER_PROTECTION)).assessment
        invited = assessments.invite_county(assessments_pb2.InviteCountyRequest(
            access=assessment, assessment_id=started.assessment_id)).participation
    print(f"created client {created.client_id} in municipality {created.municipality_code}")
    print(f"county {invited.county_code} may ask under {invited.case_reference}")


if __name__ == "__main__":
    main()
