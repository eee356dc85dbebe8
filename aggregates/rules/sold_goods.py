"""Goods sold to a customer (merce venduta): order, delivery note and invoice of the same goods are one sale of them.

A lot is goods of one article that one set of documents speaks of. A document that speaks of part of a lot splits it, so
that every lot has one date of delivery and each kind of document at most once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.rules.rounding import share, split_over_lines
from aggregates.values import Rate, Value


class SaleDocumentKind(StrEnum):
    """The documents of a sale, in their usual order (ordine, DDT, fattura)."""

    ORDER = "order"
    DELIVERY_NOTE = "delivery-note"
    INVOICE = "invoice"


class SaleReference(Value):
    """Another document of the same sale, as a document names it."""

    kind: SaleDocumentKind
    number: str = Field(min_length=1, max_length=40, examples=["IC-2026-0012"])


class SaleDocument(SaleReference):
    """An order, a delivery note or an invoice of ours; kind, number and year name it among a customer's documents."""

    dated_on: date
    delivered_on: date | None = Field(default=None, description="When the goods were handed over, if it is known.")
    site_id: UUID | None = Field(default=None, description="Where the goods went.")
    references: tuple[SaleReference, ...] = Field(default=(), description="The documents before it.")

    @property
    def key(self) -> str:
        """Its natural key among the customer's documents."""
        return f"{self.kind}/{self.dated_on.year}/{self.number.strip().upper()}"


class SoldLine(Value):
    """A line of a sale: pieces of one article, and what they were sold for, in euro before VAT."""

    number: int = Field(ge=1)
    article_code: str | None = None
    description: str = Field(min_length=1, max_length=1000)
    quantity: Rate = Field(gt=0)
    unit: str = "PZ"
    amount: Rate | None = Field(default=None, decimal_places=2, description="None: the document tells no price.")
    serials: tuple[str, ...] = ()
    manufacturer: str | None = None
    delivered_on: date | None = None

    @model_validator(mode="after")
    def _serials_of_pieces(self) -> Self:
        serials = len(self.serials)
        if serials > self.quantity:
            raise ValueError(f"line {self.number} has {serials} serial numbers for {self.quantity} pieces")
        if len({serial.casefold() for serial in self.serials}) < len(self.serials):
            raise ValueError(f"line {self.number} has a serial number twice")
        return self


class Told(Value):
    """A line of a document that speaks of a lot."""

    kind: SaleDocumentKind
    number: str
    dated_on: date
    key: str
    line: int


class Lot(Value):
    """Goods of one article that the same documents speak of."""

    lot_id: UUID
    split_from: UUID | None = Field(default=None, description="The lot it was a part of.")
    article_code: str | None
    description: str
    quantity: Rate
    unit: str
    amount: Rate | None
    serials: tuple[str, ...]
    manufacturer: str | None
    delivered_on: date | None
    site_id: UUID | None
    told: tuple[Told, ...]

    def is_told_by(self, kind: SaleDocumentKind) -> bool:
        """Whether a document of this kind speaks of it."""
        return any(told.kind is kind for told in self.told)


def follow(lots: Sequence[Lot], document: SaleDocument, line: SoldLine, stream_id: UUID) -> tuple[Lot, ...]:
    """The lots that a document's line speaks of, as they are afterwards, and what was split from them.

    The same goods are those with the same serial, then those of a document it names, then those of the same article
    that no document of its kind speaks of yet, the oldest first. What is left over is new. The parts told sum to the
    line's quantity, and nothing that was sold is lost: a remainder stays a lot of its own.
    """
    told = Told(
        kind=document.kind, number=document.number, dated_on=document.dated_on, key=document.key, line=line.number
    )
    same = _same(lots, document, line)
    parts: list[Lot] = []
    rests: list[Lot] = []
    left = _Left(quantity=line.quantity, serials=line.serials)
    for position, lot in enumerate(same):
        taken = _take(lot, left, _elsewhere(same[position + 1 :], left.serials))
        if taken.quantity <= 0:
            continue
        part_id = uuid5(stream_id, f"{told.key}/{line.number}/{lot.lot_id}")
        part, rest = _parted(lot, taken, part_id)
        parts.append(_told(part, document, line, told))
        rests += [rest] if rest else []
        left = left.less(taken)
    if left.quantity > 0:
        parts.append(_new(document, line, told, left, uuid5(stream_id, f"{told.key}/{line.number}")))
    return (*_priced(parts, line.amount), *rests)


class _Left(Value):
    """What of a line is not yet found among the lots."""

    quantity: Decimal
    serials: tuple[str, ...]

    def less(self, taken: _Taken) -> _Left:
        """Less what a lot took."""
        given = frozenset(map(str.casefold, taken.serials))
        serials = tuple(serial for serial in self.serials if serial.casefold() not in given)
        return _Left(quantity=self.quantity - taken.quantity, serials=serials)


class _Taken(Value):
    """What a line takes of a lot: how many pieces, with which serials, and the serials that stay behind."""

    quantity: Decimal
    serials: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()


