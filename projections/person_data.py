"""What is held of persons (dati personali detenuti): which keys words lie under, whose, why and since when (R10.4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.absence import Absence
from aggregates.appointment import Appointment
from aggregates.attachment import Attachment, RecordKind
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.checklist import Checklist
from aggregates.collection import Collection
from aggregates.contract_proposal import ContractProposal
from aggregates.contractor_work import ContractorWork
from aggregates.customer_payment import CustomerPayment
from aggregates.delivery_note import DeliveryNote
from aggregates.device_conflict import DeviceConflict
from aggregates.disposal import Disposal
from aggregates.dunning import Reminder
from aggregates.filed_document import FiledDocument, FiledKind
from aggregates.info_sheet import InfoSheet
from aggregates.invoice import Invoice
from aggregates.issued_document import IssuedDocument
from aggregates.mandate import Mandate
from aggregates.notice import Notice
from aggregates.party import Party
from aggregates.personal import Place, personal_fields, personal_places
from aggregates.practice import Practice
from aggregates.purchase_order import PurchaseOrder
from aggregates.quote import Quote
from aggregates.quote_link import QuoteLink
from aggregates.rma import Rma
from aggregates.rules.retention import strongest
from aggregates.sales_order import SalesOrder
from aggregates.signing_link import SigningLink
from aggregates.technician import Technician
from aggregates.user import User
from aggregates.values import Keep, rome_date
from aggregates.workshop_job import WorkshopJob
from projections.base import ReadModel, Row, Rows, Table, on
from projections.issued_documents import facts_of

KEY = Table(
    "person_key",
    {
        "key_id": "uuid", "stream_id": "uuid", "owner_id": "uuid", "kind": "text", "keep": "text", "first_on": "date",
        "last_on": "date", "facts": "integer",
    },
    ("key_id", "stream_id"),
    ("owner_id", "stream_id"),
)  # fmt: skip
OWNER = Table("person_record", {"stream_id": "uuid", "owner_id": "uuid"}, ("stream_id",))
"""Whose records are: the party that each is about."""
OURS = facts_of(Absence, Technician, User)
"""Facts about our own people."""
PARTIES = facts_of(Party)
OTHERS = facts_of(
    Appointment, Attachment, Call, Checklist, Collection, ContractProposal, ContractorWork, CustomerPayment,
    DeliveryNote, DeviceConflict, Disposal, FiledDocument, InfoSheet, Invoice, IssuedDocument, Mandate, Notice,
    Practice, PurchaseOrder, Quote, QuoteLink, Reminder, Rma, SalesOrder, SigningLink, WorkshopJob,
)  # fmt: skip
PERSONAL = tuple(kind for kind in (*OURS, *PARTIES, *OTHERS) if personal_fields(kind))
"""Every fact that tells something of persons, but for technicians' positions, which go by themselves after hours."""
NAMING = ("party_id", "customer_id")
OUR_PEOPLE = ("technician_id", "id")
"""Fields that name one of us, whatever the record is about."""
PROOFS = {RecordKind.WORK_REPORT, RecordKind.ACTIVITY, RecordKind.CONTRACT}
BOOKS = {
    FiledKind.SUPPLIER_DELIVERY_NOTE, FiledKind.SUPPLIER_INVOICE, FiledKind.SIGNED_CONTRACT, FiledKind.CUSTOMER_ORDER,
    FiledKind.LETTER,
}  # fmt: skip


