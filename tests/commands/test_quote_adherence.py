"""Work beyond an accepted quote, the fee of a refused one, and who is billed what (R7.5, R7.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.quote import Quote
from aggregates.quote_refusals import CallIsQuoted, FeeIsBilled, NoFeeOwed
from commands.quote import NothingToQuote
from gateways.spoken import spoken
from tests.commands.calls import CALL, TECHNICIANS
from tests.commands.test_work_billing import ARTICLES, CHARGES, LAURA, VISIT
from tests.contract_steps import C1, K1, ROSSI, draft, founded, line, sign
from tests.dsl import Company, Do, do

QUOTE, SECOND = UUID("99999999-9999-9999-9999-999999999999"), UUID("99999999-9999-9999-9999-999999999998")
OPENED = do("open-call", at="2026-04-16T08:00", call_id=CALL, party_id=C1, fault="Non stampa", number="CH-2026-0415")
PLANNED = do("plan-activity", at="2026-04-16T08:00", call_id=CALL, activity_id=VISIT, kind="repair", minutes=60)
DAY = "2026-04-16T08:30"
SEND = do("send-quote", at=DAY, quote_id=QUOTE, sent_to=LAURA)
OPEN_TERMS = {"tolerance": {"percent": "10", "beyond": "performed_within_tolerance"}}
HALF = {"tolerance": {"percent": "50", "beyond": "performed_within_tolerance"}}
ALL = dict.fromkeys(("call_fee", "travel", "labour", "overtime", "parts", "consumables", "per_diem"), True)


@pytest.fixture
def firm(company: Company) -> Company:
    """A customer with prices: an hour of labour is 52.00, to come is 35.00."""
    company.given(founded(company), ROSSI, *TECHNICIANS)
    for code, (kind, _) in ARTICLES.items():
        company.do("register-article", code=code, description=f"Voce {code}", kind=kind)
    prices = [{"article_code": code, "from_on": "2026-01-01", "unit_price": p} for code, (_, p) in ARTICLES.items()]
    charges = {name: CHARGES[name] for name in ("call-fee", "labour-hour")}
    company.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=prices, charges=charges)
    company.do("set-party-terms", party_id=C1, price_list_code="BASE")
    return company


def quoted(**terms: Any) -> tuple[Do, ...]:
    """87.00: an hour and the call fee, accepted."""
    return (
        OPENED,
        PLANNED,
        do("quote-call", at=DAY, call_id=CALL, quote_id=QUOTE, terms=terms),
        SEND,
        do("accept-quote", at=DAY, quote_id=QUOTE, revision=0, person=LAURA, channel="email"),
    )


def worked(hours: str, code: str | None = None) -> tuple[Do, ...]:
    """Work from nine o'clock on, perhaps with a part, and the call closed."""
    done = {"starts_at": "2026-04-16T09:00:00+02:00", "ends_at": f"2026-04-16T{hours}:00+02:00"}
    at = "2026-04-16T19:00"
    used = (do("use-part", at=at, call_id=CALL, line_id=UUID(int=5), code=code, description=code),) if code else ()
    return (
        do("perform-activity", at=at, call_id=CALL, activity_id=VISIT, kind="repair", text="Riparato", **done),
        *used,
        do("report-work", at=at, call_id=CALL, work_done="Riparato"),
        do("close-call", at=at, call_id=CALL),
    )


def due(firm: Company) -> list[tuple[str, Decimal]]:
    return [(row["kind"], row["amount"]) for row in firm.ask("billing-due", on="2026-04-30")["items"]]


def propose(firm: Company, **only: Any) -> list[dict[str, Any]]:
    answer = firm.execute(do("propose-invoices", at="2026-04-30T18:00", until="2026-04-30", **only)).result
    assert answer["parked"] == []
    found: list[dict[str, Any]] = answer["invoices"]
    return found