def _same(lots: Sequence[Lot], document: SaleDocument, line: SoldLine) -> list[Lot]:
    """The lots that may be the line's goods, the surest first."""
    named = {(reference.kind, reference.number.strip().upper()) for reference in document.references}
    open_lots = [lot for lot in lots if not lot.is_told_by(document.kind)]
    told_by = {lot.lot_id: {(told.kind, told.number.strip().upper()) for told in lot.told} for lot in open_lots}
    known = {one for documents in told_by.values() for one in documents} & named
    kinds = {kind for kind, _ in known}

    def is_alike(lot: Lot) -> bool:
        names_others = any(kind in kinds for kind, _ in told_by[lot.lot_id]) and not told_by[lot.lot_id] & known
        return _article(lot.article_code, lot.description) == _article(line.article_code, line.description) and (
            not names_others
        )

    by_serial = [lot for lot in open_lots if _shared(lot, line.serials)]
    alike = [lot for lot in open_lots if lot not in by_serial and is_alike(lot)]
    return by_serial + sorted(alike, key=lambda lot: not told_by[lot.lot_id] & known)


def _article(code: str | None, description: str) -> tuple[str, str]:
    return ("code", code.strip().casefold()) if code else ("words", description.strip().casefold())


def _shared(lot: Lot, serials: Iterable[str]) -> tuple[str, ...]:
    wanted = frozenset(map(str.casefold, serials))
    return tuple(serial for serial in lot.serials if serial.casefold() in wanted)


def _elsewhere(lots: Iterable[Lot], serials: Sequence[str]) -> frozenset[str]:
    """Serials of the line that lots further on have: they are not given to another."""
    return frozenset(serial.casefold() for lot in lots for serial in _shared(lot, serials))


def _take(lot: Lot, left: _Left, elsewhere: frozenset[str]) -> _Taken:
    """As much of a lot as the line can mean: pieces with other serials only where the line has pieces without one."""
    mine = _shared(lot, left.serials)
    elsewhere -= frozenset(map(str.casefold, mine))
    others = tuple(serial for serial in lot.serials if serial not in mine)
    bare = lot.quantity - len(lot.serials)
    unnamed = left.quantity - len(left.serials)
    most = len(mine) + bare + min(unnamed, Decimal(len(others)))
    quantity = max(min(most, left.quantity - len(elsewhere)), Decimal(0))
    room = quantity - len(mine)
    borrowed = max(0, int(room - bare))
    taken = elsewhere | frozenset(map(str.casefold, mine))
    fresh = tuple(serial for serial in left.serials if serial.casefold() not in taken)
    given = fresh[: max(0, int(room) - borrowed)]
    return _Taken(quantity=quantity, serials=(*mine, *others[:borrowed], *given), behind=others[borrowed:])


def _parted(lot: Lot, taken: _Taken, part_id: UUID) -> tuple[Lot, Lot | None]:
    """The part of a lot that is taken and the rest, which keeps the lot's id; prices are parted with the pieces."""
    if taken.quantity == lot.quantity:
        return lot.model_copy(update={"serials": taken.serials}), None
    amount = None if lot.amount is None else share(lot.amount, taken.quantity, lot.quantity)
    part = {"lot_id": part_id, "split_from": lot.lot_id, "quantity": taken.quantity, "serials": taken.serials}
    rest = {
        "quantity": lot.quantity - taken.quantity,
        "serials": taken.behind,
        "amount": None if lot.amount is None or amount is None else lot.amount - amount,
    }
    return lot.model_copy(update={**part, "amount": amount}), lot.model_copy(update=rest)


def _told(lot: Lot, document: SaleDocument, line: SoldLine, told: Told) -> Lot:
    """A lot after one more document; a delivery note proves the delivery better than an invoice does (R5.3)."""
    said = _delivered_on(document, line)
    is_proof = document.kind is SaleDocumentKind.DELIVERY_NOTE or lot.delivered_on is None
    return lot.model_copy(
        update={
            "told": (*lot.told, told),
            "delivered_on": said if said and is_proof else lot.delivered_on,
            "site_id": document.site_id or lot.site_id,
            "manufacturer": lot.manufacturer or line.manufacturer,
            "article_code": lot.article_code or line.article_code,
        }
    )


def _delivered_on(document: SaleDocument, line: SoldLine) -> date | None:
    """The delivery as the document proves it: a note's or an invoice's own date, never an order's (R5.3)."""
    own = None if document.kind is SaleDocumentKind.ORDER else document.dated_on
    return line.delivered_on or document.delivered_on or own


def _new(document: SaleDocument, line: SoldLine, told: Told, left: _Left, lot_id: UUID) -> Lot:
    shared = {"article_code", "description", "unit", "manufacturer"}
    return Lot(
        lot_id=lot_id,
        quantity=left.quantity,
        amount=None,
        serials=left.serials,
        delivered_on=_delivered_on(document, line),
        site_id=document.site_id,
        told=(told,),
        **{name: getattr(line, name) for name in shared},
    )


def _priced(parts: Sequence[Lot], amount: Decimal | None) -> Iterator[Lot]:
    """Parts without a price get their share of the line's (R0.3); the first price told holds."""
    if amount is None:
        yield from parts
        return
    shares = split_over_lines(amount, [part.quantity for part in parts])
    for part, its_share in zip(parts, shares, strict=True):
        yield part if part.amount is not None else part.model_copy(update={"amount": its_share})
