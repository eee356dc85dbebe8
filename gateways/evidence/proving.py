"""Proofs of many facts at once (prove di inclusione): paths to the roots of their blocks, seals, time-stamps."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aggregates.base import Refusal
from gateways.evidence.gathering import Stream
from gateways.postgres.database import Connection
from gateways.seals import leaves, store, trees
from gateways.seals.chain import Seal
from gateways.wiring import House


class FactAltered(Refusal):
    """Fact {position} is not the one that was sealed: the log was altered. Run libretto verify before anything else."""

    status = 500


@dataclass(frozen=True)
class Place:
    """Where a fact stands in its block."""

    seal: int
    leaf: str
    index: int
    path: list[str]


@dataclass(frozen=True)
class Chain:
    """Every seal from the first one needed to the last one there is, and the time-stamps over them."""

    places: dict[int, Place]
    seals: Sequence[Seal]
    stamps: Sequence[store.Stamp]

    def told(self) -> dict[str, Any]:
        """Seals and stamps as JSON."""
        stamps = [
            {
                "number": stamp.number,
                "authority": stamp.authority,
                "stamped_at": stamp.stamped_at.isoformat(),
                "token": b64encode(stamp.token).decode(),
            }
            for stamp in self.stamps
        ]
        return {"seals": [seal.told() for seal in self.seals], "stamps": stamps}


def proved(connection: Connection, house: House, facts: Sequence[tuple[Stream, leaves.SealedFact]]) -> Chain:
    """The place of each fact and the chain. Raises `FactAltered`; every fact must have been sealed before."""
    company_id = house.company_id
    seals = store.seals(connection, company_id)
    places: dict[int, Place] = {}
    block: store.Block | None = None
    rest = iter(seals)
    seal = next(rest, None)
    for _, fact in facts:
        while seal is not None and seal.last < fact.position:
            seal, block = next(rest, None), None
        if seal is None:
            raise FactAltered(position=fact.position)
        block = block or store.block(connection, company_id, seal.number)
        if block is None or trees.root(block.leaves) != seal.root:
            raise FactAltered(position=fact.position)
        index = fact.position - seal.first
        own = leaves.leaf(str(company_id), fact)
        if block.leaves[index] != own:
            raise FactAltered(position=fact.position)
        path = [each.hex() for each in trees.path(block.leaves, index)]
        places[fact.position] = Place(seal.number, own.hex(), index, path)
    first = min((place.seal for place in places.values()), default=1)
    return Chain(places, [seal for seal in seals if seal.number >= first], store.stamps(connection, company_id, first))
