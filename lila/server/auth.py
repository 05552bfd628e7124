"""Who may connect: a token for any address but loopback, known Host names, known browser Origins.

A page in a browser can open a WebSocket to this machine, and a name that its owner controls can be made to
point at 127.0.0.1 (DNS rebinding). So a request with an Origin must come from this server's own pages or from
a listed origin, and its Host must be a name that nobody else can own.
"""

from __future__ import annotations

import hmac
import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from lila.errors import ConfigError

__all__ = ["Doorkeeper", "check_start", "is_loopback"]

MIN_TOKEN = 16


def is_loopback(host: str) -> bool:
    """Whether listening on `host` is reachable from this machine only; resolves names."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        pass
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)} if host else set()
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(
        ipaddress.ip_address(str(each).partition("%")[0]).is_loopback for each in found
    )


def check_start(host: str, token: str) -> None:
    """Raise `ConfigError` if the harness may not listen on `host` with this token."""
    if is_loopback(host):
        return
    if not token:
        raise ConfigError(
            f"listening on {host or 'every address'} needs a token, or anybody there could talk to Lila; "
            "set LILA_SERVER_TOKEN, or use 127.0.0.1",
            place="server.token",
        )
    if len(token) < MIN_TOKEN:
        raise ConfigError(
            f"a token of {len(token)} characters can be guessed; use at least {MIN_TOKEN} "
            '(python -c "import secrets; print(secrets.token_urlsafe())" makes one)',
            place="server.token",
        )


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Judges a handshake by its headers. `host`: what the harness listens on."""

    host: str
    token: str = ""
    origins: Collection[str] = ()

    @property
    def needs_token(self) -> bool:
        return bool(self.token)

    def knows(self, token: str) -> bool:
        """Whether it is the token; takes as long for a near miss as for a far one."""
        given, own = token.encode("utf-8", "surrogatepass"), self.token.encode("utf-8", "surrogatepass")
        return hmac.compare_digest(given, own)

    def bearer(self, authorization: str | None) -> bool | None:
        """Whether the Authorization header holds the token; None if there is none to judge."""
        if authorization is None or not self.needs_token:
            return None
        scheme, _, token = authorization.partition(" ")
        return scheme.lower() == "bearer" and self.knows(token.strip())

    def allows_host(self, header: str | None) -> bool:
        """Whether the Host header is a name of this machine and not somebody else's."""
        name = _host_name(header or "")
        if not name:
            return False
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name in self._names()
        return address.is_loopback or not is_loopback(self.host)

    def allows_origin(self, origin: str | None, host_header: str | None) -> bool:
        """Whether a browser page of `origin` may connect; programs send none."""
        if origin is None:
            return True
        if origin in self.origins:
            return True
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and parts.netloc.lower() == (host_header or "").lower()

    def _names(self) -> set[str]:
        names = {"localhost", self.host.lower()}
        if not is_loopback(self.host):
            own = socket.gethostname().lower()
            names |= {own, f"{own}.local", *(_host_name(urlsplit(each).netloc) for each in self.origins)}
        return names - {""}


def _host_name(header: str) -> str:
    """The name in a Host header, without its port; "" if it is none."""
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port
    except ValueError:
        return ""
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return ""
    return (parts.hostname or "").rstrip(".").lower()