class PersonData(ReadModel):
    """Of every key the streams that hold something under it; of every stream the party that it is about."""

    NAME = "person_data"
    TABLES = (KEY, OWNER)

    @on(*PERSONAL)
    def told(self, fact: Aggregate.Event, rows: Rows) -> None:
        """Something personal was recorded; words that were erased since count as well."""
        data = fact.model_dump(mode="json")
        owner_id = _owner(fact, data, rows)
        if owner_id is not None and rows.get(OWNER, fact.stream_id) is None:
            rows.put(OWNER, {"stream_id": fact.stream_id, "owner_id": owner_id})
        seen: set[UUID] = set()
        for place in personal_places(data, type(fact), fact.stream_id):
            self._note(place, _whose(place, fact, owner_id), fact, rows, is_first=place.subject_id not in seen)
            seen.add(place.subject_id)

    @on(Checklist.Opened)
    def checklist_opened(self, fact: Checklist.Opened, rows: Rows) -> None:
        """Its answers do not say whose call they are about."""
        self._belongs(fact.stream_id, rows.get(OWNER, fact.call_id), rows)

    @on(Practice.Opened)
    def practice_opened(self, fact: Practice.Opened, rows: Rows) -> None:
        """Nor do those of a practice say what it is about."""
        about = fact.subject
        if about is not None:
            known = {"owner_id": about.id} if about.kind == RecordKind.PARTY.value else rows.get(OWNER, about.id)
            self._belongs(fact.stream_id, known, rows)

    def _belongs(self, stream_id: UUID, known: Row | None, rows: Rows) -> None:
        if known is not None:
            rows.put(OWNER, {"stream_id": stream_id, "owner_id": known["owner_id"]})

    def _note(self, place: Place, owner_id: UUID | None, fact: Aggregate.Event, rows: Rows, *, is_first: bool) -> None:
        on_day = rome_date(fact.act.at)
        known = rows.get(KEY, place.subject_id, fact.stream_id)
        keep = _keep(place, fact)
        if known is None:
            known = {"key_id": place.subject_id, "stream_id": fact.stream_id, "first_on": on_day, "last_on": on_day}
            known |= {"kind": rows.now.topic.split(".", 1)[0], "keep": keep.value, "owner_id": owner_id, "facts": 0}
        told = {
            "owner_id": known["owner_id"] or owner_id,
            "keep": strongest({keep, Keep(known["keep"])}).value,
            "first_on": min(known["first_on"], on_day),
            "last_on": max(known["last_on"], on_day),
            "facts": known["facts"] + is_first,
        }
        rows.put(KEY, {**known, **told})


def _owner(fact: Aggregate.Event, data: dict[str, Any], rows: Rows) -> UUID | None:
    """The party that a stream is about, as this fact or an earlier one says."""
    if isinstance(fact, PARTIES):
        return fact.stream_id
    named = next((data[name] for name in NAMING if data.get(name)), None)
    holders = (value for value in data.values() if isinstance(value, dict))
    named = named or next((one["party_id"] for one in holders if one.get("party_id")), None)
    if named is not None:
        return UUID(named)
    about = _about(fact, data)
    row = rows.get(OWNER, about) or rows.get(OWNER, fact.stream_id)
    return row["owner_id"] if row else (about if _is_party(data) else None)


def _about(fact: Aggregate.Event, data: dict[str, Any]) -> UUID:
    """The record that a file, link or message belongs to."""
    for name in ("record", "asked", "occasion"):
        found = data.get(name)
        if isinstance(found, dict) and (found.get("call_id") or found.get("id")):
            return UUID(found.get("call_id") or found["id"])
    return fact.stream_id


def _is_party(data: dict[str, Any]) -> bool:
    record = data.get("record")
    return isinstance(record, dict) and record.get("kind") == RecordKind.PARTY.value


def _whose(place: Place, fact: Aggregate.Event, owner_id: UUID | None) -> UUID | None:
    """The party behind a key; our own people have none."""
    if place.field.subject in OUR_PEOPLE or isinstance(fact, OURS):
        return None
    named = next((place.holder[name] for name in NAMING if place.holder.get(name)), None)
    return UUID(named) if named else owner_id


def _keep(place: Place, fact: Aggregate.Event) -> Keep:
    """Why it is kept; of files it depends on what they are."""
    if isinstance(fact, Attachment.Attached) and fact.record.kind in PROOFS:
        return Keep.FISCAL
    if isinstance(fact, FiledDocument.Filed) and fact.kind in BOOKS:
        return Keep.FISCAL
    return place.field.keep
