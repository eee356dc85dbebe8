"""What a request to be forgotten is decided by (R10.4): what is held, what needs it still, which papers go with it.

Also what a person may be told is held of them (art. 15 GDPR).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.erasure import ErasureSubject, HeldKey, HeldPapers, StillNeeded, SubjectKind
from aggregates.issued_document import IssuedKind
from aggregates.personal import personal_places
from aggregates.rules.retention import strongest
from aggregates.values import Keep
from projections.base import Ask, Reader, Recorded

HELD = """
select k.key_id, k.stream_id, k.kind, k.keep, k.first_on, k.last_on, k.facts
  from {person_key} k left join {erased_key} e using (key_id)
 where e.key_id is null and (k.key_id = %(id)s or (%(is_party)s and k.owner_id = %(id)s))
 order by k.first_on, k.stream_id, k.key_id"""
MOST_SHOWN = 500
UNPAID = "select string_agg(distinct number, ', ') as told from {due_part} where customer_id = %(id)s and open > 0"
OPEN_CALLS = """select string_agg(coalesce(number, call_id::text), ', ') as told from {call}
                 where party_id = %(id)s and status not in ('closed', 'cancelled')"""
RUNNING = """select string_agg(coalesce(number, contract_id::text), ', ') as told from {contract}
              where customer_id = %(id)s and ends_on >= %(on)s
                and status not in ('draft', 'cancelled', 'terminated', 'superseded', 'expired')"""
LAST_PAID = "select max(paid_on) as last_on from {due_payment} where customer_id = %(id)s"
KEPT_FOR_SERVICE = {IssuedKind.WORKSHOP_RECEIPT, IssuedKind.PICKUP_RECEIPT}
KEPT_FOR_WORK = {IssuedKind.SERIAL_HISTORY, IssuedKind.RMA_LABEL, IssuedKind.PICK_LIST}


def keep_of_document(kind: IssuedKind, *, is_accepted: bool = False) -> Keep:
    """Why a printed document is kept: quotes only if something came of them, most others for the books."""
    if kind in KEPT_FOR_SERVICE:
        return Keep.SERVICE
    if kind in KEPT_FOR_WORK or (kind is IssuedKind.QUOTE and not is_accepted):
        return Keep.OPERATIONAL
    return Keep.FISCAL


def held_keys(reader: Reader, subject: ErasureSubject) -> Sequence[HeldKey]:
    """See `Lookups.held_keys`."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in _held(reader, subject):
        found.setdefault(row["key_id"], []).append(row)
    return tuple(
        HeldKey(
            key_id=key_id,
            keep=strongest({Keep(row["keep"]) for row in rows}),
            last_on=max(row["last_on"] for row in rows),
        )
        for key_id, rows in found.items()
    )


def held_papers(reader: Reader, subject: ErasureSubject) -> Sequence[HeldPapers]:
    """See `Lookups.held_papers`; payments are entries in the books too."""
    last: dict[Keep, date] = {}
    for _, keep, dated_on in _papers(reader, subject):
        last[keep] = max(dated_on, last.get(keep, dated_on))
    paid = reader.row(LAST_PAID, {"id": subject.id})
    if paid and paid["last_on"]:
        last[Keep.FISCAL] = max(paid["last_on"], last.get(Keep.FISCAL, paid["last_on"]))
    return tuple(HeldPapers(keep=keep, last_on=last_on) for keep, last_on in last.items())


def needed_still(reader: Reader, subject: ErasureSubject, on: date) -> Sequence[tuple[StillNeeded, str]]:
    """See `Lookups.needed_still`."""
    if subject.kind is not SubjectKind.PARTY:
        return ()
    asked = {"id": subject.id, "on": on}
    reasons = (
        (StillNeeded.UNPAID_DOCUMENTS, UNPAID),
        (StillNeeded.OPEN_CALLS, OPEN_CALLS),
        (StillNeeded.RUNNING_CONTRACTS, RUNNING),
    )
    told = ((what, (reader.row(sql, asked) or {}).get("told")) for what, sql in reasons)
    return tuple((what, numbers) for what, numbers in told if numbers)


