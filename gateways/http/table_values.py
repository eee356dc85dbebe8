"""Codes that views make themselves (valori degli elenchi), as kinds, so that each has its word in every language.

What is a kind of the aggregates or of a projection stands there; here is what views answer as plain texts.
"""

from __future__ import annotations

from enum import StrEnum


class DueState(StrEnum):
    """How a due amount stands."""

    OPEN, OVERDUE, SETTLED, CREDIT = "open", "overdue", "settled", "credit"
    PRESENTED, REFUSED = "presented", "refused"


class NoteState(StrEnum):
    """How a delivery note or pick list stands."""

    ISSUED, CANCELLED, INVOICED, OPEN, PICKED = "issued", "cancelled", "invoiced", "open", "picked"


class OrderState(StrEnum):
    """How a customer's order stands."""

    PLACED, INVOICED, CANCELLED, CLOSED = "placed", "invoiced", "cancelled", "closed"


class AnswerLinkState(StrEnum):
    """How a link to answer or sign stands."""

    OPEN, USED, REVOKED, LOCKED = "open", "used", "revoked", "locked"


class MandateState(StrEnum):
    """How a mandate to collect stands."""

    ACTIVE, REVOKED, EXPIRED = "active", "revoked", "expired"


class SigningState(StrEnum):
    """How the signature of a report stands."""

    TO_SIGN, SIGNED, ABSENT = "to_sign", "signed", "absent"


class StepsState(StrEnum):
    """How something of many steps stands."""

    OPEN, COMPLETE, DONE, SKIPPED = "open", "complete", "done", "skipped"


class ClockState(StrEnum):
    """How a clock of a service level stands."""

    RUNNING, PAUSED, MET, BREACHED, STOPPED = "running", "paused", "met", "breached", "stopped"


class DeliveryState(StrEnum):
    """How the sending of a public fact to a webhook stands."""

    FAILING, DELIVERED, DEAD, RESEND, DISCARDED = "failing", "delivered", "dead", "resend", "discarded"


class InForce(StrEnum):
    """How a contract stands today."""

    IN_FORCE, RENEWS = "in_force", "renews"


class CallEnd(StrEnum):
    """Ends of a call that are no outcome of the work."""

    DUPLICATE = "duplicate"


class MachineState(StrEnum):
    """States of machines that every company has."""

    IN_REPAIR = "in_repair"


class ReturnWay(StrEnum):
    """Which way goods of a return went, and why."""

    IN, OUT, WASTE, PICK_UP = "in", "out", "waste", "pick-up"
    INTERNAL, TO_SUPPLIER, BACK = "internal", "to-supplier", "back"


class Movement(StrEnum):
    """Why goods or hours came or went."""

    OPENING, RECEIVED, ISSUED, RETURNED = "opening", "received", "issued", "returned"
    COUNTED, MOVED_IN, MOVED_OUT = "counted", "moved_in", "moved_out"
    LEVEL_REPORTED = "level_reported"
    BOUGHT, DRAWN, REFUNDED, EXPIRED = "bought", "drawn", "refunded", "expired"


class AmountKind(StrEnum):
    """What an amount is for, beside documents."""

    FEE, PRICE, DIFFERENCE, TRUE_UP = "fee", "price", "difference", "true-up"
    DEDUCTION, ADVANCED_SUM, SOLD_GOODS = "deduction", "advanced-sum", "sold-goods"


class RecordWord(StrEnum):
    """Records that no other kind names."""

    SALES_ORDER, HOUR_POOL, LATE_INTEREST = "sales-order", "hour-pool", "late-interest"
    CONTRACT_PROPOSAL, PURCHASE_ORDER, SERIAL_ITEM = "contract-proposal", "purchase-order", "serial-item"


class EventKind(StrEnum):
    """What happened to a machine, in its history."""

    STATUS, REPLACEMENT, PARENT, DOCUMENT = "status", "replacement", "parent", "document"
    MOVE, READING, METER = "move", "reading", "meter"


class LinkWord(StrEnum):
    """How calls hang together, seen from the other side."""

    MERGED_INTO, DUPLICATE, FOLLOWED_BY = "merged_into", "duplicate", "followed_by"


class ClockEvent(StrEnum):
    """What changed a clock."""

    PRIORITY, TERMS, STARTED, PAUSE = "priority", "terms", "started", "pause"


class DutyWord(StrEnum):
    """What invoices wait for."""

    SEND_INVOICE, BILL_DELIVERY_NOTE = "send-invoice", "bill-delivery-note"


class Alarm(StrEnum):
    """What is wrong with an invoice at the exchange system."""

    REFUSED, NOT_DELIVERED, REJECTED, SILENT = "refused", "not_delivered", "rejected", "silent"


class SignedHow(StrEnum):
    """Where a signature was given."""

    REMOTE, SCREEN, SIGNATURE = "remote", "screen", "signature"


class DiagnosisFee(StrEnum):
    """How the diagnosis fee of a quote stands."""

    WAIVED, OWED = "waived", "owed"


class ProposalStep(StrEnum):
    """What became of an offer of a contract."""

    GOODS_TOLD, REVISED, BECAME_CONTRACT = "goods_told", "revised", "became_contract"


class SiteEvent(StrEnum):
    """What happened to a site."""

    ADDED, CHANGED, CLOSED, REOPENED = "added", "changed", "closed", "reopened"


class FieldKind(StrEnum):
    """What a field of a template holds."""

    GROUP, LIST, QUANTITY = "group", "list", "quantity"


class Rhythm(StrEnum):
    """How often something comes again."""

    DAILY, WEEKLY, MONTHLY, YEARLY = "daily", "weekly", "monthly", "yearly"


class FoundKind(StrEnum):
    """What a search found."""

    CALL, QUOTE, LEAD, PLANNED, PERFORMED = "call", "quote", "lead", "planned", "performed"
