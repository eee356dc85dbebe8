"""One canonical example of every message: facts, commands and the parameters of views, made from their types.

The same call always makes the same example. Ids follow from the field's name, so that a `party_id` is the same party
in every message; where a field shows `examples=`, the first of them is taken. `TOGETHER` holds the few models whose
parts must agree with each other; `NAMED` the fields whose type says too little.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import types
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin
from uuid import UUID, uuid5

from annotated_types import Ge, Gt, Le, Lt, MaxLen
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

import aggregates
from aggregates.adjustment_terms import PriceChange
from aggregates.attachment import RecordPlace
from aggregates.base import Act, Aggregate, FirstEvent
from aggregates.contract_terms import LineTerms
from aggregates.escalation_terms import EscalationRule
from aggregates.maintenance_terms import AssignmentRule
from aggregates.price_list import PriceRow
from aggregates.proposal_terms import OfferedFee, ProposalRule
from aggregates.protocol import Operation
from aggregates.quote_blocks import Block
from aggregates.rules.answers import Question
from aggregates.rules.business_calendar import OFFICE_DAY, CalendarTerms
from aggregates.rules.indexation import IndexFigure
from aggregates.rules.maintenance import Season
from aggregates.rules.numbering import Series
from aggregates.rules.periods import Notice
from aggregates.rules.sold_goods import SoldLine
from aggregates.rules.vat import VatTreatment
from aggregates.values import Money, Period, Slot
from commands.base import Command
from commands.catalog import CATALOG
from commands.sale import SaleLineAsked
from commands.serial_item_warranties import RegisterItemDelivery
from gateways.codec import UnknownTopic, fact_class
from projections.base import Ask
from projections.catalog import VIEWS

M = TypeVar("M", bound=BaseModel)
IDS = UUID("5a9f3c1e-6a0b-5d52-9c0e-2c8f4a7b1d00")
DAY = date(2026, 9, 16)
MOMENT = datetime(2026, 9, 16, 7, 30, tzinfo=UTC)
ACT = Act(by="user:test", at=MOMENT, why="Come concordato")
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

NAMED: dict[str, Any] = {
    "step_months": 12,
    "year": 2026,
    "month": 9,
    "currency": "EUR",
    "country": "IT",
    "holiday_country": "IT",
    "province": "FC",
    "postcode": "47121",
    "town": "Forlì",
    "patron_town": "Forlì",
    "patron_day": "02-04",
    "street": "Via Michelangelo 25",
    "zone": "Europe/Rome",
    "locale": "it",
    "vat_number": "IT12345670017",
    "tax_code": "RSSMRA80A01D704D",
    "recipient_code": "M5UXCR1",
    "iban": "IT60X0542811101000000123456",
    "phone": "0543 123456",
    "mobile": "347 1234567",
    "email": "maria@example.it",
    "certified_mail": "ditta@pec.example.it",
    "latitude": 44.22,
    "longitude": 12.04,
    "starts_latitude": 44.22,
    "starts_longitude": 12.04,
    "quantity": "2",
    "amount": "351.78",
    "zip": "47121",
    "role": "dispatcher",
    "nature": "N6.7",
    "cig": "Z1234567AB",
    "cup": "J41B21000000001",
    "name": "Rossi Gilbo",
    "code": "C0001",
    "number": "2026/1",
    "description": "Assistenza lavastoviglie",
    "fault": "Non carica acqua",
    "skill": "REFRIGERATION",
    "unit": "PZ",
    "area": "Forlì",
    "serial": "SN-10442",
    "reason": "Su richiesta del cliente",
    "text": "Sostituita elettrovalvola",
    "work_done": "Sostituita elettrovalvola",
    "series": "A",
    "monday": OFFICE_DAY,
    "tuesday": OFFICE_DAY,
    "wednesday": OFFICE_DAY,
    "thursday": OFFICE_DAY,
    "friday": OFFICE_DAY,
    "saturday": (),
    "sunday": (),
}
"""Values of fields by their name, where the field's type takes them."""

