"""Runs interoperability cases and prints a line for each.

    python -m icds_client.interop --server localhost:7443 --cert client.pem --key client.key \\
        --ca ca.pem --case all

The negative cases bring their own server, which needs a certificate for "localhost":
`--negative-cert server.pem --negative-key server.key`. Without it they are left out, and said to be.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from icds_client.channel import Channel
from icds_client.errors import RPCError
from icds_client.interop import cases_calls, cases_load, cases_status, negative
from icds_client.interop.case import Case, CaseFailed, Context
from icds_client.interop.negative import NegativeCase
from icds_client.interop.scripted_server import ScriptedServer
from icds_client.tls import Credentials

CASES: dict[str, Case] = {case.__name__: case for case in (
    cases_calls.empty_unary, cases_calls.cacheable_unary, cases_calls.large_unary,
    cases_calls.client_streaming, cases_calls.server_streaming, cases_calls.ping_pong,
    cases_calls.empty_stream, cases_calls.timeout_on_sleeping_server,
    cases_calls.cancel_after_begin, cases_calls.cancel_after_first_response,
    cases_status.status_code_and_message, cases_status.special_status_message,
    cases_status.custom_metadata, cases_status.unimplemented_method,
    cases_status.unimplemented_service, cases_calls.pick_first_unary, cases_status.per_rpc_creds,
    cases_status.compute_engine_channel_credentials,
    cases_load.rpc_soak, cases_load.channel_soak, cases_load.concurrent_large_unary,
    cases_load.flow_control_pushback,
)}

NEGATIVE_CASES: dict[str, Callable[[], NegativeCase]] = {case.__name__: case for case in (
    negative.goaway, negative.rst_after_header, negative.rst_during_data, negative.rst_after_data,
    negative.ping, negative.max_streams,
)}


def run_negative(name: str, arguments: argparse.Namespace, credentials: Credentials) -> None:
    """One negative case, against its own server."""
    script, client = NEGATIVE_CASES[name]()
    with ScriptedServer(
        arguments.negative_cert, arguments.negative_key, credentials.authority_file, script
    ) as server, Channel(server.address, credentials) as channel:
        client(channel)


def run(name: str, act: Callable[[], None]) -> bool:
    """Runs one case, prints its line, and returns whether it passed."""
    start = time.monotonic()
    try:
        act()
        outcome = "ok"
    except (CaseFailed, RPCError, AssertionError) as error:
        outcome = f"FAILED: {error}"
    print(f"{name:<28} {outcome} ({(time.monotonic() - start) * 1000:.0f} ms)", flush=True)
    return outcome == "ok"


def parse(words: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m icds_client.interop", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", help="host:port of a server with TestService")
    parser.add_argument("--server-name", default="", help="name in its certificate")
    for name, text in (("cert", "our certificate"), ("key", "its key"), ("ca", "authority")):
        parser.add_argument(f"--{name}", required=True, help=f"{text}, a PEM file")
    parser.add_argument("--negative-cert", help="certificate of the negative cases' server")
    parser.add_argument("--negative-key", help="its key")
    parser.add_argument(
        "--case", action="append", choices=["all", *CASES, *NEGATIVE_CASES], metavar="NAME",
        help="a case's name or all; may be given several times (default: all)")
    parser.add_argument("--list", action="store_true", help="print the names and do nothing else")
    parser.add_argument("--soak-calls", type=int, default=10, metavar="N")
    parser.add_argument("--concurrent-calls", type=int, default=1000, metavar="N")
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """0: all passed; 1: some failed; 2: used wrongly."""
    words = sys.argv[1:] if words is None else words
    if "--list" in words:
        print("\n".join([*CASES, *NEGATIVE_CASES]))
        return 0
    arguments = parse(words)
    wanted = arguments.case or ["all"]
    names = [*CASES, *NEGATIVE_CASES] if "all" in wanted else wanted
    credentials = Credentials(arguments.cert, arguments.key, arguments.ca)
    if any(name in CASES for name in names) and not arguments.server:
        print("interop: --server is missing", file=sys.stderr)
        return 2
    failed = 0
    with Channel(arguments.server or "localhost:0", credentials,
                 server_name=arguments.server_name) as channel:
        context = Context(
            channel, lambda: Channel(
                arguments.server, credentials, server_name=arguments.server_name),
            arguments.soak_calls, arguments.concurrent_calls)
        for name in names:
            if name in CASES:
                failed += not run(name, lambda: CASES[name](context))
            elif arguments.negative_cert and arguments.negative_key:
                failed += not run(name, lambda: run_negative(name, arguments, credentials))
            else:
                print(f"{name:<28} left out: no --negative-cert and --negative-key")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
