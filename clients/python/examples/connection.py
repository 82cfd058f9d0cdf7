"""What the examples share: a channel, with settings from the environment.

    ICDS_SERVER   host:port of the server
    ICDS_CERT     your certificate (PEM)
    ICDS_KEY      its private key (PEM)
    ICDS_CA       the authority of the server's certificate (PEM)
    ICDS_USER     who acts, for the municipality's log (default: example)
"""

import os
import sys

from icds_client import Channel, Credentials
from icds_client.icds.v1 import access_pb2


def open_channel() -> Channel:
    """A channel to the server; close it, or use it with `with`."""
    missing = [name for name in ("ICDS_SERVER", "ICDS_CERT", "ICDS_KEY", "ICDS_CA")
               if name not in os.environ]
    if missing:
        sys.exit(f"set {', '.join(missing)} first")
    credentials = Credentials(
        os.environ["ICDS_CERT"], os.environ["ICDS_KEY"], os.environ["ICDS_CA"])
    return Channel(os.environ["ICDS_SERVER"], credentials)


def access(purpose: access_pb2.Purpose, reason: str) -> access_pb2.AccessContext:
    """Who acts, for what and why: required in every request for personal data."""
    return access_pb2.AccessContext(
        user_id=os.environ.get("ICDS_USER", "example"), purpose=purpose, reason=reason)
