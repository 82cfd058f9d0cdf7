"""Opening the TLS connection (PROTOCOL.md, "TLS")."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass

from icds_client.errors import Code, RPCError

ALPN = "icds-rpc/1"

#: Words in OpenSSL's text for the alerts about a certificate (42 to 49 and 116).
CERTIFICATE_ALERTS = ("CERTIFICATE", "UNKNOWN_CA", "UNKNOWN CA", "ACCESS_DENIED", "ACCESS DENIED")


@dataclass(frozen=True)
class Credentials:
    """Who we are and whom we believe: paths of PEM files. With `revocation_files` each certificate of
    the server's chain needs a list of its issuer that is valid now; without any it is not checked.
    All are read anew for each connection."""

    certificate_file: str
    private_key_file: str
    authority_file: str
    revocation_files: tuple[str, ...] = ()

    def context(self) -> ssl.SSLContext:
        """TLS 1.3 with both certificates and our ALPN name; sessions are not resumed."""
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=self.authority_file)
        for path in self.revocation_files:
            context.load_verify_locations(cafile=path)
            context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_CHAIN
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.certificate_file, self.private_key_file)
        context.set_alpn_protocols([ALPN])
        return context


@dataclass(frozen=True)
class Target:
    """A server: where it is, and the name that its certificate must have (default: the host)."""

    host: str
    port: int
    credentials: Credentials
    server_name: str = ""

    @classmethod
    def parse(cls, address: str, credentials: Credentials, server_name: str = "") -> Target:
        """Of "host:port", with brackets around an IPv6 address."""
        host, separator, port = address.rpartition(":")
        if not separator or not port.isdigit():
            raise ValueError(f"{address!r}: a server is given as host:port")
        return cls(host.strip("[]"), int(port), credentials, server_name)


def tls_error(error: OSError) -> RPCError:
    """What a failed handshake or a broken TLS connection means (PROTOCOL.md, "What a client says
    of itself")."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return RPCError(
            Code.UNAVAILABLE, "TLS_FAILED",
            f"the server is not who it should be: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        text = f"{error.reason or ''} {error}".upper()
        if "ALERT" in text and any(word in text for word in CERTIFICATE_ALERTS):
            return RPCError(
                Code.UNAUTHENTICATED, "CERTIFICATE_REFUSED",
                f"the server does not accept our certificate ({error.reason})")
        return RPCError(Code.UNAVAILABLE, "TLS_FAILED", f"TLS failed: {error.reason or error}")
    return RPCError(Code.UNAVAILABLE, "CONNECTION_LOST", f"the connection broke: {error}")


def connect_timeout(target: Target) -> RPCError:
    """The server did not admit us in time."""
    return RPCError(
        Code.DEADLINE_EXCEEDED, "CONNECT_TIMEOUT",
        f"{target.host}:{target.port} did not answer in time")


def open_socket(target: Target, deadline: float) -> ssl.SSLSocket:
    """Connects and shakes hands until `deadline` (`time.monotonic`). The peer's name is checked; an
    end without close_notify is reported as an error, not as an end."""
    context = target.credentials.context()
    try:
        plain = socket.create_connection(
            (target.host, target.port), timeout=max(0.001, deadline - time.monotonic()))
    except TimeoutError as error:
        raise connect_timeout(target) from error
    except OSError as error:
        raise RPCError(
            Code.UNAVAILABLE, "CONNECT_FAILED",
            f"no connection to {target.host}:{target.port}: {error}") from error
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.settimeout(max(0.001, deadline - time.monotonic()))
        secure = context.wrap_socket(
            plain, server_hostname=target.server_name or target.host,
            suppress_ragged_eofs=False)
    except TimeoutError as error:
        plain.close()
        raise connect_timeout(target) from error
    except OSError as error:
        plain.close()
        raise tls_error(error) from error
    if secure.selected_alpn_protocol() != ALPN:
        secure.close()
        raise RPCError(Code.UNAVAILABLE, "TLS_FAILED", f"the server does not speak {ALPN}")
    return secure
