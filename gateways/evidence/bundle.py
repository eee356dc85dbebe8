"""Evidence for a dispute (prova documentale): one archive that a third party can verify without us (AUD-2).

`evidence.json` holds facts, proofs, seals and what was reckoned from them; `evidence.pdf` is the same for a judge and
names the hash of the JSON; `manifest.json` names the hash of every file. Its own hash is told when it is handed over.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from aggregates.base import Act, Refusal
from aggregates.evidence import About, TakenEvidence
from commands.evidence import RECORD, RecordEvidence
from gateways.evidence import verify
from gateways.evidence.derived import derived
from gateways.evidence.finding import Subject, subject
from gateways.evidence.gathering import Gathered, Gathering, Stream, position_at
from gateways.evidence.paper import Case, print_paper
from gateways.evidence.papers import Paper, Papers
from gateways.evidence.proving import Chain, proved
from gateways.evidence.readme import README
from gateways.evidence.revealing import gather_keys, revealed
from gateways.orders import NotLevel, settle
from gateways.seals import chain
from gateways.seals.leaves import SealedFact
from gateways.seals.maker import LogHasHoles, make_seals
from gateways.seals.stamping import authorities, stamp_newest
from gateways.wiring import House
from projections.base import Reader

PATIENCE_S = 30.0
"""How long lists may take to catch up."""
FORM, MANIFEST_FORM = "libretto-evidence-1", "libretto-evidence-manifest-1"
OTHER_CUSTOMER = "names another customer"


@dataclass(frozen=True)
class Asked:
    """Who wants evidence of what, as it was known when."""

    about: About
    reference: str
    by: str
    at: datetime
    known_at: datetime | None = None


@dataclass(frozen=True)
class Evidence:
    """What was written."""

    subject: Subject
    facts: int
    documents: int
    withheld: int
    erased: int
    seals: int
    manifest_sha256: str

    def taken(self, known_at: datetime | None) -> TakenEvidence:
        """What is recorded of it."""
        told = {name: getattr(self, name) for name in ("facts", "withheld", "erased", "documents", "manifest_sha256")}
        about: dict[str, Any] = {
            "about": self.subject.about,
            "record_id": self.subject.id,
            "number": self.subject.number,
        }
        return TakenEvidence(**about, **told, known_at=known_at)

    @property
    def name(self) -> str:
        """The name of the file, without its ending."""
        return f"evidence-{self.subject.about}-{''.join(c if c.isalnum() else '-' for c in self.subject.number)}"


class ListsBehind(Refusal):
    """The lists have not caught up with the log; try again in a minute."""

    status = 503


class LogBroken(Refusal):
    """Facts are missing in the log, so that it cannot be sealed; libretto verify says which."""

    status = 500


def write_evidence(house: House, asked: Asked, target: IO[bytes]) -> Evidence:
    """Write an evidence file. Raises `NothingToProve`, `SeveralRecords`, `FactAltered`, `LogBroken`.

    Every fact is sealed first, and the seals time-stamped where an authority is known. That it was taken is recorded.
    """
    try:
        make_seals(house, patience=timedelta(0))
    except LogHasHoles as error:
        raise LogBroken from error
    stamp_newest(house, authorities(house.installation.settings))
    with house.database.company(house.company_id) as connection:
        until = position_at(connection, asked.known_at)
    with _seen(house, asked.known_at) as reader:
        about = subject(reader, asked.about, asked.reference)
        with house.database.company(house.company_id) as connection:
            gathered = Gathering(connection, house.company_id, reader, asked.about, until).gather(about.id)
            held = proved(connection, house, gathered.facts)
        evidence = _Writing(house, asked, about, gathered, held, reader).into(target)
    command = RecordEvidence(**evidence.taken(asked.known_at).model_dump())
    house.desk.execute(RECORD, command, Act(by=asked.by, at=asked.at), evidence.taken(None).evidence_id)
    return evidence


@contextmanager
def _seen(house: House, known_at: datetime | None) -> Iterator[Reader]:
    """A reader of what was known by an instant; of now, once everything recorded has been folded."""
    if known_at is not None:
        with house.looking_back(known_at) as past:
            yield past
        return
    try:
        settle(house.installation, house, PATIENCE_S)
    except NotLevel as error:
        raise ListsBehind from error
    with house.reader.snapshot() as still:
        yield still


class _Writing:
    """One evidence file."""

    def __init__(
        self, house: House, asked: Asked, about: Subject, gathered: Gathered, held: Chain, reader: Reader
    ) -> None:
        self._house = house
        self._asked = asked
        self._about = about
        self._gathered = gathered
        self._held = held
        self._reader = reader
        self._facts = gathered.facts
        self._files: dict[str, bytes] = {}

    def into(self, target: IO[bytes]) -> Evidence:
        """Write everything."""
        shown = [pair for pair in self._facts if pair[1].position not in self._gathered.withheld]
        papers = Papers(self._house.installation.archive, self._reader, self._house.company_id).of(shown)
        told = self._told(papers, shown)
        self._files["evidence.json"] = json.dumps(told, indent=1, ensure_ascii=False, default=str).encode()
        sha256 = hashlib.sha256(self._files["evidence.json"]).hexdigest()
        self._files["evidence.pdf"] = print_paper(self._case(told, papers, sha256))
        self._files["verify.py"] = Path(verify.__file__).read_bytes()
        self._files["README.txt"] = README.encode()
        self._files |= {paper.file: paper.data for paper in papers if paper.data is not None}
        for stamp in self._held.stamps:
            seal = next(seal for seal in self._held.seals if seal.number == stamp.number)
            self._files |= {f"stamps/{stamp.number}.tsr": stamp.token, f"stamps/{stamp.number}.bin": seal.hash}
        listed = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(self._files.items())}
        manifest = json.dumps({"form": MANIFEST_FORM, "files": listed}, indent=1).encode()
        self._zip(target, {"manifest.json": manifest, **self._files})
        personal = [entry for fact in told["facts"] for entry in fact.get("personal", ())]
        return Evidence(
            self._about,
            len(self._facts),
            sum(paper.data is not None for paper in papers),
            len(self._facts) - len(shown),
            sum("erased" in entry for entry in personal),
            len(self._held.seals),
            hashlib.sha256(manifest).hexdigest(),
        )

    def _case(self, told: dict[str, Any], papers: Sequence[Paper], sha256: str) -> Case:
        asked = self._asked
        return Case(
            house=self._house,
            reader=self._reader,
            about=self._about,
            gathered=self._gathered,
            held=self._held,
            papers=papers,
            evidence=told,
            sha256=sha256,
            at=asked.at,
            by=asked.by,
            known_at=asked.known_at,
        )

    def _zip(self, target: IO[bytes], files: dict[str, bytes]) -> None:
        moment = self._asked.at.astimezone(UTC).timetuple()[:6]
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name, moment), data, zipfile.ZIP_DEFLATED)

    def _told(self, papers: Sequence[Paper], shown: Sequence[tuple[Stream, SealedFact]]) -> dict[str, Any]:
        gather_keys(self._house.keys, [fact for _, fact in shown])
        return {
            "form": FORM,
            "about": self._said(),
            "records": [_record(stream) for stream in self._gathered.streams if stream.facts],
            "facts": [self._fact(fact) for _, fact in self._facts],
            **self._held.told(),
            "documents": [paper.told() for paper in papers],
            "derived": derived(self._reader, self._about, self._gathered),
        }

    def _said(self) -> dict[str, Any]:
        asked = self._asked
        return {
            "company_id": str(self._house.company_id),
            "company": self._house.slug,
            "kind": self._about.about.value,
            "id": str(self._about.id),
            "number": self._about.number,
            "customers": sorted(str(key) for key in self._gathered.parties),
            "known_at": chain.instant(asked.known_at) if asked.known_at else None,
            "taken_at": chain.instant(asked.at),
            "taken_by": asked.by,
            "program": f"libretto {version('libretto')}",
        }

    def _fact(self, fact: SealedFact) -> dict[str, Any]:
        place = self._held.places[fact.position]
        proof = {"leaf": place.leaf, "seal": place.seal, "index": place.index, "path": place.path}
        if fact.position in self._gathered.withheld:
            where = {"position": fact.position, "stream_id": fact.stream_id, "version": fact.version}
            return {**where, "withheld": OTHER_CUSTOMER, **proof}
        told = {**fact._asdict(), "state": b64encode(fact.state).decode(), **proof}
        return {**told, "personal": revealed(self._house.keys, fact)}


def _record(stream: Stream) -> dict[str, Any]:
    return {
        "kind": stream.kind,
        "id": str(stream.id),
        "is_whole": stream.is_whole,
        "positions": [fact.position for fact in stream.facts],
        "versions": [fact.version for fact in stream.facts],
    }
