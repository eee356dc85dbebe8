"""The public stream: only what is listed, in one order without gaps that never changes once told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from aggregates import publication
from aggregates.base import Aggregate
from aggregates.party import Party
from aggregates.rules.vat import CustomerKind
from gateways import (
    public_accounting,
    public_costs,
    public_facts,
    public_goods,
    public_receipts,
    public_revenue,
    published,
)
from gateways.asyncapi import editions_of
from gateways.codec import fact_class
from gateways.postgres.server import PostgresServer
from gateways.public_facts import PartyRegistered, PublicData
from gateways.public_mapping import LIST, REMEMBERED, Listed
from gateways.published import PublicStream, payloads, schemas
from gateways.schema_changes import breaking_changes
from gateways.wiring import Installation
from tests.dsl import Company, do
from tests.gateways.bills import credit_note, customer, document, issue, pay
from tests.gateways.public_stream import feed, new_company, publishing, told

FROZEN = Path(__file__).with_name("frozen_schemas")
ROSSI = do("register-party", code="C1", name="Rossi Gilbo", tax={"vat_number": "IT12345670017"})
ANNA = do(
    "register-party",
    code="C2",
    name="Anna Verdi",
    nature="consumer",
    tax={"tax_code": "VRDNNA85M41H294N"},
    address={"street": "Via Roma 1", "postcode": "47900", "town": "Rimini", "province": "RN"},
)


@pytest.fixture(scope="module")
def installation(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with publishing(postgres, tmp_path_factory.mktemp("published")) as running:
        yield running


@pytest.fixture
def company(installation: Installation) -> Company:
    return new_company(installation)


NEXT = publication.EDITION + 1


class SiteAdded(PublicData):
    """What the next edition of the list might tell."""

    TYPE = "libretto.site.added.v1"
    EXAMPLE: ClassVar[dict[str, Any]] = {"code": "S1"}

    code: str


SITES = Listed(Party.SiteAdded, (SiteAdded,), lambda fact, _: SiteAdded(code=fact.site.code), since=NEXT)


@pytest.fixture
def next_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program of next year, which also tells of new sites."""
    monkeypatch.setattr(publication, "EDITION", NEXT)
    monkeypatch.setattr(PublicStream, "LISTED", published.by_topic((*LIST, SITES)))
    monkeypatch.setitem(PublicStream.HANDLERS, Party.SiteAdded.TOPIC, PublicStream.happened)


def add_site(company: Company, party: str, code: str) -> None:
    address = {"street": "Via Michelangelo 25", "postcode": "47100", "town": "Forlì", "province": "FC"}
    company.do("add-site", party_id=party, code=code, name="Sede", address=address)


def rebuilt(company: Company) -> None:
    """A new generation beside the one in use, caught up and switched to."""
    installation = company.installation
    generation = installation.registry.rebuild(PublicStream.NAME)
    installation.daemon.catch_up()
    seen = installation.registry.seen(PublicStream.NAME)
    assert seen is not None
    assert (seen.number, seen.status) == (generation.number, "active")


def test_a_fact_is_told_as_a_cloud_event(company: Company) -> None:
    result = company.execute(replace(ROSSI, at=ROSSI.at)).result
    (event,) = told(company)
    assert event["specversion"] == "1.0"
    assert event["type"] == "libretto.party.registered.v1"
    assert event["source"] == f"/companies/{company.house.company_id}"
    assert event["subject"] == result["party_id"]
    assert event["time"] == "2026-09-01T07:00:00Z"
    assert (event["sequence"], event["position"]) == (1, 1)
    assert event["epoch"] == str(company.house.epoch)
    assert event["data"]["code"] == "C1"
    json.dumps(event)


def test_the_sequence_counts_public_facts_alone(company: Company) -> None:
    party = company.execute(ROSSI).result["party_id"]
    add_site(company, party, "S1")
    company.execute(ANNA)
    assert [(event["sequence"], event["position"]) for event in told(company)] == [(1, 1), (2, 3)]
    assert feed(company).head() == 2


def test_folding_again_changes_nothing(company: Company) -> None:
    company.execute(ROSSI)
    before = told(company)
    company.fold()
    assert told(company) == before