TOGETHER: dict[type[BaseModel], dict[str, Any]] = {
    Act: ACT.model_dump(),
    Money: {"amount": "351.78", "currency": "EUR"},
    Period: {"starts_on": DAY, "ends_on": date(2026, 12, 31)},
    Slot: {"starts_at": MOMENT, "ends_at": datetime(2026, 9, 16, 9, 0, tzinfo=UTC)},
    Notice: {"days": 60, "months": None},
    VatTreatment: {"rate": "22", "nature": None},
    CalendarTerms: {"always_open": False},
    Block: {"text": "Gentile **cliente**", "picture": None},
    OfferedFee: {"basis": "per_unit", "amount": {"amount": "120.00"}, "percent": None},
    ProposalRule: {"to_on": date(2026, 12, 31)},
    SaleLineAsked: {"article_code": "LT-900", "amount": None},
    RegisterItemDelivery: {"delivered_on": DAY},
    Season: {"months": (4, 5, 6), "from_day": None, "to_day": None},
    AssignmentRule: {"who": "usual", "technician_id": None},
    SoldLine: {"serials": ["SN-10442"], "amount": "1850.00"},
    Series: {"pattern": "{code}/{year}/{n:4}"},
    RecordPlace: {"call_id": None},
    Question: {"kind": "number", "lowest": "1.2", "highest": "1.8", "choices": ()},
    Operation: {"meter_kind": None},
    PriceRow: {"to_on": date(2026, 12, 31)},
    PriceChange: {"way": "percent", "percent": "2.5"},
    IndexFigure: {"value": "121.5"},
    EscalationRule: {"percent": 75, "minutes_after_due": None},
    LineTerms: {"asset_value": {"amount": "10000.00"}, "asset_percent": "12"},
}
"""Models whose fields must agree; the fields given here are taken as they are, also by models derived from them."""

TEXTS = (
    "IT",
    "EUR",
    "it",
    "A",
    "A1",
    "N6.7",
    "02-04",
    SHA,
    "Z1234567AB",
    "J41B21000000001",
    "47121",
    "2025-12",
    "RF01",
    "warranty",
)
"""What is tried for a text with a pattern."""


@cache
def written() -> tuple[str, ...]:
    """The topic of every fact that stands in a module of the aggregates, in alphabetical order."""
    for module in pkgutil.walk_packages(aggregates.__path__, "aggregates."):
        importlib.import_module(module.name)
    found = {kind.TOPIC for kind in _below(Aggregate.Event) if "TOPIC" in vars(kind) and _is_ours(kind)}
    return tuple(sorted(found))


@cache
def topics() -> tuple[str, ...]:
    """Those of them that belong to an aggregate, so that the log can be read."""
    return tuple(topic for topic in written() if _is_known(topic))


def fact(topic: str, *, bare: bool = False) -> Aggregate.Event:
    """The example of a fact, second in its stream unless it begins one; a bare one leaves out all it can."""
    kind = fact_class(topic)
    name = topic.split(".", 1)[0]
    made = build(kind, bare=bare).model_copy()
    made.__dict__.update(
        originator_id=an_id(f"{name.replace('-', '_')}_id"),
        originator_version=1 if issubclass(kind, FirstEvent) else 2,
        timestamp=made.act.at,
    )
    if isinstance(made, FirstEvent):
        made.__dict__["originator_topic"] = name
    return made


def facts() -> Iterator[Aggregate.Event]:
    """The example of every fact."""
    return (fact(topic) for topic in topics())


def command(name: str, *, bare: bool = False) -> Command:
    """The example of a command of the catalogue."""
    return build(next(entry.command for entry in CATALOG if entry.name == name), bare=bare)


def ask(name: str, *, bare: bool = False) -> Ask:
    """The example of a view's parameters."""
    return build(next(view.ask for view in VIEWS if view.name == name), bare=bare)


def an_id(field: str) -> UUID:
    """The id that every example has in a field of this name."""
    return uuid5(IDS, field)


def build(model: type[M], *, bare: bool = False) -> M:
    """A model with every field filled in; a bare one with only those it must have, and nothing in its tuples."""
    built = _built(model, bare)
    assert isinstance(built, model)
    return built


