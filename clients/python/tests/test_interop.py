"""The interoperability cases: the negative ones always, the others where the server is built."""

import unittest

from icds_client import Channel
from icds_client.interop.__main__ import CASES, NEGATIVE_CASES
from icds_client.interop.case import Context
from tests.servers import interop_server, is_built
from tests.support import channel, credentials, serve

#: Enough to keep every place of a connection taken for a while.
CONCURRENT_CALLS = 200


class NegativeCaseTests(unittest.TestCase):
    def test_the_client_keeps_to_the_protocol_where_the_server_is_difficult(self) -> None:
        for name, case in NEGATIVE_CASES.items():
            script, client = case()
            with self.subTest(name), serve(script) as server, channel(server) as calls:
                client(calls)


@unittest.skipUnless(is_built("icds-interop"), "icds-interop is not built")
class CaseTests(unittest.TestCase):
    def test_all_cases_pass_against_the_server_in_swift(self) -> None:
        with interop_server() as server, Channel(server, credentials()) as shared:
            context = Context(
                shared, lambda: Channel(server, credentials()), concurrent_calls=CONCURRENT_CALLS)
            for name, case in CASES.items():
                with self.subTest(name):
                    case(context)


if __name__ == "__main__":
    unittest.main()
