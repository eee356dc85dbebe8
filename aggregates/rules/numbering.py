"""Document numbers (numerazione, sezionali): how a number of a series and year is written, and in what order (R8.4).

The counting itself, gap-free, belongs to the number register; here is only the format and the order of dates.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator

from aggregates.values import Value

LONGEST_NUMBER = 20
_TOKEN = re.compile(r"\{(year|yy|code|n)(?::0?([1-9]))?\}")


class Document(StrEnum):
    """The documents that carry a number."""

    INVOICE = "invoice"
    DELIVERY_NOTE = "delivery-note"
    QUOTE = "quote"
    CALL = "call"
    RMA = "rma"
    ORDER = "order"
    CONTRACT = "contract"
    PAYMENT_NOTICE = "payment-notice"
    PROPOSAL = "proposal"
    COLLECTION = "collection"
    REMINDER = "reminder"
    PRE_INVOICE = "pre-invoice"
    WORK_REPORT = "work-report"
    WORKSHOP_JOB = "workshop-job"
    PICK_LIST = "pick-list"
    PURCHASE_ORDER = "purchase-order"
    WASTE = "waste"


class Series(Value):
    """A number series (sezionale) of one document; numbers begin again every year.

    The pattern takes `{year}`, `{yy}`, `{code}` and `{n}`; `{n:4}` pads the number with zeros to four digits.
    """

    document: Document
    code: str = Field(default="", max_length=10, pattern=r"^[A-Za-z0-9-]*$")
    pattern: str = Field(max_length=40)

    @field_validator("pattern")
    @classmethod
    def _known_parts(cls, pattern: str) -> str:
        if "{n" not in pattern or "{" in _TOKEN.sub("", pattern) or "}" in _TOKEN.sub("", pattern):
            raise ValueError("a pattern needs {n} and may use {year}, {yy}, {code}, {n:4}")
        if not pattern.isascii():
            raise ValueError("a document number is plain ASCII")
        return pattern


STANDARD_SERIES = (
    Series(document=Document.INVOICE, pattern="{year}/{n}"),
    Series(document=Document.DELIVERY_NOTE, code="A", pattern="{code}/{year}/{n:4}"),
    Series(document=Document.DELIVERY_NOTE, code="R", pattern="{code}/{year}/{n:4}"),
    Series(document=Document.QUOTE, pattern="OFF-{year}-{n:4}"),
    Series(document=Document.CALL, pattern="CH-{year}-{n:4}"),
    Series(document=Document.RMA, pattern="RMA-{year}-{n:4}"),
    Series(document=Document.ORDER, pattern="IC-{year}-{n:4}"),
    Series(document=Document.CONTRACT, pattern="{n}/{year}"),
    Series(document=Document.PAYMENT_NOTICE, pattern="AP-{year}-{n:4}"),
    Series(document=Document.REMINDER, pattern="SOL-{year}-{n:4}"),
    Series(document=Document.COLLECTION, pattern="INC-{year}-{n:4}"),
    Series(document=Document.PROPOSAL, pattern="PRO-{year}-{n:4}"),
    Series(document=Document.PRE_INVOICE, pattern="PF-{year}-{n:4}"),
    Series(document=Document.WORK_REPORT, pattern="RI-{year}-{n:4}"),
    Series(document=Document.WORKSHOP_JOB, pattern="WS-{year}-{n:4}"),
    Series(document=Document.PICK_LIST, pattern="PREL-{year}-{n:4}"),
    Series(document=Document.WASTE, pattern="RAEE-{year}-{n:4}"),
    Series(document=Document.PURCHASE_ORDER, pattern="OA-{year}-{n:4}"),
)


def standard_series(document: Document, code: str = "") -> Series:
    """The standard series of a document. Raises `ValueError` when it has no series of that code."""
    for series in STANDARD_SERIES:
        if (series.document, series.code) == (document, code):
            return series
    raise ValueError(f"{document} has no standard series {code!r}")


def format_number(series: Series, year: int, n: int) -> str:
    """The number as people write it: 2026/45, A/2026/0118.

    Raises `ValueError` for a number below 1 or a result longer than the 20 characters an invoice allows (R9.10).
    """
    if n < 1:
        raise ValueError("document numbers start at 1")
    parts = {"year": str(year), "yy": f"{year % 100:02}", "code": series.code, "n": str(n)}
    number = _TOKEN.sub(lambda token: parts[token[1]].zfill(int(token[2] or 0)), series.pattern)
    if len(number) > LONGEST_NUMBER:
        raise ValueError(f"{number} is longer than {LONGEST_NUMBER} characters")
    return number


def date_in_order(last_on: date | None, on: date, year: int) -> bool:
    """Whether a document may take the next number: dated in the series' year, not before the last one (R8.4)."""
    return on.year == year and (last_on is None or on >= last_on)