def warranty_until(reader: Reader, subject: ErasureSubject) -> date | None:
    """See `Lookups.warranty_until`."""
    row = reader.row(
        """select max(w.ends_on) as until from {warranty} w join {serial_item} i using (serial_item_id)
            where i.owner_id = %(id)s""",
        {"id": subject.id},
    )
    return row["until"] if row else None


def papers_of(
    reader: Reader, subject: ErasureSubject, keep: Keep, keys: Iterable[UUID]
) -> tuple[Sequence[UUID], Sequence[str]]:
    """See `Lookups.papers_of`."""
    return _documents(reader, subject, keep), _files(reader, list(keys))


def _held(reader: Reader, subject: ErasureSubject) -> list[dict[str, Any]]:
    return reader.rows(HELD, {"id": subject.id, "is_party": subject.kind is SubjectKind.PARTY})


def _documents(reader: Reader, subject: ErasureSubject, keep: Keep) -> Sequence[UUID]:
    return tuple(document_id for document_id, why, _ in _papers(reader, subject) if why is keep)


def _papers(reader: Reader, subject: ErasureSubject) -> Iterable[tuple[UUID, Keep, date]]:
    """The printed documents that are still there: why each is kept, and its date."""
    rows = reader.rows(
        """select i.document_id, i.kind, i.dated_on, q.accepted_on is not null as is_accepted
             from {issued_document} i left join {quote} q on q.quote_id = i.record_id
                  left join {erased_document} e on e.document_id = i.document_id
            where i.party_id = %(id)s and e.document_id is null order by i.document_id""",
        {"id": subject.id},
    )
    for row in rows:
        keep = keep_of_document(IssuedKind(row["kind"]), is_accepted=row["is_accepted"])
        yield row["document_id"], keep, row["dated_on"]


def _files(reader: Reader, keys: list[UUID]) -> Sequence[str]:
    """The uploaded files that lie under these keys alone: the same bytes may belong to somebody else too."""
    rows = reader.rows(
        """with holder (id, sha256) as (
               select attachment_id, sha256 from {attachment}
               union all
               select document_id, sha256 from {document_entry} where origin = 'filed')
           select distinct sha256 from holder mine
            where id = any(%(keys)s)
              and not exists (select from holder other left join {erased_key} e on e.key_id = other.id
                               where other.sha256 = mine.sha256 and e.key_id is null and not other.id = any(%(keys)s))
            order by sha256""",
        {"keys": keys},
    )
    return tuple(row["sha256"] for row in rows)


class PersonHeld(Ask):
    """What is held of a person, in words: for the person (art. 15 GDPR)."""

    kind: SubjectKind
    subject_id: UUID


def person_data(reader: Reader, ask: PersonHeld) -> dict[str, Any] | None:
    """Every place with its words, why it is kept and since when; of the first five hundred records."""
    held = _held(reader, ErasureSubject(kind=ask.kind, id=ask.subject_id))
    if not held:
        return None
    mine = {row["key_id"] for row in held}
    streams = list(dict.fromkeys(row["stream_id"] for row in held))
    records = [
        {"stream_id": row["stream_id"], "kind": row["kind"], "keep": row["keep"], "first_on": row["first_on"],
         "last_on": row["last_on"], "facts": row["facts"]}
        for row in held
    ]  # fmt: skip
    words = [
        word for stream_id in streams[:MOST_SHOWN] for one in reader.facts(stream_id) for word in _words(one, mine)
    ]
    return {
        "subject_kind": ask.kind.value,
        "subject_id": ask.subject_id,
        "records": records,
        "words": words,
        "is_whole": len(streams) <= MOST_SHOWN,
    }


def _words(recorded: Recorded, keys: set[UUID]) -> Iterable[dict[str, Any]]:
    fact = recorded.fact
    for place in personal_places(fact.model_dump(mode="json"), type(fact), fact.stream_id):
        if place.subject_id in keys:
            told = {"stream_id": fact.stream_id, "fact": recorded.topic, "at": fact.act.at, "field": place.at}
            yield {**told, "value": _in_words(place.holder[place.name])}


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_in_words(part)}" for name, part in value.items())
    return str(value)
