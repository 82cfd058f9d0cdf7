"""Opening the connection: who is let in and who is believed."""

import dataclasses
import pathlib
import socket
import subprocess
import tempfile
import unittest

from icds_client import Channel, Code, Connection, ConnectionOptions, Credentials, RPCError, Target
from icds_client.interop.scripted_server import ScriptedServer
from tests.support import REPOSITORY, certificates, credentials, credentials_in, serve
from tests.test_channel import answering


class TLSTests(unittest.TestCase):
    def assert_refused(self, code: Code, reason: str, target: Target) -> None:
        with self.assertRaises(RPCError) as caught:
            Connection(target, ConnectionOptions(connect_timeout_seconds=5))
        self.assertEqual((caught.exception.code, caught.exception.reason), (code, reason),
                         caught.exception.message)

    def test_no_server_is_connect_failed(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.assert_refused(
            Code.UNAVAILABLE, "CONNECT_FAILED", Target("127.0.0.1", port, credentials()))

    def test_a_server_of_another_name_is_not_believed(self) -> None:
        with serve(answering) as server:
            target = Target.parse(server.address, credentials(), server_name="other.example")
            self.assert_refused(Code.UNAVAILABLE, "TLS_FAILED", target)

    def test_a_server_of_another_authority_is_not_believed(self) -> None:
        ours = credentials()
        strange = Credentials(
            ours.certificate_file, ours.private_key_file, ours.certificate_file)
        with serve(answering) as server:
            self.assert_refused(
                Code.UNAVAILABLE, "TLS_FAILED", Target.parse(server.address, strange))

    def test_a_revoked_server_is_not_believed_where_there_are_lists(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            script = str(REPOSITORY / "certs" / "make-development-certificates")
            make = [script, "--output", folder]
            names = ["server", "municipality:837:casework"]
            subprocess.run([*make, *names], check=True, capture_output=True)
            place = pathlib.Path(folder)
            unchecked = credentials_in(place, "municipality-837-casework")
            checked = dataclasses.replace(
                unchecked, revocation_files=(str(place / "crl.pem"),))
            with ScriptedServer(
                str(place / "server.pem"), str(place / "server.key"), str(place / "ca.pem"),
                *[answering] * 3,
            ) as server:
                Connection(Target.parse(server.address, checked), ConnectionOptions()).close()
                subprocess.run([*make, "--revoke", "server"], check=True, capture_output=True)
                self.assert_refused(
                    Code.UNAVAILABLE, "TLS_FAILED", Target.parse(server.address, checked))
                Connection(Target.parse(server.address, unchecked), ConnectionOptions()).close()

    def test_a_certificate_that_the_server_refuses_is_named(self) -> None:
        folder = certificates()
        # A server that believes in nothing but its own certificate.
        with ScriptedServer(
            str(folder / "server.pem"), str(folder / "server.key"), str(folder / "server.pem"),
            answering,
        ) as server:
            self.assert_refused(
                Code.UNAUTHENTICATED, "CERTIFICATE_REFUSED",
                Target.parse(server.address, credentials()))

    def test_a_server_that_is_silent_is_left_in_time(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            target = Target("localhost", listener.getsockname()[1], credentials())
            with self.assertRaises(RPCError) as caught:
                Connection(target, ConnectionOptions(connect_timeout_seconds=0.2))
            self.assertEqual(caught.exception.reason, "CONNECT_TIMEOUT")

    def test_addresses_are_host_and_port(self) -> None:
        self.assertEqual(Target.parse("[::1]:7443", credentials()).host, "::1")
        for bad in ("localhost", "localhost:", "localhost:x"):
            with self.assertRaises(ValueError):
                Channel(bad, credentials())


if __name__ == "__main__":
    unittest.main()