@pytest.mark.parametrize(
    ("terms", "until", "code", "billed", "state"),
    [
        ({}, "10:00", None, "87.00", "within_quote"),
        ({}, "10:05", None, "87.00", "within_tolerance"),
        ({}, "13:00", None, "87.00", "beyond"),
        (OPEN_TERMS, "09:30", None, "87.00", "within_quote"),
        (OPEN_TERMS, "10:05", None, "91.33", "within_tolerance"),
        (OPEN_TERMS, "13:00", None, "95.70", "beyond"),
        (OPEN_TERMS, "10:00", "KIT", "95.70", "beyond"),
        (HALF, "10:00", "KIT", "111.50", "within_tolerance"),
    ],
)  # fmt: skip
def test_the_price_binds_and_more_is_billed_up_to_the_tolerance(
    firm: Company, terms: dict[str, Any], until: str, code: str | None, billed: str, state: str
) -> None:
    """Quoted 87.00; five minutes more are 4.33, a kit is 24.50."""
    firm.given(*quoted(**terms), *worked(until, code))
    seen = firm.ask("quote-adherence", quote_id=QUOTE)
    assert (seen["state"], seen["to_bill"], seen["quoted"]) == (state, Decimal(billed), "87.00")
    assert firm.ask("quote", quote_id=QUOTE)["adherence"] == seen
    assert firm.ask("call", call_id=CALL)["quote"]["adherence"] == state
    assert due(firm) == [("quote", Decimal(billed))]
    (invoice,) = propose(firm)
    assert invoice["net"] == billed
    assert due(firm) == []


def test_a_quoted_call_is_not_billed_beside_its_quote(firm: Company) -> None:
    firm.given(*quoted(), *worked("13:00"))
    alone = do("propose-invoices", at="2026-04-30T18:00", until="2026-04-30", call_ids=[CALL])
    parked = firm.execute(alone).result["parked"]
    assert [each["code"] for each in parked] == [CallIsQuoted.code()]


def test_another_accepted_quote_pays_for_more_work(firm: Company) -> None:
    """Quoted 87 and then 60: 147; done 243 at four hours, of which 14.70 more are billed, with the first quote."""
    extra = [{"description": "Lavori in più", "unit_price": "60.00"}]
    firm.given(
        *quoted(**OPEN_TERMS),
        do("quote-call", at=DAY, call_id=CALL, quote_id=SECOND, planned=False, lines=extra),
        do("send-quote", at=DAY, quote_id=SECOND, sent_to=LAURA),
        do("accept-quote", at=DAY, quote_id=SECOND, revision=0, person=LAURA, channel="email"),
        *worked("13:00"),
    )
    seen = firm.ask("quote-adherence", quote_id=SECOND)
    assert (seen["quote_id"], seen["quoted"], seen["performed"]) == (QUOTE, "147.00", "243.00")
    assert sorted(due(firm)) == [("quote", Decimal("60.00")), ("quote", Decimal("101.70"))]
    assert sum(Decimal(each["net"]) for each in propose(firm)) == Decimal("161.70")


def test_the_companys_tolerance_is_frozen_when_the_quote_is_made(firm: Company) -> None:
    change = {"quote_tolerance": {"percent": "5", "beyond": "performed_within_tolerance"}}
    firm.do("set-company-parameters", at="2026-04-01T08:00", company_id=firm.house.company_id, change=change)
    firm.given(*quoted())
    later = {"quote_tolerance": {"percent": "90", "beyond": "performed_within_tolerance"}}
    firm.do("set-company-parameters", at="2026-04-16T09:00", company_id=firm.house.company_id, change=later)
    firm.given(*worked("13:00"))
    assert due(firm) == [("quote", Decimal("91.35"))]


# The fee of a refused quote.

NO = do("decline-quote", at="2026-04-17T09:00", quote_id=QUOTE, reason="Prezzo troppo alto")


def refused(fee: str | None = "40.00") -> tuple[Do, ...]:
    lines = [{"description": "Revisione", "unit_price": "100.00"}]
    terms = {"diagnosis_fee": fee} if fee else {}
    drafted = do("draft-quote", at=DAY, quote_id=QUOTE, customer_id=C1, lines=lines, terms=terms)
    return drafted, SEND, NO


def test_a_refused_quote_owes_its_diagnosis_once(firm: Company) -> None:
    firm.given(*refused()).when(NO).then_nothing()
    assert due(firm) == [("quote", Decimal("40.00"))]
    (invoice,) = propose(firm)
    assert (invoice["net"], due(firm)) == ("40.00", [])
    again = do("revise-quote", at="2026-04-30T18:30", quote_id=QUOTE)
    firm.given().when(again).then_refused(FeeIsBilled)
    firm.do("issue-invoice", at="2026-04-30T19:00", invoice_id=invoice["invoice_id"])
    assert (propose(firm), due(firm)) == ([], [])
    assert firm.ask("quote", quote_id=QUOTE)["invoice_number"] is not None


