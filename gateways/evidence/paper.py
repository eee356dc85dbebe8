"""The evidence on paper (prova su carta): its content from what the JSON holds, printed by the press."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from json import loads
from typing import Any

from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.serial_item import SerialItem
from aggregates.values import Address
from aggregates.work_report import Signature
from gateways.documents.logo import with_logo
from gateways.documents.renderer import render
from gateways.evidence.finding import Subject
from gateways.evidence.gathering import Gathered, Stream
from gateways.evidence.papers import Paper
from gateways.evidence.proving import Chain
from gateways.evidence.wording import ITALIAN, Names, detail, issued
from gateways.evidence.wording_pages import line_of, numbers_of, page_of
from gateways.http.table_words import text
from gateways.seals.leaves import SealedFact
from gateways.wiring import House
from projections.base import Reader
from projections.documents import content_dispute as parts
from projections.documents.content import Customer, Letterhead, Source
from projections.documents.dispute_words import KINDS, told
from projections.documents.identities import UNKNOWN, customer_of, own_letterhead
from projections.documents.records import ContentMissing, KnownRecords

LATE = timedelta(hours=1)
NOBODY = Customer(name="Cliente non identificato", address=Address(street="–", postcode="–", town="–"))
STATES = {
    "enclosed": "allegato",
    "erased": "cancellato per legge",
    "missing": "manca in archivio",
    "altered": "alterato in archivio: non allegato",
}
SENT = {"screen": "sul dispositivo", "remote": "a distanza, con codice"}


@dataclass(frozen=True)
class Told:
    """A fact that may be shown, read."""

    stream: Stream
    stored: SealedFact
    fact: Aggregate.Event
    recorded_at: datetime


@dataclass(frozen=True)
class Case:
    """All that the paper is made from."""

    house: House
    reader: Reader
    about: Subject
    gathered: Gathered
    held: Chain
    papers: Sequence[Paper]
    evidence: Mapping[str, Any]
    sha256: str
    at: datetime
    by: str
    known_at: datetime | None


def print_paper(case: Case) -> bytes:
    """The PDF. Raises `RenderingFailed`, `PressBusy`."""
    archive = case.house.installation.archive
    content = with_logo(_Making(case).content(), archive, case.house.company_id)
    return render(content.kind, content, rendered_at=case.at, by=case.house.installation.press.typeset).pdf


class _Making:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._numbers = numbers_of(case.reader, case.gathered)
        self._names = Names(case.reader, self._numbers)
        codec, withheld = case.house.codec, case.gathered.withheld
        self._told = [
            Told(stream, stored, codec.read(stored.topic, stored.state, stream.id, stored.version), _instant(stored))
            for stream, stored in case.gathered.facts
            if stored.position not in withheld
        ]

    def content(self) -> parts.DisputeContent:
        """Everything the paper says."""
        case, seal, derived = self._case, self._case.held.seals[-1], self._case.evidence["derived"]
        personal = [entry for fact in case.evidence["facts"] for entry in fact.get("personal", ())]
        return parts.DisputeContent(
            issuer=self._issuer(),
            customer=self._customer(),
            source=tuple(Source(stream_id=s.id, version=s.facts[-1].version) for s in case.gathered.streams if s.facts),
            number=case.about.number,
            about=KINDS[case.gathered.streams[0].kind],
            subject=self._subject(),
            taken_at=case.at,
            taken_by=self._names.who(case.by),
            known_at=case.known_at,
            program=derived["program"],
            evidence_sha256=case.sha256,
            seal_number=seal.number,
            seal_sha256=seal.hash.hex(),
            seal_at=_moment(seal.made_at),
            stamps=tuple(
                parts.DisputeStamp(authority=stamp.authority, seal=stamp.number, stamped_at=stamp.stamped_at)
                for stamp in case.held.stamps
            ),
            facts=len(case.gathered.facts),
            withheld=len(case.gathered.withheld),
            erased=sum("erased" in entry for entry in personal),
            records=tuple(self._record(stream) for stream in case.gathered.streams if stream.facts),
            timeline=tuple(self._entry(one) for one in sorted(self._told, key=_by_time)),
            coverage=tuple(self._coverage()),
            clocks=tuple(page_of(clock["text"]) for clock in derived["clocks"]),
            lines=tuple(line_of(line) for line in derived["lines"]),
            readings=tuple(self._readings()),
            documents=tuple(self._document(paper) for paper in case.papers),
            signatures=tuple(self._signatures()),
            people=tuple(self._people()),
        )

    def _issuer(self) -> Letterhead:
        house = self._case.house
        try:
            return own_letterhead(KnownRecords(self._case.reader, self._case.at), house.company_id)
        except ContentMissing:
            return Letterhead(name=house.slug, address=UNKNOWN, vat_number="–")

    def _customer(self) -> Customer:
        parties = (self._case.reader.record(key) for key in sorted(self._case.gathered.parties))
        customers = [customer_of(party) for party in parties if isinstance(party, Party)]
        return customers[0] if customers else NOBODY

    def _subject(self) -> str | None:
        first = next((one.fact for one in self._told if one.stream.id == self._case.about.id), None)
        for name in ("fault", "title", "product"):
            value = getattr(first, name, None) or getattr(getattr(first, "details", None), name, None)
            if value:
                return str(value)
        return None

    def _record(self, stream: Stream) -> parts.DisputeRecord:
        withheld = sum(fact.position in self._case.gathered.withheld for fact in stream.facts)
        return parts.DisputeRecord(
            kind=KINDS.get(stream.kind, stream.kind),
            number=self._numbers.get(stream.id),
            facts=len(stream.facts),
            is_whole=stream.is_whole,
            withheld=withheld,
        )

    def _entry(self, one: Told) -> parts.DisputeEntry:
        fact, number = one.fact, self._numbers.get(one.stream.id)
        kind, _, what = told(one.stored.topic).partition(": ")
        said = issued(fact) or detail(fact, self._names)
        return parts.DisputeEntry(
            position=one.stored.position,
            happened_at=fact.act.at,
            recorded_at=one.recorded_at,
            is_late=abs(one.recorded_at - fact.act.at) > LATE,
            by=self._names.who(fact.act.by),
            command=_command(one.stored),
            what=f"{kind}{f' {number}' if number else ''}: {what}" if what else kind,
            detail=said,
            why=fact.act.why or None,
        )

    def _coverage(self) -> Iterator[parts.DisputePage]:
        """Each decision about who pays, with its reasons."""
        for one in self._told:
            if not isinstance(one.fact, Call.Opened | Call.CoverageDecidedAgain):
                continue
            coverage = one.fact.coverage
            items = [
                f"  {self._names.record(item.serial_item_id) or 'Macchina'}: {text(item.kind, ITALIAN)}. {item.why}"
                for item in coverage.items
            ]
            yield parts.DisputePage(
                title=f"{self._numbers.get(one.stream.id, '')} {_day(one.fact.act.at)}".strip(),
                lines=(f"{text(coverage.kind, ITALIAN)}. {coverage.why}", *items),
            )

    def _readings(self) -> Iterator[parts.DisputeReading]:
        for one in self._told:
            if not isinstance(one.fact, SerialItem.ReadingRecorded | SerialItem.ReadingCorrected | Call.ReadingNoted):
                continue
            reading = one.fact.reading
            on = getattr(reading, "read_on", None) or getattr(reading, "read_at", None)
            machine = getattr(reading, "serial_item_id", one.stream.id)
            yield parts.DisputeReading(
                read_on=_day(on) if on else "–",
                machine=self._names.record(machine) or str(machine)[:8],
                meter=str(getattr(reading, "meter", None) or getattr(reading, "kind", "–")),
                value=reading.value,
                source=text(getattr(reading, "source", None), ITALIAN) or told(one.stored.topic).partition(": ")[2],
                position=one.stored.position,
            )

    def _document(self, paper: Paper) -> parts.DisputeDocument:
        return parts.DisputeDocument(
            title=told(paper.title) if paper.title.endswith(".v1") else paper.title,
            name=paper.name,
            state=STATES[paper.state],
            sha256=paper.sha256,
            position=paper.stated_by,
        )

    def _signatures(self) -> Iterator[parts.DisputeSignature]:
        for one in self._told:
            fact = one.fact
            signature = getattr(fact, "signature", None)
            about = self._numbers.get(one.stream.id, "")
            if isinstance(signature, Signature):
                yield parts.DisputeSignature(
                    name=signature.signer.name,
                    role=signature.signer.role,
                    what=f"{told(one.stored.topic)} {about}".strip(),
                    at=signature.signed_at,
                    how=SENT[signature.channel] + (", impronta verificata" if signature.verified else ""),
                    document_sha256=signature.document_sha256,
                    position=one.stored.position,
                )
            elif isinstance(fact, Quote.Accepted):
                yield parts.DisputeSignature(
                    name=fact.person.name,
                    what=f"Offerta {about} accettata, revisione {fact.revision}",
                    at=fact.act.at,
                    how=fact.channel,
                    position=one.stored.position,
                )

    def _people(self) -> Iterator[parts.DisputePerson]:
        acts: dict[str, list[datetime]] = defaultdict(list)
        for one in self._told:
            acts[self._names.who(one.fact.act.by)].append(one.fact.act.at)
        for name, instants in sorted(acts.items()):
            yield parts.DisputePerson(name=name, facts=len(instants), first_at=min(instants), last_at=max(instants))


def _command(stored: SealedFact) -> str | None:
    command: str | None = loads(stored.metadata).get("command")
    return command


def _instant(stored: SealedFact) -> datetime:
    return _moment(stored.recorded_at)


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _by_time(one: Told) -> tuple[datetime, int]:
    return one.fact.act.at, one.stored.position


def _day(value: date) -> str:
    return value.strftime("%d/%m/%Y")