def test_the_data_of_consumers_stay_home(company: Company) -> None:
    company.execute(ANNA)
    text = json.dumps(told(company))
    assert not [word for word in ("Anna", "Verdi", "VRDNNA85M41H294N", "Roma", "Rimini") if word in text]


def test_what_is_not_listed_is_never_told(company: Company) -> None:
    party = company.execute(ROSSI).result["party_id"]
    add_site(company, party, "S1")
    company.do("add-contact", party_id=party, name="Mario Rossi", phone="0543 123456")
    listed = {data.TYPE for data in payloads()}
    assert {event["type"] for event in told(company)} <= listed
    assert len(told(company)) == 1


def test_only_listed_facts_and_those_to_remember_are_even_looked_at() -> None:
    known = {row.kind.TOPIC for row in LIST} | {kind.TOPIC for kind in REMEMBERED}
    editions = {publication.Publication.EditionAdopted.TOPIC, publication.Publication.EditionRaised.TOPIC}
    assert set(PublicStream.HANDLERS) == known | editions
    assert set(PublicStream.LISTED) == {row.kind.TOPIC for row in LIST}


@pytest.mark.parametrize("kind", [*(row.kind for row in LIST), *REMEMBERED], ids=lambda kind: kind.TOPIC)
def test_the_list_names_facts_as_the_log_reads_them(kind: type[Aggregate.Event]) -> None:
    assert fact_class(kind.TOPIC) is kind


def test_stock_movements_carry_article_quantity_and_value(company: Company) -> None:
    warehouse = company.do("open-warehouse", code="M", name="Magazzino")["warehouse_id"]
    article = company.do("register-article", code="R-404A", description="Gas", kind="part")["article_id"]
    where = {"article_id": article, "warehouse_id": warehouse}
    order = {"kind": "purchase-order", "id": str(uuid4()), "number": "O-1"}
    company.do("receive-stock", **where, quantity="10", unit_cost="12.345", source=order)
    company.do("issue-part", **where, quantity="2", record={"kind": "call", "id": str(uuid4()), "number": "CH-1"})
    moved = [event["data"] for event in told(company) if event["type"] == "libretto.stock.moved.v1"]
    assert [(m["movement"], m["quantity"], m["value"]) for m in moved if m["quantity"] != "0"] == [
        ("receipt", "10", "123.45"),
        ("issue", "-2", "-24.69"),
    ]
    assert {(m["article_id"], m["article_code"]) for m in moved} == {(article, "R-404A")}


def test_an_invoice_tells_accounting_what_it_needs(company: Company) -> None:
    (invoice,) = issue(company, document("2026/45", "351.78", "10.00", customer=customer(CustomerKind.PUBLIC_BODY)))
    pay(company, invoice, "100.00")
    issue(company, credit_note("NC 1", invoice, "10.00"))
    issued, paid, credited = (event["data"] for event in told(company))
    assert (issued["number"], issued["taxable"], issued["vat"]) == ("2026/45", "361.78", "79.59")
    assert (issued["total"], issued["payable"]) == ("441.37", "361.78")
    assert [(each["split_payment"], each["vat"]) for each in issued["vat_summary"]] == [(True, "79.59")]
    assert [(line["account"], line["amount"]) for line in issued["lines"]] == [
        ("58.01.001", "351.78"),
        ("58.01.002", "10.00"),
    ]
    assert issued["due_dates"] == [{"due_on": "2026-04-16", "amount": "361.78"}]
    assert issued["customer"]["name"] == "Rossi Gilbo"
    assert (paid["invoice_number"], paid["amount"]) == ("2026/45", "100.00")
    assert (credited["number"], credited["invoice_number"], credited["total"]) == ("NC 1", "2026/45", "12.20")


def test_a_rebuild_gives_the_identical_stream(company: Company) -> None:
    party = company.execute(ROSSI).result["party_id"]
    add_site(company, party, "S1")
    company.execute(ANNA)
    before = told(company)
    rebuilt(company)
    assert told(company) == before


