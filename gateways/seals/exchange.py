"""Seals outside the house (sigilli all'esterno): the file that somebody else keeps, written and read.

One seal a line, as JSON; with `leaves` and `event_ids` in base64 where asked for, so that a fact changed together with
all that was kept about it here can still be named; with the time-stamps of authorities, where there are some.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gateways.postgres.database import Connection
from gateways.seals import store
from gateways.seals.chain import NotASeal, Seal


@dataclass(frozen=True)
class KeptSeal:
    """A seal from a file, with what stands beside it."""

    seal: Seal
    block: store.Block | None


def exported(connection: Connection, company_id: UUID, *, with_leaves: bool = False) -> Iterator[dict[str, Any]]:
    """The seals of a company as lines of a file."""
    stamps: dict[int, list[dict[str, str]]] = {}
    for stamp in store.stamps(connection, company_id):
        told = {"authority": stamp.authority, "token": b64encode(stamp.token).decode()}
        stamps.setdefault(stamp.number, []).append(told)
    for seal in store.seals(connection, company_id):
        line = seal.told()
        if seal.number in stamps:
            line["stamps"] = stamps[seal.number]
        kept = store.block(connection, company_id, seal.number) if with_leaves else None
        if kept:
            leaves, ids = kept.packed
            line |= {"leaves": b64encode(leaves).decode(), "event_ids": b64encode(ids).decode()}
        yield line


def kept_seals(lines: Iterable[str]) -> dict[str, dict[int, KeptSeal]]:
    """The seals of a file by company and number. Raises `NotASeal` naming the line."""
    found: dict[str, dict[int, KeptSeal]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            seal, block = _read(json.loads(line))
        except (ValueError, TypeError) as error:
            raise NotASeal(f"line {number}: {error}") from error
        found.setdefault(seal.company_id, {})[seal.number] = KeptSeal(seal, block)
    return found


def _read(line: dict[str, Any]) -> tuple[Seal, store.Block | None]:
    seal = Seal.read(line)
    if seal.own_hash() != seal.hash:
        raise NotASeal("the seal does not have the hash it carries")
    if "leaves" not in line:
        return seal, None
    block = store.unpacked(b64decode(line["leaves"]), b64decode(line["event_ids"]))
    if len(block.leaves) != seal.size or len(block.event_ids) != seal.size:
        raise NotASeal("its leaves are not as many as its facts")
    return seal, block
