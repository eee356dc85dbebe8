"""The fields that templates and texts may name (campi dei modelli): taken from the contents themselves.

What a document says is a content; its fields are what a company's Word templates and texts may name. A field of a list
stands inside a loop over the list. Pictures stand in Word files alone; hashes and sources are no fields.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

from aggregates.issued_document import IssuedKind
from aggregates.values import Value
from projections.documents import field_words
from projections.documents.content import Content, Picture
from projections.documents.content_account_statement import AccountStatementContent
from projections.documents.content_adjustment_letter import AdjustmentLetterContent
from projections.documents.content_consumer_reminder import ConsumerReminderContent
from projections.documents.content_contract import ContractContent, ContractProposalContent
from projections.documents.content_daily_report import DailyReportContent
from projections.documents.content_delivery_note import DeliveryNoteContent
from projections.documents.content_erasure_certificate import ErasureCertificateContent
from projections.documents.content_invoice import InvoiceContent
from projections.documents.content_meter_statement import MeterStatementContent
from projections.documents.content_payment_reminder import PaymentReminderContent
from projections.documents.content_pick_list import PickListContent
from projections.documents.content_pickup_receipt import PickupReceiptContent
from projections.documents.content_pre_invoice import PreInvoiceContent
from projections.documents.content_purchase_order import PurchaseOrderContent
from projections.documents.content_quote import QuoteContent
from projections.documents.content_rma_label import RmaLabelContent
from projections.documents.content_serial_history import SerialHistoryContent
from projections.documents.content_work_report import WorkReportContent
from projections.documents.content_workshop_receipt import WorkshopReceiptContent
from projections.documents.quantity import Quantity

CONTENT_OF: Mapping[IssuedKind, type[Content]] = {
    IssuedKind.QUOTE: QuoteContent,
    IssuedKind.WORK_REPORT: WorkReportContent,
    IssuedKind.DELIVERY_NOTE: DeliveryNoteContent,
    IssuedKind.INVOICE: InvoiceContent,
    IssuedKind.CREDIT_NOTE: InvoiceContent,
    IssuedKind.CONTRACT: ContractContent,
    IssuedKind.CONTRACT_PROPOSAL: ContractProposalContent,
    IssuedKind.PRE_INVOICE: PreInvoiceContent,
    IssuedKind.ADJUSTMENT_LETTER: AdjustmentLetterContent,
    IssuedKind.METER_STATEMENT: MeterStatementContent,
    IssuedKind.CONSUMER_REMINDER: ConsumerReminderContent,
    IssuedKind.PAYMENT_REMINDER: PaymentReminderContent,
    IssuedKind.SERIAL_HISTORY: SerialHistoryContent,
    IssuedKind.WORKSHOP_RECEIPT: WorkshopReceiptContent,
    IssuedKind.PURCHASE_ORDER: PurchaseOrderContent,
    IssuedKind.RMA_LABEL: RmaLabelContent,
    IssuedKind.PICK_LIST: PickListContent,
    IssuedKind.PICKUP_RECEIPT: PickupReceiptContent,
    IssuedKind.ERASURE_CERTIFICATE: ErasureCertificateContent,
    IssuedKind.ACCOUNT_STATEMENT: AccountStatementContent,
    IssuedKind.DAILY_REPORT: DailyReportContent,
}
"""What each kind of document says; a kind that is not here has neither templates nor texts."""

HIDDEN = frozenset({"source", "stream_id", "position"})
QUANTITIES = frozenset(
    {
        "quantity", "price_per", "kilometres", "gross_weight_kg", "net_weight_kg", "rate", "vat_rate", "discounts",
        "weight", "change", "base", "new", "old", "on_hand",
    }
)  # fmt: skip
"""Decimals that are no euro: shown with as many decimals as they have."""
MADE_UP_PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+mnAAAAFElEQVR4nGM8cekaAzbAhFWULAkA8MYCeE11ov8AAAAASUVORK5CYII="
)
"""A small grey field, where a template is looked at with made-up data."""
Kind = Literal["text", "amount", "quantity", "number", "date", "moment", "yes_no", "picture"]


class Leaf(Value):
    """A single value."""

    kind: Kind
    choices: tuple[str, ...] = ()


class Group(Value):
    """Values that belong together: `customer.name`."""

    parts: dict[str, Leaf | Group | Many]


class Many(Value):
    """A list; its parts stand inside a loop."""

    of: Leaf | Group


Shape = Leaf | Group | Many


class Field(Value):
    """A field as people look it up."""

    path: str
    """With `[]` after a list: `lines[].description`."""
    kind: str
    description: str
    example: str
    choices: tuple[str, ...] = ()


@cache
def shape_of(kind: IssuedKind) -> Group:
    """All that a document of this kind has. Raises `KeyError` for a kind without templates."""
    return _group(CONTENT_OF[kind])


@cache
def fields_of(kind: IssuedKind) -> tuple[Field, ...]:
    """The same as a list, in the order of the content."""
    return tuple(_listed("", shape_of(kind)))


@cache
def single_fields_of(kind: IssuedKind) -> frozenset[str]:
    """The paths that a text may name: no lists, and nothing in them."""
    no_text = ("list", "group", "picture")
    return frozenset(f.path for f in fields_of(kind) if "[]" not in f.path and f.kind not in no_text)


def data_of(content: Content) -> dict[str, Any]:
    """A content as templates read it: plain dicts, lists and values, and nothing else."""
    return _plain_group(content, _group(type(content)))


def sample_of(kind: IssuedKind) -> dict[str, Any]:
    """Made-up data of a kind, for a look at a template: two of every list."""
    data: dict[str, Any] = _sample("", shape_of(kind))
    return data


def nearest(path: str, kind: IssuedKind) -> str | None:
    """A field that is called much alike, if there is one."""
    known = [f.path.replace("[]", "") for f in fields_of(kind)]
    found = get_close_matches(path, known, n=1, cutoff=0.7) or [
        one for one in known if one.rsplit(".", 1)[-1] == path.rsplit(".", 1)[-1]
    ]
    return found[0] if found else None


def _group(model: type[BaseModel]) -> Group:
    parts = {name: _shape(name, each.annotation) for name, each in model.model_fields.items() if _is_told(name)}
    for name, part in vars(model).items():
        if isinstance(part, property) and _is_told(name) and part.fget is not None:
            parts[name] = _shape(name, get_type_hints(part.fget)["return"])
    return Group(parts={name: shape for name, shape in parts.items() if shape is not None})


def _is_told(name: str) -> bool:
    return name not in HIDDEN and not name.endswith(("sha256", "_id"))


def _shape(name: str, annotation: Any) -> Shape | None:
    if get_origin(annotation) is Annotated:
        return _shape(name, get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _united([_shape(name, each) for each in get_args(annotation) if each is not type(None)])
    if get_origin(annotation) is tuple:
        inner = _shape(name, get_args(annotation)[0])
        return Many(of=inner) if isinstance(inner, Leaf | Group) else None
    if get_origin(annotation) is Literal:
        return Leaf(kind="text", choices=tuple(str(each) for each in get_args(annotation)))
    if not isinstance(annotation, type) or issubclass(annotation, bytes | UUID):
        return None
    if issubclass(annotation, Picture):
        return Leaf(kind="picture")
    if issubclass(annotation, BaseModel):
        return _group(annotation)
    return _leaf(name, annotation)


def _leaf(name: str, annotation: type) -> Leaf | None:
    if issubclass(annotation, Enum):
        return Leaf(kind="text", choices=tuple(str(each.value) for each in annotation))
    kinds: tuple[tuple[type, Kind], ...] = (
        (bool, "yes_no"), (int, "number"), (datetime, "moment"), (date, "date"), (str, "text"),
        (Decimal, "quantity" if name in QUANTITIES else "amount"),
    )  # fmt: skip
    found = next((kind for known, kind in kinds if issubclass(annotation, known)), None)
    return Leaf(kind=found) if found else None


def _united(shapes: list[Shape | None]) -> Shape | None:
    known = [shape for shape in shapes if shape is not None]
    groups = [shape for shape in known if isinstance(shape, Group)]
    if len(groups) > 1:
        return Group(parts={name: part for group in groups for name, part in group.parts.items()})
    return known[0] if known else None


def _listed(path: str, shape: Shape) -> Iterator[Field]:
    match shape:
        case Group():
            if path:
                yield _told(path, "group")
            for name, part in shape.parts.items():
                yield from _listed(f"{path}.{name}" if path else name, part)
        case Many():
            yield _told(path, "list")
            inside = tuple(_listed(f"{path}[]", shape.of))
            yield from inside if isinstance(shape.of, Leaf) else inside[1:]
        case Leaf():
            yield _told(path, shape.kind, shape.choices)


def _told(path: str, kind: str, choices: tuple[str, ...] = ()) -> Field:
    example = "" if kind in ("group", "list", "picture") else str(_example(path, kind, choices))
    return Field(path=path, kind=kind, description=field_words.described(path), example=example, choices=choices)


def _plain_group(value: Any, shape: Group) -> dict[str, Any]:
    return {name: _plain(getattr(value, name, None), part) for name, part in shape.parts.items()}


def _plain(value: Any, shape: Shape) -> Any:
    if value is None:
        return None
    match shape:
        case Group():
            return _plain_group(value, shape)
        case Many():
            return [_plain(each, shape.of) for each in value]
        case Leaf(kind="quantity"):
            return Quantity(value)
        case Leaf(kind="picture"):
            return value.data
        case _:
            return value.value if isinstance(value, Enum) else value


def _sample(path: str, shape: Shape) -> Any:
    match shape:
        case Group():
            return {name: _sample(f"{path}.{name}" if path else name, part) for name, part in shape.parts.items()}
        case Many():
            return [_sample(f"{path}[]", shape.of) for _ in range(2)]
        case Leaf():
            return _example(path, shape.kind, shape.choices)


def _example(path: str, kind: str, choices: tuple[str, ...]) -> Any:
    if choices:
        return choices[0]
    if kind == "text":
        return field_words.example(path)
    made_up: dict[str, Any] = {
        "amount": Decimal("1234.50"),
        "quantity": Quantity("2"),
        "number": 1,
        "date": date(2026, 9, 14),
        "moment": datetime.fromisoformat("2026-09-14T09:10:00+02:00"),
        "yes_no": False,
        "picture": MADE_UP_PICTURE,
    }
    return made_up[kind]