def test_a_longer_list_tells_nothing_before_it_is_adopted(company: Company, next_edition: None) -> None:
    party = company.execute(ROSSI).result["party_id"]
    add_site(company, party, "S1")
    assert [event["type"] for event in told(company)] == ["libretto.party.registered.v1"]


def test_an_adopted_edition_tells_from_there_on_and_a_rebuild_agrees(company: Company, next_edition: None) -> None:
    party = company.execute(ROSSI).result["party_id"]
    add_site(company, party, "unheard")
    company.do("adopt-public-edition", edition=NEXT)
    add_site(company, party, "heard")
    company.execute(ANNA)
    before = told(company)
    assert [(event["sequence"], event["data"].get("code")) for event in before] == [(1, "C1"), (2, "heard"), (3, "C2")]
    rebuilt(company)
    assert told(company) == before


def test_an_older_program_waits_at_an_edition_it_does_not_know(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = publication.EDITION
    monkeypatch.setattr(publication, "EDITION", NEXT)
    company.execute(ROSSI)
    company.do("adopt-public-edition", edition=NEXT)
    monkeypatch.setattr(publication, "EDITION", now)
    company.execute(ANNA)
    assert [event["sequence"] for event in told(company)] == [1]
    monkeypatch.setattr(publication, "EDITION", NEXT)
    patience_over(company, monkeypatch)
    assert [event["data"]["code"] for event in told(company)] == ["C1", "C2"]


def test_a_fact_that_cannot_be_told_holds_up_its_company_and_no_other(
    company: Company, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = company.execute(ROSSI).result["party_id"]

    def breaks(fact: Aggregate.Event, context: Any) -> PublicData:
        if str(fact.stream_id) == broken:
            raise ValueError("poison")
        return LIST[0].make(fact, context)

    monkeypatch.setattr(PublicStream, "LISTED", published.by_topic([replace(LIST[0], make=breaks)]))
    company.execute(ANNA)
    other = new_company(installation)
    other.execute(ANNA)
    assert told(company) == []
    assert len(told(other)) == 1
    assert company.ask("parties")["items"] != []
    monkeypatch.undo()
    patience_over(company, monkeypatch)
    assert [event["data"]["code"] for event in told(company)] == ["C1", "C2"]


def patience_over(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The daemon looks again at what it could not fold."""
    company.installation.daemon._held.clear()


@pytest.mark.parametrize("data", payloads(), ids=lambda data: data.TYPE)
def test_every_public_type_has_a_schema_and_an_example(data: type[PublicData]) -> None:
    assert schemas()[data.TYPE]["description"]
    example = data.model_validate_json(json.dumps(data.EXAMPLE))
    assert example.model_dump(mode="json") == data.EXAMPLE
    assert re.fullmatch(r"libretto(\.[a-z-]+){2}\.v\d+", data.TYPE)


def test_every_payload_class_is_listed() -> None:
    modules = (public_facts, public_accounting, public_goods, public_receipts, public_revenue, public_costs)
    defined = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    assert {kind for kind in defined if issubclass(kind, PublicData) and "TYPE" in vars(kind)} == set(payloads())


def test_the_list_never_runs_ahead_of_its_edition() -> None:
    assert max(row.since for row in LIST) <= publication.EDITION
    assert PartyRegistered.TYPE in schemas()


@pytest.mark.parametrize("edition", range(1, publication.EDITION + 1))
def test_shipped_schemas_change_in_their_words_alone(edition: int) -> None:
    """A changed payload is a new class with the next version in its type; a new edition gets a frozen file."""
    now, shipped = schemas(), json.loads((FROZEN / f"edition-{edition}.json").read_text("utf-8"))
    assert shipped, "an edition adds something"
    assert [change for name, schema in shipped.items() for change in breaking_changes(schema, now[name])] == []


def test_every_type_is_frozen_in_the_edition_that_brought_it() -> None:
    """Add a new type to its edition's file: its schema, as `GET …/events/schemas` answers it."""
    files = {path.stem: json.loads(path.read_text("utf-8")) for path in FROZEN.iterdir()}
    frozen = {name: stem for stem, shipped in files.items() for name in shipped}
    assert frozen == {data.TYPE: f"edition-{editions_of(data.TYPE)[0]}" for data in payloads()}
