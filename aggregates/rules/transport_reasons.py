"""Transport reasons (causali di trasporto): whose goods travel, what stock does, what is invoiced (R8.3, §8)."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from aggregates.rules.periods import months_after
from aggregates.values import Value


class Reason(StrEnum):
    """Why goods travel; without a reason a sale is presumed (R8.3)."""

    SALE = "sale"
    REPAIRED_RETURN = "repaired_return"
    UNREPAIRED_RETURN = "unrepaired_return"
    SENT_FOR_REPAIR = "sent_for_repair"
    WARRANTY_REPLACEMENT = "warranty_replacement"
    FREE_WARRANTY = "free_warranty"
    LOAN = "loan"
    ON_APPROVAL = "on_approval"
    SUPPLIER_RETURN = "supplier_return"
    FOR_REPAIR = "for_repair"
    FAULTY_RETURN = "faulty_return"
    CUSTOMER_RETURN = "customer_return"
    INTERNAL_TRANSFER = "internal_transfer"


class Effect(StrEnum):
    """What stock does when the goods leave: they are gone, or ours somewhere else."""

    OUT = "out"
    TO_SUPPLIER = "to_supplier"
    TO_CUSTOMER = "to_customer"
    IN = "in"
    BETWEEN_OURS = "between_ours"


class Billing(StrEnum):
    """What follows for invoicing."""

    NO = "no"
    SALE = "sale"
    SERVICE = "service"
    DIAGNOSIS_FEE = "diagnosis_fee"
    IF_CLAIM_FAILS = "if_claim_fails"
    UNLESS_RETURNED = "unless_returned"
    CREDIT_NOTE = "credit_note"
    SUPPLIER_CREDIT = "supplier_credit"


class TransportReason(Value):
    """One row of the table: `text` is what the document prints, `series` the number series of our own notes."""

    reason: Reason
    text: str
    customers_goods: bool
    effect: Effect
    billing: Billing
    series: str | None
    """None: the goods come to us with the sender's own document."""

    @property
    def is_outbound(self) -> bool:
        """Whether we issue the document."""
        return self.series is not None


def _row(
    reason: Reason, text: str, effect: Effect, billing: Billing, series: str | None = "A", customers_goods: bool = False
) -> TransportReason:
    return TransportReason(
        reason=reason, text=text, effect=effect, billing=billing, series=series, customers_goods=customers_goods
    )


TRANSPORT_REASONS = {
    row.reason: row
    for row in (
        _row(Reason.SALE, "Vendita", Effect.OUT, Billing.SALE),
        _row(Reason.REPAIRED_RETURN, "Reso da c/riparazione", Effect.OUT, Billing.SERVICE, "R", True),
        _row(Reason.UNREPAIRED_RETURN, "Reso non riparato", Effect.OUT, Billing.DIAGNOSIS_FEE, "R", True),
        _row(Reason.SENT_FOR_REPAIR, "Invio a c/riparazione", Effect.TO_SUPPLIER, Billing.NO),
        _row(Reason.WARRANTY_REPLACEMENT, "Sostituzione in garanzia", Effect.OUT, Billing.IF_CLAIM_FAILS),
        _row(Reason.FREE_WARRANTY, "Gratuito in garanzia", Effect.OUT, Billing.NO),
        _row(Reason.LOAN, "Comodato d'uso", Effect.TO_CUSTOMER, Billing.NO),
        _row(Reason.ON_APPROVAL, "C/visione", Effect.TO_CUSTOMER, Billing.UNLESS_RETURNED),
        _row(Reason.SUPPLIER_RETURN, "Reso a fornitore", Effect.OUT, Billing.SUPPLIER_CREDIT),
        _row(Reason.INTERNAL_TRANSFER, "Trasferimento interno", Effect.BETWEEN_OURS, Billing.NO),
        _row(Reason.FOR_REPAIR, "C/riparazione", Effect.IN, Billing.NO, None, True),
        _row(Reason.FAULTY_RETURN, "Reso merce guasta", Effect.IN, Billing.NO, None),
        _row(Reason.CUSTOMER_RETURN, "Reso da cliente", Effect.IN, Billing.CREDIT_NOTE, None),
    )
}
"""The table of reasons, as data."""

WORDS: tuple[tuple[str, Reason], ...] = (
    ("non riparat", Reason.UNREPAIRED_RETURN),
    ("invio", Reason.SENT_FOR_REPAIR),
    ("reso lavorato", Reason.REPAIRED_RETURN),
    ("reso riparat", Reason.REPAIRED_RETURN),
    ("reso da c riparazione", Reason.REPAIRED_RETURN),
    ("reso da conto riparazione", Reason.REPAIRED_RETURN),
    ("guast", Reason.FAULTY_RETURN),
    ("reso da cliente", Reason.CUSTOMER_RETURN),
    ("reso a fornitore", Reason.SUPPLIER_RETURN),
    ("reso al fornitore", Reason.SUPPLIER_RETURN),
    ("comodato", Reason.LOAN),
    ("gratuit", Reason.FREE_WARRANTY),
    ("omaggio in garanzia", Reason.FREE_WARRANTY),
    ("sostituzione in garanzia", Reason.WARRANTY_REPLACEMENT),
    ("riparazione", Reason.FOR_REPAIR),
    ("muletto", Reason.LOAN),
    ("prestito", Reason.LOAN),
    ("visione", Reason.ON_APPROVAL),
    ("prova", Reason.ON_APPROVAL),
    ("trasferimento", Reason.INTERNAL_TRANSFER),
    ("vendita", Reason.SALE),
)
"""Words of a reason written freely, the more telling ones first."""


def reason_named(text: str) -> Reason | None:
    """The row of the table that a reason in words means: its own text, or the first of its usual words; None for
    words that mean none. No words at all are a presumed sale (R8.3)."""
    said = re.sub(r"[^a-zà-ú]+", " ", text.lower()).strip()
    if not said:
        return Reason.SALE
    for row in TRANSPORT_REASONS.values():
        if said == re.sub(r"[^a-zà-ú]+", " ", row.text.lower()).strip():
            return row.reason
    return next((reason for words, reason in WORDS if words in said), None)


def return_deadline(reason: Reason, dated_on: date) -> date | None:
    """Goods on approval are returned or invoiced within one year (art. 6 DPR 633/1972, R8.6)."""
    return months_after(dated_on, 12) if reason is Reason.ON_APPROVAL else None
