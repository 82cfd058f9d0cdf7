"""Interoperability: gRPC's test cases in this protocol's terms, and a server that follows a script.

`python -m icds_client.interop --help` runs the cases against a server with
`icds.testing.v1.TestService`. `ScriptedServer` lets programs be tested against any behaviour.
"""
