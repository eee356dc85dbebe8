"""Proof that a fact is in the log (prova di inclusione): made for one fact, checked by anybody.

A proof holds the fact as stored, its path to the root of its block, the block's seal, the seals after it up to the last
one, and the time-stamps over them. Who knows the hash of any of these seals from elsewhere, or trusts the authority of
a stamp, needs nothing else from us.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from gateways.postgres.database import Connection
from gateways.seals import leaves, store, trees
from gateways.seals.chain import Seal
from gateways.wiring import House

FORM = "libretto-proof-1"


class NotSealed(LookupError):
    """There is no fact at this position, or no seal over it yet."""


class ProofWrong(ValueError):
    """The proof does not hold."""


def prove(connection: Connection, house: House, position: int) -> dict[str, Any]:
    """The proof of the fact at a position, as JSON. Raises `NotSealed`."""
    company_id = house.company_id
    seal = store.seal_over(connection, company_id, position)
    block = store.block(connection, company_id, seal.number) if seal else None
    facts = list(leaves.stored(connection, company_id, position, position))
    if seal is None or block is None or not facts:
        raise NotSealed(position)
    index = position - seal.first
    return {
        "form": FORM,
        "fact": {**facts[0]._asdict(), "state": b64encode(facts[0].state).decode()},
        "leaf": leaves.leaf(str(company_id), facts[0]).hex(),
        "index": index,
        "path": [neighbour.hex() for neighbour in trees.path(block.leaves, index)],
        "seals": [each.told() for each in store.seals(connection, company_id, seal.number)],
        "stamps": [
            {"number": stamp.number, "authority": stamp.authority, "token": b64encode(stamp.token).decode()}
            for stamp in store.stamps(connection, company_id, seal.number)
        ],
    }


def verify_proof(proof: Mapping[str, Any], known: bytes | None = None) -> Seal:
    """Check a proof by itself; the last seal it leads to. Raises `ProofWrong`.

    `known` is the hash of a seal kept from elsewhere: the proof must lead to it. Stamps are not looked at: see
    `timestamps.verified`.
    """
    try:
        told = dict(proof["fact"])
        fact = leaves.SealedFact(**{**told, "state": b64decode(told["state"])})
        seals = [Seal.read(each) for each in proof["seals"]]
        path = [bytes.fromhex(each) for each in proof["path"]]
        index, said = int(proof["index"]), bytes.fromhex(proof["leaf"])
    except (KeyError, TypeError, ValueError) as error:
        raise ProofWrong(f"this is no proof: {error!r}") from error
    if proof.get("form") != FORM or not seals:
        raise ProofWrong(f"this is no proof of the form {FORM}")
    _check_place(fact, said, index, path, seals[0])
    _check_chain(seals)
    if known is not None and known not in [seal.hash for seal in seals]:
        raise ProofWrong("the proof does not lead to the seal that is known")
    return seals[-1]


def _check_place(fact: leaves.SealedFact, said: bytes, index: int, path: list[bytes], seal: Seal) -> None:
    leaf = leaves.leaf(seal.company_id, fact)
    if leaf != said:
        raise ProofWrong("the fact does not have the leaf that is told")
    if fact.position != seal.first + index:
        raise ProofWrong("the fact stands elsewhere in its block")
    try:
        root = trees.root_of_path(leaf, index, seal.size, path)
    except trees.NotInTree as error:
        raise ProofWrong("the path does not fit the block") from error
    if root != seal.root:
        raise ProofWrong("the path does not lead to the root of the seal")


def _check_chain(seals: list[Seal]) -> None:
    before: Seal | None = None
    for seal in seals:
        if seal.own_hash() != seal.hash:
            raise ProofWrong(f"seal {seal.number} does not have the hash it carries")
        if before and (not seal.follows(before) or seal.company_id != before.company_id):
            raise ProofWrong(f"seal {seal.number} does not follow on seal {before.number}")
        before = seal