def test_no_fee_is_owed_where_none_was_stated_or_nobody_refused(firm: Company) -> None:
    firm.given(*refused(None))
    assert due(firm) == []
    waive = do("waive-quote-fee", at="2026-04-17T10:00", quote_id=QUOTE, reason="Cliente fedele")
    firm.given().when(waive).then_refused(NoFeeOwed)


def test_an_expired_quote_owes_nothing(firm: Company) -> None:
    drafted, sent, _ = refused()
    firm.given(drafted, sent, do("expire-quote", at="2026-05-20T06:00", quote_id=QUOTE))
    assert firm.ask("billing-due", on="2026-05-31")["items"] == []


def test_a_fee_that_is_waived_or_followed_by_a_new_revision_is_not_billed(firm: Company) -> None:
    waive = do("waive-quote-fee", at="2026-04-17T10:00", quote_id=QUOTE, reason="Cliente fedele")
    firm.given(*refused()).when(waive).then((Quote.FeeWaived, {"reason": "Cliente fedele"}))
    firm.given().when(waive).then_nothing()
    assert due(firm) == []
    firm.given(do("revise-quote", at="2026-04-18T09:00", quote_id=QUOTE))
    firm.given(
        do("send-quote", at="2026-04-18T09:10", quote_id=QUOTE),
        do("decline-quote", at="2026-04-19T09:00", quote_id=QUOTE, reason="No"),
    )
    assert due(firm) == [("quote", Decimal("40.00"))]
    firm.given(do("revise-quote", at="2026-04-20T09:00", quote_id=QUOTE))
    assert due(firm) == []


# Whether a quote is needed at all.


def test_where_everything_is_covered_no_quote_is_needed(firm: Company) -> None:
    firm.given(draft(starts_on="2026-01-01"), line(covered=ALL), sign(at="2026-01-01T10:00"))
    firm.do("set-billed-through", contract_id=K1, through_on="2026-12-31")
    ask = do("quote-call", at=DAY, call_id=CALL, quote_id=QUOTE)
    firm.given(OPENED, PLANNED).when(ask).then_refused(NothingToQuote)
    need = firm.ask("call", call_id=CALL)["quote"]
    assert (need["is_required"], {each["item"] for each in need["items"]}) == (False, {"labour", "call_fee", "travel"})
    anyway = do("quote-call", at=DAY, call_id=CALL, quote_id=QUOTE, even_if_covered=True)
    firm.given(anyway)
    (revision,) = firm.ask("quote", quote_id=QUOTE)["revisions"]
    assert (revision["net"], all(each["covered_reason"] for each in revision["lines"])) == (Decimal("0.00"), True)


HELP: dict[str, Any] = {
    "line_id": UUID(int=80),
    "item": "third_parties",
    "description": "Fabbro",
    "quantity": "1",
    "unit": "PZ",
    "unit_price": "80.00",
    "amount": {"amount": "80.00"},
}


def test_what_is_charged_needs_one(firm: Company) -> None:
    firm.given(OPENED, PLANNED)
    firm.given(do("add-charge", at=DAY, call_id=CALL, **HELP))
    need = firm.ask("call", call_id=CALL)["quote"]
    assert need["is_required"] is True
    told = [(each["reason"], each["because"]["code"]) for each in spoken(need, "en")["items"]]
    assert told[-1] == ("A charge of its own: it is paid.", "charge-by-hand")
    assert {code for _, code in told[:-1]} == {"no-cover"}
    assert all(said.startswith("No contract or warranty covers") for said, _ in told[:-1])
    firm.given(*quoted()[2:])
    assert firm.ask("call", call_id=CALL)["quote"]["accepted"] == [QUOTE]


def test_a_charge_written_on_the_call_stands_for_its_item(firm: Company) -> None:
    charge: dict[str, Any] = {
        "line_id": uuid4(),
        "item": "call_fee",
        "description": "Uscita",
        "quantity": "1",
        "unit": "PZ",
        "unit_price": "20.00",
        "amount": {"amount": "20.00"},
    }
    firm.given(OPENED, PLANNED, do("add-charge", at=DAY, call_id=CALL, **charge))
    firm.given(do("quote-call", at=DAY, call_id=CALL, quote_id=QUOTE))
    (revision,) = firm.ask("quote", quote_id=QUOTE)["revisions"]
    assert [(each["kind"], each["amount"]) for each in revision["lines"]] == [
        ("labour", "52.00"),
        ("call_fee", "20.00"),
    ]
