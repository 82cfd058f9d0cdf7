"""Asks the daemon who we are to it and whether it serves."""

from connection import open_channel

from icds_client import CallOptions
from icds_client.icds.v1 import health_pb2
from icds_client.icds.v1.health_services import HealthServiceClient


def main() -> None:
    with open_channel() as channel:
        answer = HealthServiceClient(channel).check(
            health_pb2.CheckRequest(), CallOptions(timeout_seconds=5))
        print(f"admitted as {channel.admitted_as}")
        print(f"{health_pb2.ServingStatus.Name(answer.status)}, version {answer.version}")


if __name__ == "__main__":
    main()
