"""Going out over HTTP to addresses that people gave (uscita): where to, by which socket, and for how long.

What a name resolves to is looked at once, and that address is what is connected to. Addresses of this machine and of
the networks around it are not public: who may name an address may not thereby ask what only we can reach.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

Resolve = Callable[[str, int], list[str]]
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
PORTS = {"https": 443, "http": 80}
CHUNK = 65_536
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(Exception):
    """The address leads to this machine or to a network around it."""


@dataclass(frozen=True)
class Destination:
    """Where a request goes; `hosts` are the numeric addresses that were looked at."""

    scheme: str
    host: str
    port: int
    path: str
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """An answer: its status, some of its body, and its headers by lower-case names."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def numeric_addresses(host: str, port: int) -> list[str]:
    """What a name resolves to, each address once. Raises `OSError`."""
    try:
        return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except UnicodeError as error:
        raise OSError(f"{host} is no name") from error


def destination(address: str, *, nearby: bool, resolve: Resolve = numeric_addresses) -> Destination:
    """Where an address leads. Raises `NotPublic` unless `nearby` allows it, `OSError` for an unknown name."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    if parts.scheme != "https" and not nearby:
        raise NotPublic("plain http is not allowed on this installation")
    hosts = tuple(resolve(host, port))
    if not hosts:
        raise OSError(f"the name {host} is not known")
    for one in hosts:
        check_public(ipaddress.ip_address(one.split("%")[0]), nearby=nearby)
    return Destination(parts.scheme, host, port, parts.path or "/", hosts)


def check_public(found: Ip, *, nearby: bool) -> None:
    """Raises `NotPublic` for an address that is not everybody's; `nearby` lets through what stands near."""
    for one in (found, *_inner(found)):
        near = nearby and (one.is_loopback or one.is_private) and not (one.is_link_local or one.is_unspecified)
        if not near and (not one.is_global or one.is_multicast):
            raise NotPublic(f"{found} is no public address")


def _inner(found: Ip) -> Iterator[Ip]:
    """Addresses of the older kind inside one of the newer: they lead where the inner one leads."""
    if isinstance(found, ipaddress.IPv6Address):
        inner = (found.ipv4_mapped, found.sixtofour, *(found.teredo or ()))
        yield from (one for one in inner if one is not None)
        if found in NAT64:
            yield ipaddress.IPv4Address(found.packed[-4:])


def opened(hosts: Sequence[str], port: int, limit_s: float) -> socket.socket:
    """A connection to the first of the addresses that answers. Raises `OSError`."""
    failed: OSError = OSError("no address")
    until = time.monotonic() + limit_s
    for host in hosts:
        try:
            return socket.create_connection((host, port), timeout=max(0.1, until - time.monotonic()))
        except OSError as error:
            failed = error
    raise failed


def whole_body(response: http.client.HTTPResponse, until: float, largest: int) -> bytes:
    """The whole answer, not larger and not slower than allowed. Raises `OSError`."""
    found = bytearray()
    while chunk := response.read1(CHUNK):
        found += chunk
        if len(found) > largest:
            raise OSError("the answer is too large")
        if time.monotonic() > until:
            raise TimeoutError("the answer took too long")
    return bytes(found)


def post(
    to: Destination,
    body: bytes,
    headers: Mapping[str, str],
    *,
    limit_s: float,
    most_bytes: int,
    trust: str | None = None,
) -> Said:
    """The answer to one POST, and the beginning of its body. Redirects are answers like others.

    However slowly the other side speaks, it is over after `limit_s`. Raises `OSError`, `HTTPException`.
    """
    line = http.client.HTTPConnection(to.host, to.port, timeout=limit_s)
    with _limited(limit_s) as limit:
        try:
            line.sock = limit.take(opened(to.hosts, to.port, limit_s))
            if to.scheme == "https":
                context = ssl.create_default_context(cafile=trust)
                wrapped = context.wrap_socket(line.sock, server_hostname=to.host, do_handshake_on_connect=False)
                line.sock = limit.take(wrapped)
                wrapped.do_handshake()
            line.request("POST", to.path, body, dict(headers))
            response = line.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            said = Said(response.status, response.read(most_bytes), told)
            limit.check()  # headers that were cut off look like whole ones
            return said
        finally:
            line.close()


class _Limit:
    """Shuts the socket at hand when time is over: single reads may each be quick and yet never end."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._mutex = threading.Lock()
        self.is_over = False

    def take(self, taken: socket.socket) -> socket.socket:
        with self._mutex:
            self._socket = taken
        if self.is_over:
            self.end()
        return taken

    def check(self) -> None:
        if self.is_over:
            raise TimeoutError

    def end(self) -> None:
        with self._mutex:
            self.is_over = True
            if self._socket is not None:
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def _limited(limit_s: float) -> Iterator[_Limit]:
    limit = _Limit()
    timer = threading.Timer(limit_s, limit.end)
    timer.daemon = True
    timer.start()
    try:
        yield limit
    except (OSError, http.client.HTTPException, ValueError) as error:
        if limit.is_over:
            raise TimeoutError(f"no whole answer within {limit_s:g} seconds") from error
        raise
    finally:
        timer.cancel()
