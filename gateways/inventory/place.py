"""Where another's warehouse may be reached (indirizzi ammessi): nowhere but at places that the installation lists.

A company's administrator names an address and a secret; who runs the installation has put into its settings which
secret goes to which origin. So nobody can make Libretto ask another machine, nor send it somebody's secret. What a name
resolves to is looked at once, and that address is what is connected to.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from gateways.inventory.port import InventoryAway, InventoryNotAllowed
from gateways.outward import PORTS, Resolve, numeric_addresses


class InventorySecret(BaseModel):
    """A secret and the only origin that it goes to, such as https://erp.example.it."""

    origin: str
    token: SecretStr


@dataclass(frozen=True)
class Place:
    """Where to ask, and with which secret; `hosts` are the numeric addresses that were looked at."""

    scheme: str
    host: str
    port: int
    path: str
    hosts: tuple[str, ...]
    token: SecretStr = field(repr=False)

    @property
    def name(self) -> str:
        """How people and facts name it: the host alone."""
        return self.host


def resolved(host: str, port: int) -> list[str]:
    """The numeric addresses of a host. Raises `InventoryAway`."""
    try:
        return numeric_addresses(host, port)
    except OSError as error:
        raise InventoryAway(f"the name {host} is not known") from error


def place_of(
    address: str,
    slug: str,
    secret_name: str,
    secrets: Mapping[str, InventorySecret],
    *,
    local_http: bool,
    resolve: Resolve = resolved,
) -> Place:
    """The place of a company's link. Raises `InventoryNotAllowed` for one that the settings do not allow."""
    secret = secrets.get(f"{slug}/{secret_name}")
    if secret is None:
        raise InventoryNotAllowed(f"the installation has no secret {slug}/{secret_name}")
    try:
        parts, origin = urlsplit(address), _origin(address)
        listed = _origin(secret.origin)
    except ValueError as error:
        raise InventoryNotAllowed("the address cannot be read") from error
    if origin != listed:
        raise InventoryNotAllowed(f"the secret {slug}/{secret_name} goes to {secret.origin} only")
    scheme, host, port = origin
    if scheme == "http" and not local_http:
        raise InventoryNotAllowed("plain http is not allowed; use https")
    hosts = tuple(resolve(host, port))
    for one in hosts:
        _check(ipaddress.ip_address(one.split("%")[0]), scheme)
    if not hosts:
        raise InventoryAway(f"the name {host} is not known")
    return Place(scheme, host, port, parts.path.rstrip("/"), hosts, secret.token)


def _check(found: ipaddress.IPv4Address | ipaddress.IPv6Address, scheme: str) -> None:
    inner = getattr(found, "ipv4_mapped", None) or found
    # Loopback and private ones are well: the installation listed them, and programs of this kind often stand nearby.
    if inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        raise InventoryNotAllowed(f"{inner} is no address of a server")
    if scheme == "http" and not (inner.is_loopback or inner.is_private):
        raise InventoryNotAllowed(f"plain http goes to local addresses only, not to {inner}")


def _origin(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(address)
    return scheme, parts.hostname.lower(), parts.port or PORTS[scheme]
