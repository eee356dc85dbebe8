"""What a quote holds: titled parts, lines to choose from, texts and pictures; copied and compared (QUO-1, QUO-3)."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from aggregates.attachment import FileUnknown
from aggregates.base import Act
from aggregates.quote import Quote
from aggregates.quote_refusals import NotAnOption, RevisionIsSent
from commands.attachment import STORE, StoreFile
from commands.quote import QuoteForWhom
from commands.quote_texts import PictureNotDrawable, PictureTooLarge
from tests.commands.goods import CALL, CUSTOMER, X, article, opened, registered
from tests.dsl import MORNING, Company, do

QUOTE, COPY = UUID("66666666-6666-6666-6666-666666666666"), UUID("66666666-6666-6666-6666-666666666667")
MACHINE, PROSPECT = UUID("77777777-7777-7777-7777-777777777777"), UUID("11111111-1111-1111-1111-111111111112")
PART, ACTIVITY = UUID("88888888-8888-8888-8888-888888888888"), UUID("99999999-9999-9999-9999-999999999998")
FIRST, SECOND, THIRD = (UUID(int=n) for n in (1, 2, 3))
LAURA = {"name": "Laura Bianchi"}
LINES: list[dict[str, Any]] = [
    {"line_id": FIRST, "description": "Revisione", "unit_price": "100.00", "section": "Lavori"},
    {"line_id": SECOND, "description": "Filtro", "unit_price": "30.00", "optional": True},
    {"line_id": THIRD, "description": "Pulizia", "unit_price": "20.00", "optional": True},
]
DRAFT = do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=LINES)
SEND = do("send-quote", quote_id=QUOTE)
ACCEPT: dict[str, Any] = {"quote_id": QUOTE, "revision": 0, "person": LAURA, "channel": "email"}
PRICES = [{"article_code": "X", "from_on": "2026-01-01", "unit_price": "84.90"}]


@pytest.fixture
def office(company: Company) -> Company:
    opened(company)
    registered(company)
    company.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=PRICES)
    company.do("set-party-terms", party_id=CUSTOMER, price_list_code="BASE")
    return company


def sheet(company: Company, quote_id: UUID = QUOTE) -> dict[str, Any]:
    found: dict[str, Any] = company.ask("quote", quote_id=quote_id)
    return found


def stored(company: Company, data: bytes, media_type: str = "image/png", size: int | None = None) -> dict[str, Any]:
    """A block with a picture that was uploaded."""
    file = StoreFile(sha256=sha256(data).hexdigest(), bytes=size or len(data), media_type=media_type)
    company.house.desk.execute(STORE, file, Act(by="user:test", at=MORNING))
    return {"picture": {"sha256": file.sha256, "caption": "La scheda", "width_percent": 50}}


def test_what_is_to_be_chosen_counts_only_when_chosen(office: Company) -> None:
    office.given(DRAFT, SEND)
    assert sheet(office)["net"] == Decimal("100.00")
    office.given().when(do("accept-quote", **ACCEPT, options=[FIRST])).then_refused(NotAnOption)
    office.given().when(do("accept-quote", **ACCEPT, options=[THIRD])).then((Quote.Accepted, {"options": (THIRD,)}))
    assert sheet(office)["net"] == Decimal("120.00")
    assert [line["description"] for line in sheet(office)["revisions"][0]["lines"]] == [
        "Revisione",
        "Filtro",
        "Pulizia",
    ]
    assert [line.description for line in office.record(QUOTE).accepted.lines] == ["Revisione", "Pulizia"]
    order = office.do("order-quote", quote_id=QUOTE)
    assert office.ask("sales-order", order_id=order["order_id"])["net"] == Decimal("120.00")
    (invoice,) = office.do("propose-invoices", until="2026-09-30", quote_ids=[QUOTE])["invoices"]
    assert invoice["net"] == "120.00"


def test_texts_are_said_of_a_draft_and_go_on_with_its_revisions(office: Company) -> None:
    header = [{"text": "Gentile **cliente**"}, stored(office, b"scheda")]
    say = do("set-quote-texts", quote_id=QUOTE, header=header, footer=[{"text": "Grazie"}])
    office.given(DRAFT).when(say).then(Quote.TextsSet)
    office.given().when(say).then_nothing()
    office.given(SEND).when(do("set-quote-texts", quote_id=QUOTE)).then_refused(RevisionIsSent)
    office.given(do("revise-quote", quote_id=QUOTE))
    zero, one = sheet(office)["revisions"]
    assert one["texts"] == zero["texts"]
    assert one["texts"]["header"][1]["picture"]["sha256"] == sha256(b"scheda").hexdigest()
    assert office.record(QUOTE).latest("A").texts.footer[0].text == "Grazie"


def test_a_picture_must_have_been_uploaded_and_be_one(office: Company) -> None:
    office.given(DRAFT)
    say: dict[str, Any] = {"quote_id": QUOTE}
    unknown = {"picture": {"sha256": "c" * 64}}
    office.given().when(do("set-quote-texts", **say, header=[unknown])).then_refused(FileUnknown)
    pdf = stored(office, b"%PDF-", "application/pdf")
    office.given().when(do("set-quote-texts", **say, footer=[pdf])).then_refused(PictureNotDrawable)
    big = stored(office, b"big", size=1_000_001)
    lines = [{**LINES[0], "blocks": [big]}]
    office.given().when(do("set-quote-lines", **say, lines=lines)).then_refused(PictureTooLarge)


def test_a_copy_is_a_new_quote_that_goes_its_own_way(office: Company) -> None:
    lines = [*LINES, {"article_id": X, "quantity": "2"}]
    office.given(
        do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=lines, texts={"header": [{"text": "Salve"}]}),
        SEND,
    )
    new = [{"article_code": "X", "from_on": "2026-02-01", "unit_price": "90.00"}]
    office.given(do("set-prices", code="BASE", prices=new))
    copy = do("copy-quote", quote_id=QUOTE, new_quote_id=COPY)
    office.given(copy).when(copy).then_nothing()
    assert (sheet(office, COPY)["net"], sheet(office, COPY)["status"]) == (Decimal("269.80"), "draft")
    assert sheet(office, COPY)["number"] != sheet(office)["number"]
    told = office.ask("quote-comparison", quote_id=QUOTE, one="A0", other="A0", other_quote_id=COPY)
    assert (told["added"], told["removed"], told["changed"], told["texts_changed"]) == ([], [], [], False)
    again = do("copy-quote", quote_id=QUOTE, reprice=True)
    assert office.execute(again).result["net"] == "280.00"


def test_a_prospect_is_quoted_and_a_copy_for_them_has_their_prices(office: Company) -> None:
    office.do("register-party", party_id=PROSPECT, code="P1", name="Neri Srl", role="prospect")
    office.given(do("draft-quote", quote_id=QUOTE, customer_id=CUSTOMER, lines=[{"article_id": X}]))
    result = office.execute(do("copy-quote", quote_id=QUOTE, customer_id=PROSPECT)).result
    assert result["unpriced"] == ["Articolo X"]
    alone = office.execute(do("draft-quote", customer_id=PROSPECT, lines=LINES[:1])).result
    assert alone["net"] == "100.00"


def test_a_quote_for_a_machine_is_for_its_owner(office: Company) -> None:
    machine: dict[str, Any] = {"manufacturer": "Silanos", "number": "SN-1", "product": "LT-900", "type": "dishwasher"}
    office.do("register-serial-item", serial_item_id=MACHINE, owner_id=CUSTOMER, **machine)
    office.given().when(do("draft-quote", lines=LINES[:1])).then_refused(QuoteForWhom)
    office.given(do("draft-quote", quote_id=QUOTE, serial_item_ids=[MACHINE], lines=LINES[:1]))
    assert (sheet(office)["customer_id"], sheet(office)["content"]["serial_item_ids"]) == (CUSTOMER, [str(MACHINE)])


def test_two_alternatives_are_compared_line_by_line(office: Company) -> None:
    article(office, "Y")
    other = [{"description": "Revisione", "unit_price": "90.00"}, {"description": "Garanzia", "unit_price": "15.00"}]
    office.given(DRAFT, do("add-quote-alternative", quote_id=QUOTE, alternative="B", lines=other))
    told = office.ask("quote-comparison", quote_id=QUOTE, one="A0", other="B0")
    assert [line["description"] for line in told["added"]] == ["Garanzia"]
    assert [line["description"] for line in told["removed"]] == ["Filtro", "Pulizia"]
    (changed,) = told["changed"]
    assert changed["differences"]["unit_price"] == {"from": "100.00", "to": "90.00"}
    assert (told["net"]["difference"], told["tax"]["difference"]) == (Decimal("5.00"), Decimal("1.10"))
    assert told["vat"][0]["base"] == {"from": "100.00", "to": "105.00"}


def test_what_changed_behind_a_quote_is_said_in_words(office: Company) -> None:
    plan: dict[str, Any] = {"call_id": CALL, "line_id": PART, "article_id": X, "code": "X", "description": "Ricambio X"}
    work: dict[str, Any] = {"call_id": CALL, "activity_id": ACTIVITY, "kind": "repair", "mode": "visit"}
    office.given(
        do("open-call", call_id=CALL, party_id=CUSTOMER, fault="Perde"),
        do("plan-part", **plan, quantity="2"),
        do("quote-call", call_id=CALL, quote_id=QUOTE),
    )
    assert sheet(office)["source_changed_since"]["changes"] == []
    office.given(do("plan-part", **plan, quantity="3"), do("plan-activity", **work, minutes=60, note="collaudo"))
    changes = sheet(office)["source_changed_since"]["changes"]
    assert [(each["what"], each["from"], each["to"]) for each in changes] == [
        ("planned-quantity", "2", "3"),
        ("planned-activity", None, "prevista"),
    ]
    assert changes[0]["sentence"] == "Ricambio X: quantità prevista 2 → 3"
