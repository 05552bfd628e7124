"""Tokens, Hosts and Origins."""

from __future__ import annotations

import pytest

from lila.errors import ConfigError
from lila.server.auth import Doorkeeper, check_start, is_loopback

TOKEN = "a-token-that-is-long-enough"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)
    check_start(host, "")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "8.8.8.8", "no.such.name.invalid"])
def test_any_other_address_needs_a_good_token(host: str) -> None:
    assert not is_loopback(host)
    for token in ("", "short"):
        with pytest.raises(ConfigError, match="token"):
            check_start(host, token)
    check_start(host, TOKEN)


def test_the_token_is_told_from_others() -> None:
    door = Doorkeeper("127.0.0.1", TOKEN)
    assert door.knows(TOKEN)
    for wrong in ("", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é", "\ud800"):
        assert not door.knows(wrong)
    assert door.bearer(f"Bearer {TOKEN}") is True
    assert door.bearer(f"bearer  {TOKEN} ") is True
    assert door.bearer(None) is None
    for wrong in ("", TOKEN, f"Basic {TOKEN}", "Bearer", "Bearer x"):
        assert door.bearer(wrong) is False
    assert Doorkeeper("127.0.0.1").bearer("Bearer anything") is None


@pytest.mark.parametrize(
    "header", ["localhost:8765", "LOCALHOST", "127.0.0.1:8765", "[::1]:8765", "localhost."]
)
def test_hosts_that_are_ours(header: str) -> None:
    assert Doorkeeper("127.0.0.1").allows_host(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "evil.example",
        "evil.example:8765",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "evil.example/localhost",
        "localhost:port",
        "192.168.1.5",
        "8.8.8.8:8765",
        "[::2]",
        "::1",
        "a b",
    ],
)
def test_hosts_that_are_not(header: str | None) -> None:
    assert not Doorkeeper("127.0.0.1").allows_host(header)


def test_an_open_address_is_known_by_any_number_and_its_own_names() -> None:
    door = Doorkeeper("0.0.0.0", TOKEN, ("https://lila.home.example",))
    assert door.allows_host("192.168.1.5:8765")
    assert door.allows_host("lila.home.example")
    assert not door.allows_host("evil.example")


def test_origins() -> None:
    door = Doorkeeper("127.0.0.1", "", ("https://app.example", "http://localhost:3000"))
    host = "127.0.0.1:8765"
    for good in (None, "https://app.example", "http://localhost:3000", "http://127.0.0.1:8765"):
        assert door.allows_origin(good, host)
    for bad in ("null", "", "https://evil.example", "http://localhost:3001", "http://127.0.0.1", "file://"):
        assert not door.allows_origin(bad, host)
    for bad in ("https://app.example.evil.example", "http://app.example", "ftp://127.0.0.1:8765"):
        assert not door.allows_origin(bad, host)
