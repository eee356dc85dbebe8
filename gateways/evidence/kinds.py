"""What belongs to a dispute (che cosa appartiene alla prova): kinds of records by what the dispute is about.

A record is taken whole where it is about the case alone, in part where it is about much else: then only its first fact
and those that name a record of the case. What is in no table here never gets into evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aggregates.evidence import About


@dataclass(frozen=True)
class Belonging:
    """Of one kind of dispute: its own kind of record, what it names, what names it, and what goes with these papers."""

    kind: str
    named: frozenset[str]
    naming: frozenset[str]
    with_papers: frozenset[str]


PAPERS = frozenset({"issued-document", "notice", "attachment", "stored-file", "filed-document", "word-copy"})
CALLS = frozenset(
    {
        "appointment", "call-link", "call-notes", "checklist", "contractor-work", "device-conflict", "expense-claim",
        "removed-part", "signing-link", "sold-goods", "stock-item",
    }
)  # fmt: skip
SALES = frozenset({"quote", "quote-link", "sales-order", "delivery-note", "rma", "workshop-job", "disposal"})
MONEY = frozenset({"invoice", "customer-payment", "late-interest-claim", "open-item", "reminder", "collection"})
BELONGING: Mapping[About, Belonging] = {
    About.CALL: Belonging(
        "call",
        frozenset({"contract", "serial-item", "party", "quote", "maintenance-course", "hour-pool"}),
        PAPERS | CALLS | SALES | {"invoice", "hour-pool", "maintenance-course", "serial-item"},
        PAPERS | {"signing-link", "quote-link", "delivery-note", "invoice"},
    ),
    About.CONTRACT: Belonging(
        "contract",
        frozenset({"serial-item", "party", "contract", "hour-pool", "contract-proposal"}),
        PAPERS
        | {"invoice", "contract", "contract-proposal", "hour-pool", "pool-sale", "serial-item", "maintenance-plan"},
        PAPERS | MONEY,
    ),
    About.INVOICE: Belonging(
        "invoice",
        SALES | {"call", "contract", "serial-item", "party", "hour-pool", "pool-sale", "invoice", "contractor-work"},
        PAPERS | MONEY | {"hour-pool", "serial-item", "contract"},
        PAPERS | {"signing-link", "quote-link", "call-link"},
    ),
    About.SERIAL: Belonging(
        "serial-item",
        frozenset({"party", "serial-item", "contract"}),
        PAPERS | SALES | {"call", "contract", "invoice", "serial-item", "stock-item", "removed-part", "sold-goods"},
        PAPERS | {"signing-link", "quote-link", "call-link", "appointment", "removed-part"},
    ),
}
IN_PART: Mapping[About, frozenset[str]] = {
    About.CALL: frozenset({"party", "stock-item", "expense-claim", "hour-pool", "maintenance-course", "collection"}),
    About.CONTRACT: frozenset({"party", "maintenance-plan", "collection", "customer-payment", "hour-pool"}),
    About.INVOICE: frozenset({"party", "collection", "customer-payment"}),
    About.SERIAL: frozenset({"party", "stock-item"}),
}
"""Of these only what names the case."""
ALWAYS = frozenset({"party.identity-changed.v1", "party.converted.v1"})
"""Facts that go along with a record taken in part: who the customer is."""
PAPERS_OF = frozenset(
    {
        "call", "invoice", "quote", "rma", "delivery-note", "workshop-job", "contract-proposal", "pool-sale",
        "issued-document", "filed-document", "contractor-work", "sales-order",
    }
)  # fmt: skip
"""What has papers of its own that go with it."""
