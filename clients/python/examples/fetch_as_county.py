"""As a county: takes part in an assessment and fetches what the Act allows of its client.

    python fetch_as_county.py CASE_REFERENCE [MUNICIPALITY_CODE]
"""

import sys

from connection import access, open_channel

from icds_client import Code, RPCError
from icds_client.icds.v1 import access_pb2, assessments_pb2, options_pb2, sharing_pb2
from icds_client.icds.v1.assessments_services import AssessmentServiceClient
from icds_client.icds.v1.sharing_services import SharingServiceClient


def main(case_reference: str, municipality_code: str = "837") -> None:
    context = access(access_pb2.PURPOSE_ASSESSMENT, "Joint assessment of services")
    with open_channel() as channel:
        try:
            AssessmentServiceClient(channel).accept_participation(
                assessments_pb2.AcceptParticipationRequest(
                    access=context, municipality_code=municipality_code,
                    case_reference=case_reference))
            answer = SharingServiceClient(channel).fetch(sharing_pb2.FetchRequest(
                access=context, municipality_code=municipality_code,
                case_reference=case_reference))
        except RPCError as error:
            if error.code not in (Code.PERMISSION_DENIED, Code.NOT_FOUND):
                raise
            print(f"refused: {error}")
            return
    decision, name = answer.decision, answer.client.name
    released = [options_pb2.DataCategory.Name(category) for category in decision.released]
    print(f"permitted by {decision.rule} ({decision.legal_basis}): {', '.join(released)}")
    print(f"the client is {name.given_names} {name.family_name}")


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
