"""RiBa (ricevute bancarie) as Italian banks take them: the CBI's file of records of 120 characters.

A head (IB), seven records for each receipt (14 order, 20 creditor, 30 and 40 debtor, 50 reason, 51 number, 70 end) and
a tail (EF) with the number of orders, their sum and the number of records. Amounts are in cents, dates DDMMYY.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from aggregates.collection_values import CollectionLine, Creditor
from gateways.collections.text import digits, field, plain

WIDTH = 120
RECORDS_EACH = 7
CAUSAL, SIGN, CODE_KIND, EURO = "30000", "-", "4", "E"


def receipts(number: str, creditor: Creditor, lines: Sequence[CollectionLine], made_on: date) -> bytes:
    """The file of a batch of RiBa. Raises `ValueError` for an amount or account that does not fit its field."""
    records = [_head(number, creditor, made_on)]
    for n, line in enumerate(lines, 1):
        records += _receipt(n, creditor, line)
    records.append(_tail(number, creditor, lines, made_on))
    for record in records:
        if len(record) != WIDTH:
            raise ValueError(f"a record has {len(record)} characters: {record!r}")
    return "".join(f"{record}\r\n" for record in records).encode("ascii")


def _sender(number: str, creditor: Creditor, made_on: date) -> str:
    """Who sends to which bank, when, under which name: 37 characters of head and tail."""
    abi = _bank(creditor.iban)[:5]
    return field(creditor.sia_code or "", 5) + abi + _day(made_on) + field(number, 20)


def _head(number: str, creditor: Creditor, made_on: date) -> str:
    return " IB" + _sender(number, creditor, made_on) + " " * 74 + EURO + " " * 6


def _tail(number: str, creditor: Creditor, lines: Sequence[CollectionLine], made_on: date) -> str:
    total = sum(_cents(line) for line in lines)
    counts = digits(len(lines), 7) + digits(total, 15) + digits(0, 15) + digits(len(lines) * RECORDS_EACH + 2, 7)
    return " EF" + _sender(number, creditor, made_on) + " " * 6 + counts + " " * 24 + EURO + " " * 6


def _receipt(n: int, creditor: Creditor, line: CollectionLine) -> Iterator[str]:
    order = digits(n, 7)
    ours, theirs = _bank(creditor.iban), _bank(line.iban)
    account = creditor.iban[15:27].rjust(12, "0")
    debtor = field(line.customer_code, 16)
    sums = _day(line.collect_on) + CAUSAL + digits(_cents(line), 13) + SIGN
    sia = field(creditor.sia_code or "", 5) + CODE_KIND
    yield f" 14{order}{' ' * 12}{sums}{ours}{account}{theirs}{' ' * 12}{sia}{debtor}{' ' * 6}{EURO}"
    yield f" 20{order}{''.join(field(text, 24) for text in _creditor(creditor))}{' ' * 14}"
    yield f" 30{order}{field(line.name, 60)}{field(_code(line.tax_code), 16)}{' ' * 34}"
    yield f" 40{order}{_address(line)}{' ' * 50}"
    reason = f"FATTURA {line.document} DEL {line.issued_on:%d/%m/%Y} RATA {line.part}"
    yield f" 50{order}{field(reason, 80)}{' ' * 10}{field(_code(creditor.vat_number), 16)}{' ' * 4}"
    yield f" 51{order}{digits(line.number, 10)}{field(creditor.name, 20)}{' ' * 80}"
    yield f" 70{order}{' ' * 110}"


def _creditor(creditor: Creditor) -> tuple[str, str, str, str]:
    place = creditor.address
    town = f"{place.postcode} {place.town} {place.province or ''}"
    return creditor.name, place.street, town, f"P.IVA {_code(creditor.vat_number)}"


def _address(line: CollectionLine) -> str:
    """Street, postcode, town and province: 60 characters."""
    place = line.address
    if place is None:
        return " " * 60
    postcode = plain(place.postcode)[:5].rjust(5, "0")
    return field(place.street, 30) + postcode + field(place.town, 23) + field(place.province or "", 2)


def _bank(iban: str) -> str:
    """ABI and CAB of an Italian account."""
    bank = iban[5:15]
    if not (iban.startswith("IT") and bank.isdigit()):
        raise ValueError(f"{iban} names no Italian bank")
    return bank


def _cents(line: CollectionLine) -> int:
    return int(line.amount.scaleb(2))


def _day(day: date) -> str:
    return day.strftime("%d%m%y")


def _code(code: str | None) -> str:
    """A tax code or a VAT number without its country."""
    text = code or ""
    return text[2:] if text[:2] == "IT" and text[2:].isdigit() else text