@cache
def _built(model: type[BaseModel], bare: bool) -> BaseModel:
    given = _given(model)
    wanted = {
        name: info
        for name, info in model.model_fields.items()
        if not info.exclude and (name in given or info.is_required() or not bare)
    }
    return model.model_validate(
        {name: given[name] if name in given else _field(name, info, bare) for name, info in wanted.items()}
    )


def _given(model: type[BaseModel]) -> Mapping[str, Any]:
    given: dict[str, Any] = {}
    for base in reversed(model.__mro__):
        given |= TOGETHER.get(base, {})
    return given


def _field(name: str, info: FieldInfo, bare: bool) -> Any:
    if info.examples:
        return info.examples[0]
    if bare and _takes(info, None):
        return None
    if bare and _takes(info, ()):
        return ()
    if name in NAMED and _takes(info, NAMED[name]):
        return NAMED[name]
    return _value(info.annotation, tuple(info.metadata), name, bare)


def _takes(info: FieldInfo, value: Any) -> bool:
    adapter: TypeAdapter[Any] = TypeAdapter(_annotated(info))
    try:
        adapter.validate_python(value)
    except ValueError:
        return False
    return True


def _annotated(info: FieldInfo) -> Any:
    return Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation


def _value(kind: Any, marks: tuple[Any, ...], name: str, bare: bool) -> Any:
    if hasattr(kind, "__metadata__"):
        return _value(get_args(kind)[0], (*marks, *kind.__metadata__), name, bare)
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _value(next(part for part in parts if part is not type(None)), marks, name, bare)
    if origin is Literal:
        return parts[0]
    if origin is tuple and parts[-1] is not Ellipsis:
        return tuple(_value(part, (), name, bare) for part in parts)
    if origin in (tuple, list):
        return [_value(parts[0], (), _one_of(name), bare)]
    if origin in (dict, Mapping):
        return {_value(parts[0], (), f"{name}_key", bare): _value(parts[1], (), name, bare)}
    return _plain(kind, marks, name, bare)


def _plain(kind: Any, marks: tuple[Any, ...], name: str, bare: bool) -> Any:
    if not isinstance(kind, type):
        return kind if kind is None else _text(marks, name)
    if issubclass(kind, BaseModel):
        return build(kind, bare=bare)
    if issubclass(kind, Enum):
        return next(iter(kind))
    if kind is bool:
        return True
    simple = {UUID: an_id(name), date: DAY, datetime: MOMENT, time: time(8, 30), float: 1.5}
    if kind in simple:
        return simple[kind]
    if kind is int:
        return _within(marks, 3)
    if kind is Decimal:
        return Decimal(NAMED[name]) if name in ("quantity", "amount") else Decimal(_within(marks, Decimal("12.50")))
    return _text(marks, name)


def _within(marks: tuple[Any, ...], wanted: Any) -> Any:
    for mark in marks:
        if isinstance(mark, Ge | Gt):
            low = mark.ge if isinstance(mark, Ge) else mark.gt
            wanted = max(wanted, low + 1)  # type: ignore[operator] # limits of numbers are numbers
        if isinstance(mark, Le | Lt):
            high = mark.le if isinstance(mark, Le) else mark.lt
            wanted = min(wanted, high)
    return wanted


def _text(marks: tuple[Any, ...], name: str) -> str:
    pattern = next((mark.pattern for mark in marks if getattr(mark, "pattern", None)), None)
    longest = next((mark.max_length for mark in marks if isinstance(mark, MaxLen)), 80)
    if name.endswith(("sha256", "key_hash")):
        return SHA
    if pattern is None:
        return str(NAMED.get(name, name.replace("_", " ").capitalize()))[:longest]
    return next(text for text in (name, *TEXTS) if re.search(pattern, text) and len(text) <= longest)


def _one_of(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _is_known(topic: str) -> bool:
    try:
        fact_class(topic)
    except UnknownTopic:
        return False
    return True


def _is_ours(kind: type) -> bool:
    return kind.__module__.split(".", 1)[0] == "aggregates"


def _below(kind: type[Aggregate.Event]) -> Iterator[type[Aggregate.Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
