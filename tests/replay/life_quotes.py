"""Quotes approved inside the company, with texts, options and a fee (preventivi): a chapter of the frozen life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.replay.living import COMPANY, LAURA, Life, named

SELLER, BOSS = f"user:{named('quote seller')}", f"user:{named('quote boss')}"
TERMS = {"net_above": "400.00", "discount_above": "20", "approvers": [{"role": "manager", "discount_up_to": "50"}]}


def approvals(life: Life) -> None:
    """A quote refused inside, changed, approved, sent with texts, and accepted with one of its options."""
    at = "2026-11-02T09:0"
    for name, role in (("quote seller", "sales"), ("quote boss", "manager")):
        life.do("register-user", f"{at}0", user_id=named(name), email=f"{role}@quotes.it", name=name, roles=[role])
    life.do("set-company-parameters", f"{at}0", company_id=COMPANY, change={"quote_approval": TERMS})
    one = {"quote_id": named("approved quote")}
    lines: list[dict[str, Any]] = [
        {"description": "Revisione", "quantity": "2", "unit_price": "250.00", "discounts": ["30"], "section": "Lavori"},
        {
            "line_id": named("quoted option"),
            "description": "Filtro",
            "unit_price": "30.00",
            "optional": True,
            "blocks": [{"text": "Consigliato ogni **anno**"}],
        },
    ]
    tolerance = {"percent": "15", "beyond": "performed_within_tolerance"}
    terms = {"subject": "Revisione", "tolerance": tolerance}
    life.do("draft-quote", f"{at}1", **one, customer_id=named("Rossi"), lines=lines, terms=terms, by=SELLER)
    life.do("ask-quote-approval", f"{at}2", **one, note="Cliente storico", by=SELLER)
    life.do("refuse-quote-approval", f"{at}3", **one, reason="Sconto troppo alto", by=BOSS)
    lines[0]["discounts"] = ["25"]
    life.do("set-quote-lines", f"{at}4", **one, lines=lines, by=SELLER)
    life.do("set-quote-texts", f"{at}5", **one, header=[{"text": "Gentile cliente"}], by=SELLER)
    life.do("ask-quote-approval", f"{at}6", **one, by=SELLER)
    life.do("approve-quote", f"{at}7", **one, by=BOSS)
    life.do("send-quote", f"{at}8", **one, sent_to=LAURA, by=SELLER)
    answer = {"revision": 0, "person": LAURA, "channel": "email", "options": [named("quoted option")]}
    life.do("accept-quote", f"{at}9", **one, **answer)


def fees(life: Life) -> None:
    """A copy is declined and owes its diagnosis; another time the fee is not charged."""
    at = "2026-11-03T09:0"
    line = {"description": "Riparazione scheda", "unit_price": "180.00"}
    terms = {"diagnosis_fee": "40.00"}
    one = {"quote_id": named("refused quote")}
    life.do("draft-quote", f"{at}0", **one, customer_id=named("Rossi"), lines=[line], terms=terms)
    life.do("copy-quote", f"{at}1", **one, new_quote_id=named("refused copy"))
    for name in ("refused quote", "refused copy"):
        life.do("send-quote", f"{at}2", quote_id=named(name), sent_to=LAURA)
        life.do("decline-quote", f"{at}3", quote_id=named(name), reason="Prezzo troppo alto")
    life.do("waive-quote-fee", f"{at}4", quote_id=named("refused copy"), reason="Cliente fedele")


CHAPTERS: tuple[Callable[[Life], None], ...] = (approvals, fees)
