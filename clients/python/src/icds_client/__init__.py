"""Client of the icds-rpc protocol, version 1: calls of all four kinds over TLS 1.3.

    from icds_client import Channel, CallOptions, Credentials
    from icds_client.icds.v1 import health_pb2
    from icds_client.icds.v1.health_services import HealthServiceClient

    credentials = Credentials("client.pem", "client.key", "ca.pem")
    with Channel("localhost:7443", credentials) as channel:
        print(HealthServiceClient(channel).check(health_pb2.CheckRequest()))
"""

from icds_client.caller import Caller
from icds_client.cancellation import Cancellation
from icds_client.channel import Channel
from icds_client.connection import Connection
from icds_client.errors import Code, RPCError
from icds_client.metadata import Metadata
from icds_client.method import CallKind, Method
from icds_client.options import (
    CallOptions, ChannelOptions, ConnectionOptions, ResponseMetadata, TraceContext)
from icds_client.retry import Backoff, RetryPolicy
from icds_client.streams import BidirectionalCall, ClientStreamCall, ResponseStream
from icds_client.tls import Credentials, Target

__all__ = [
    "Backoff", "BidirectionalCall", "CallKind", "CallOptions", "Caller", "Cancellation",
    "Channel", "ChannelOptions", "ClientStreamCall", "Code", "Connection", "ConnectionOptions", "Credentials",
    "Metadata", "Method", "RPCError", "ResponseMetadata", "ResponseStream", "RetryPolicy",
    "Target", "TraceContext",
]
