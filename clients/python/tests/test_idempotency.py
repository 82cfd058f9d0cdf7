"""Keys that the channel puts into requests."""

import unittest

from icds_client.icds.v1 import clients_pb2 as clients
from icds_client.idempotency import with_key


class WithKeyTests(unittest.TestCase):
    def test_each_call_gets_a_key_of_its_own(self) -> None:
        request = clients.CreateClientRequest(municipality_code="837")
        keys = set()
        for _ in range(10):
            keyed, has_key = with_key(request)
            self.assertTrue(has_key)
            self.assertEqual(keyed.municipality_code, "837")
            keys.add(keyed.idempotency_key)
        self.assertEqual(len(keys), 10)
        self.assertEqual(request.idempotency_key, "", "the caller's message stays as it is")

    def test_the_callers_own_key_stays(self) -> None:
        keyed, has_key = with_key(clients.CreateClientRequest(idempotency_key="mine"))
        self.assertTrue(has_key)
        self.assertEqual(keyed.idempotency_key, "mine")

    def test_a_request_that_takes_none_gets_none(self) -> None:
        request = clients.GetClientRequest(client_id="x")
        self.assertEqual(with_key(request), (request, False))


if __name__ == "__main__":
    unittest.main()
