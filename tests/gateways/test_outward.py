"""Which addresses are public, whatever they are written like, and whose answer counts."""

from __future__ import annotations

import ipaddress

import pytest

from gateways.outward import NotPublic, check_public, destination


@pytest.mark.parametrize("ip", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_a_public_address(ip: str) -> None:
    check_public(ipaddress.ip_address(ip), nearby=False)


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.9.9.9", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "fd00::1", "100.64.0.1",
        "169.254.169.254", "fe80::1", "0.0.0.1", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "192.0.2.1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "240.0.0.1",
    ],
)  # fmt: skip
def test_any_other_is_not(ip: str) -> None:
    with pytest.raises(NotPublic):
        check_public(ipaddress.ip_address(ip), nearby=False)


@pytest.mark.parametrize(
    ("ip", "is_near"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("fd00::1", True), ("93.184.216.34", True),
     ("::ffff:10.0.0.1", True), ("169.254.169.254", False), ("::", False), ("224.0.0.1", False),
     ("::ffff:169.254.169.254", False), ("fe80::1", False)],
)  # fmt: skip
def test_the_settings_let_near_ones_through_but_not_those_of_the_cloud(ip: str, is_near: bool) -> None:
    if is_near:
        check_public(ipaddress.ip_address(ip), nearby=True)
        return
    with pytest.raises(NotPublic):
        check_public(ipaddress.ip_address(ip), nearby=True)


def test_every_address_of_a_name_must_be_public() -> None:
    with pytest.raises(NotPublic):
        destination("https://h.example.it/x", nearby=False, resolve=lambda *_: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(OSError, match="not known"):
        destination("https://h.example.it/x", nearby=False, resolve=lambda *_: [])
    found = destination("https://h.example.it:8443/x/y", nearby=False, resolve=lambda *_: ["93.184.216.34"])
    assert (found.host, found.port, found.path, found.hosts) == ("h.example.it", 8443, "/x/y", ("93.184.216.34",))
