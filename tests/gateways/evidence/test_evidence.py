"""Evidence that a stranger can check: complete, nobody else's, as known at an instant, and over what was sealed."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args
from uuid import UUID, uuid5

import pytest
from pydantic import BaseModel

from aggregates.evidence import About, Evidence, TakenEvidence
from commands.evidence import RECORD, RecordEvidence
from gateways.evidence.finding import NothingToProve
from gateways.evidence.kinds import BELONGING
from gateways.evidence.proving import FactAltered
from gateways.evidence.wording import ELSEWHERE, field_title
from projections.documents.dispute_words import FACTS, KINDS
from projections.history import KERNEL, SECRET, plain
from tests.dsl import Company
from tests.gateways.evidence.case import (
    BIANCHI,
    CALL,
    CALLER,
    CONTRACT,
    FOREIGN,
    MACHINE,
    SIGNER,
    THEIRS,
    checked,
    evidence,
    told,
)
from tests.gateways.seals.tampering import tamper
from tests.printing import words

EXPECTED = {
    About.CALL: {"call": 1, "attachment": 1, "issued-document": 2, "serial-item": 1, "contract": 1, "party": 1},
    About.CONTRACT: {"contract": 1, "invoice": 1, "issued-document": 3, "serial-item": 1, "party": 1},
    About.INVOICE: {"invoice": 1, "contract": 1, "issued-document": 1, "serial-item": 1, "party": 1},
    About.SERIAL: {"serial-item": 1, "call": 1, "contract": 1, "issued-document": 3, "attachment": 1, "party": 1},
}
"""At least these records, by kind."""


def number(company: Company, about: About) -> str:
    """What stands on paper."""
    if about is About.CALL:
        return str(company.ask("call", call_id=CALL)["number"])
    return {About.CONTRACT: "1/2026", About.INVOICE: "2026/1", About.SERIAL: "SN-778"}[about]


@pytest.mark.parametrize("about", list(About))
def test_evidence_holds_and_is_complete_and_tells_of_nobody_else(
    dispute: Company, about: About, tmp_path: Path
) -> None:
    made = evidence(dispute, about, number(dispute, about), tmp_path)
    status, said = checked(tmp_path, "--manifest", made.manifest_sha256)
    assert (status, "Everything holds." in said) == (0, True), said
    json = told(tmp_path)
    kinds = Counter(record["kind"] for record in json["records"])
    assert {kind: kinds[kind] for kind in EXPECTED[about]} == EXPECTED[about], kinds
    assert made.facts == len(json["facts"])
    text = (tmp_path / "evidence.json").read_text() + words((tmp_path / "evidence.pdf").read_bytes())
    states = "".join(b64decode(fact["state"]).decode() for fact in json["facts"] if "state" in fact)
    foreign = {str(BIANCHI), str(THEIRS), *FOREIGN}
    assert not [word for word in foreign if word in text or word in states]
    assert made.withheld == 1
    (withheld,) = [fact for fact in json["facts"] if "withheld" in fact]
    assert set(withheld) == {"position", "stream_id", "version", "withheld", "leaf", "seal", "index", "path"}
    assert withheld["stream_id"] == str(MACHINE)


def test_whole_records_are_whole(dispute: Company, whole: Path) -> None:
    there: dict[str, list[int]] = {}
    for fact in told(whole)["facts"]:
        there.setdefault(fact["stream_id"], []).append(fact["position"])
    for stream in (CALL, CONTRACT, MACHINE):
        assert there[str(stream)] == [one.position for one in dispute.facts(stream)]
    site = [fact for fact in told(whole)["facts"] if fact.get("topic") == "party.site-added.v1"]
    assert len(site) == 1  # the customer's other site has nothing to do with it


def test_personal_words_are_revealed_with_their_salt(whole: Path) -> None:
    entries = [entry for fact in told(whole)["facts"] for entry in fact.get("personal", ())]
    values = {entry["value"] for entry in entries}
    assert {CALLER, SIGNER} <= values
    facts = b"".join(b64decode(fact["state"]) for fact in told(whole)["facts"] if "state" in fact)
    assert CALLER.encode() not in facts


def test_papers_lie_beside_it_with_the_hash_of_their_fact(whole: Path) -> None:
    documents = told(whole)["documents"]
    assert [document["state"] for document in documents] == ["enclosed"] * 3
    for document in documents:
        assert hashlib.sha256((whole / document["file"]).read_bytes()).hexdigest() == document["sha256"]
    assert (whole / "verify.py").is_file()
    assert "python verify.py" in (whole / "README.txt").read_text()


def test_what_was_reckoned_stands_apart(dispute: Company, whole: Path) -> None:
    derived = told(whole)["derived"]
    assert derived["program"].startswith("libretto ")
    assert "no seal covers it" in derived["says"]
    resolve = next(clock for clock in derived["clocks"] if clock["clock"] == "resolve")
    view = dispute.ask("service-clock", call_id=CALL, clock="resolve")
    assert (resolve["due_at"], resolve["steps"]) == (plain(view["due_at"]), plain(view["steps"]))
    assert "Pezzo arrivato prima" in resolve["text"]
    assert derived["coverage"][0]["reason"] == "Coperto dal contratto 1/2026 fino al 28/02/2027."


def test_the_lines_of_an_invoice_are_explained(dispute: Company, tmp_path: Path) -> None:
    evidence(dispute, About.INVOICE, "2026/1", tmp_path)
    (line,) = told(tmp_path)["derived"]["lines"]
    assert line["amount"] == "1200.00"
    positions = {fact["position"] for fact in told(tmp_path)["facts"]}
    assert {fact["position"] for fact in line["facts"]} <= positions


def test_the_paper_tells_hash_timeline_clocks_signature_and_documents(whole: Path) -> None:
    text = words((whole / "evidence.pdf").read_bytes())
    plain_text = re.sub(r"[\s\u200b]", "", text)
    assert hashlib.sha256((whole / "evidence.json").read_bytes()).hexdigest() in plain_text
    assert told(whole)["seals"][-1]["hash"] in plain_text
    for said in (
        "Prova documentale", "Rossi Gilbo", "aperta", "pausa corretta", "Pezzo arrivato prima", "rapporto firmato",
        "Scadenza", "Coperto dal contratto 1/2026", "Anna Verdi", "12.345", "Rapporto di intervento", "Gino Valli",
        "Marca temporale", "open-call", "python verify.py", "1 trattenuti",
    ):  # fmt: skip
        assert said in text, said
    for document in told(whole)["documents"]:
        assert document["sha256"] in plain_text


def test_only_what_was_known(dispute: Company, tmp_path: Path) -> None:
    paused = next(one for one in dispute.facts(CALL) if one.topic == "call.paused.v1")
    evidence(dispute, About.CALL, str(CALL), tmp_path, known_at=paused.recorded_at)
    json = told(tmp_path)
    assert max(fact["position"] for fact in json["facts"]) == paused.position
    assert json["about"]["known_at"] is not None
    assert "stopped" not in {clock["state"] for clock in json["derived"]["clocks"]}
    assert not [clock for clock in json["derived"]["clocks"] if clock["stopped_at"]]
    assert "resume-call" not in words((tmp_path / "evidence.pdf").read_bytes())
    assert checked(tmp_path)[0] == 0


def test_an_erased_person_is_told_as_erased_and_proofs_hold(dispute: Company, tmp_path: Path) -> None:
    state = next(one for one in dispute.facts(CALL) if one.topic == "call.opened.v1").fact
    person: UUID = state.caller.person_id  # type: ignore[attr-defined]  # the fact of an opened call
    keys = dispute.house.keys
    with dispute.house.database.company(dispute.house.company_id) as connection:
        where = (dispute.house.company_id, person)
        (wrapped,) = connection.execute(
            "select wrapped from subject_key where company_id = %s and subject_id = %s", where
        ).fetchone() or (None,)
    keys.destroy(person)
    try:
        made = evidence(dispute, About.CALL, str(CALL), tmp_path)
        entries = [entry for fact in told(tmp_path)["facts"] for entry in fact.get("personal", ())]
        erased = [entry for entry in entries if entry.get("erased")]
        assert {entry["subject"] for entry in erased} == {str(person)}
        assert made.erased == len(erased) > 0
        assert CALLER not in words((tmp_path / "evidence.pdf").read_bytes())
        assert CALLER not in (tmp_path / "evidence.json").read_text()
        status, said = checked(tmp_path)
        assert (status, f"{made.erased} personal words were erased" in said) == (0, True), said
    finally:
        with dispute.house.database.company(dispute.house.company_id) as connection:
            connection.execute(
                "update subject_key set wrapped = %s, destroyed_at = null where company_id = %s and subject_id = %s",
                (wrapped, *where),
            )


def test_no_evidence_over_an_altered_log(dispute: Company, tmp_path: Path) -> None:
    position = next(one for one in dispute.facts(CALL) if one.topic == "call.paused.v1").position
    own = f"where company_id = '{dispute.house.company_id}' and position = {position}"
    tamper(dispute, f"update fact set recorded_at = recorded_at + interval '1 second' {own}")
    try:
        with pytest.raises(FactAltered):
            evidence(dispute, About.CALL, str(CALL), tmp_path)
    finally:
        tamper(dispute, f"update fact set recorded_at = recorded_at - interval '1 second' {own}")


def test_nothing_to_prove(dispute: Company, tmp_path: Path) -> None:
    with pytest.raises(NothingToProve):
        evidence(dispute, About.INVOICE, str(CALL), tmp_path)


def test_that_evidence_was_taken_is_recorded_once(dispute: Company, tmp_path: Path) -> None:
    made = evidence(dispute, About.CONTRACT, "1/2026", tmp_path)
    found = dispute.ask("evidence-taken", record_id=CONTRACT)["items"]
    row = next(each for each in found if each["manifest_sha256"] == made.manifest_sha256)
    assert (row["by"], row["facts"], row["number"]) == ("user:perito", made.facts, "1/2026")
    taken: Any = dispute.record(row["evidence_id"])
    before = dispute.house.log.position()
    assert isinstance(taken, Evidence)
    again = RecordEvidence(**taken.evidence.model_dump())
    act = dispute.facts(taken.id)[0].fact.act
    dispute.house.desk.execute(RECORD, again, act, uuid5(taken.id, "again"))
    assert dispute.house.log.position() == before
    assert TakenEvidence(**taken.evidence.model_dump()).evidence_id == taken.id


def test_every_fact_that_may_stand_in_evidence_has_its_words() -> None:
    import gateways.wiring  # noqa: F401 - so that every kind of fact is there
    from aggregates.base import Aggregate

    kinds = {kind for one in BELONGING.values() for kind in (one.kind, *one.named, *one.naming, *one.with_papers)}
    assert kinds <= set(KINDS)
    topics = {topic for topic in _topics(Aggregate.Event) if topic.split(".")[0] in kinds}
    missing = {topic for topic in topics if topic.split(".")[1] not in FACTS.get(topic.split(".")[0], {})}
    assert not missing


def test_every_field_that_may_stand_in_evidence_has_its_words() -> None:
    import gateways.wiring  # noqa: F401 - so that every kind of fact is there
    from aggregates.base import Aggregate

    fields = {name for kind in _kinds(Aggregate.Event) if kind.TOPIC.split(".")[0] in KINDS for name in _fields(kind)}
    own = {name for name in fields if field_title(name).lower() == name.replace("_", " ")}
    assert own <= {"abi", "bic", "cab", "cig", "cup", "file", "formula", "iban", "km", "software", "volume", "word"}


def _kinds(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        if getattr(each, "TOPIC", "").count(".") == 2:
            yield each
        yield from _kinds(each)


def _fields(kind: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> Iterator[str]:
    for name, field in kind.model_fields.items():
        if name not in KERNEL | SECRET | ELSEWHERE:
            yield name
            for part in _models(field.annotation):
                if part not in seen:
                    yield from _fields(part, seen | {part})


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _topics(kind: type[Any]) -> set[str]:
    own = {kind.__dict__["TOPIC"]} if "TOPIC" in kind.__dict__ and kind.__dict__["TOPIC"].count(".") == 2 else set()
    return own.union(*(_topics(each) for each in kind.__subclasses__()))
