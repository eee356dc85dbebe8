"""Bank statements (estratti conto) as files: CAMT.053 as banks send it, or a CSV with the columns documented here.

CSV: one header line, separated by semicolons or commas, in any order; `data_valuta` and `importo` must be there, of
`causale`, `ordinante`, `iban_ordinante`, `riferimento` and `end_to_end` what the bank gives. Dates as 28/02/2026 or
2026-02-28; amounts as 1.234,56 or 1234.56, money out below zero.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from io import StringIO

from lxml import etree

from aggregates.values import Value, cents
from gateways.einvoice_nodes import MissingElement, children, day_of, find, local_name, need, needed, text_of
from gateways.einvoice_schema import UnsafeXml, parse
from gateways.imports.cells import Language, Unacceptable
from gateways.imports.encoding import decode
from gateways.imports.moments import DAY
from gateways.imports.quantities import to_decimal
from gateways.imports.words import key_of

NOT_PROVIDED = "NOTPROVIDED"
COLUMNS = ("data_valuta", "importo", "causale", "ordinante", "iban_ordinante", "riferimento", "end_to_end")
NEEDED = ("data_valuta", "importo")


class NotAStatement(ValueError):
    """The file is no bank statement that we can read; the message says why."""


class StatementEntry(Value):
    """A movement of the account: money in above zero, money out below."""

    entry_id: str
    account: str | None = None
    value_on: date
    amount: Decimal
    currency: str = "EUR"
    text: str = ""
    name: str | None = None
    iban: str | None = None
    end_to_end_id: str | None = None
    is_return: bool = False
    return_code: str | None = None


def read(data: bytes) -> tuple[StatementEntry, ...]:
    """The movements of a statement. Raises `NotAStatement`."""
    try:
        entries = tuple(_camt(data) if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else _csv(data))
    except (UnsafeXml, MissingElement, InvalidOperation, Unacceptable, ValueError) as error:
        raise NotAStatement(str(error).splitlines()[0]) from error
    return entries


def _camt(data: bytes) -> Iterator[StatementEntry]:
    root = parse(data)
    statements = [node for node in root.iter() if isinstance(node.tag, str) and local_name(node) == "Stmt"]
    if not statements:
        raise NotAStatement("the file holds no statement (Stmt)")
    for statement in statements:
        account = text_of(statement, "Acct/Id/IBAN") or text_of(statement, "Acct/Id/Othr/Id")
        for n, entry in enumerate(children(statement, "Ntry"), 1):
            if (text_of(entry, "Sts/Cd") or text_of(entry, "Sts") or "BOOK") == "BOOK":
                yield from _movements(entry, account, f"{text_of(statement, 'Id') or ''}/{n}")


def _movements(entry: etree._Element, account: str | None, place: str) -> Iterator[StatementEntry]:
    """An entry, or each transaction that the bank booked together in it."""
    known = text_of(entry, "AcctSvcrRef") or text_of(entry, "NtryRef") or place
    details = [tx for group in children(entry, "NtryDtls") for tx in children(group, "TxDtls")]
    if not details:
        yield _movement(entry, None, account, known)
    for n, tx in enumerate(details, 1):
        yield _movement(entry, tx, account, known if len(details) == 1 else f"{known}/{n}")


def _movement(entry: etree._Element, tx: etree._Element | None, account: str | None, known: str) -> StatementEntry:
    amount = find(tx, "Amt") if tx is not None else None
    if amount is None and tx is not None:
        amount = find(tx, "AmtDtls/TxAmt/Amt")
    amount = amount if amount is not None else need(entry, "Amt")
    way = (text_of(tx, "CdtDbtInd") if tx is not None else None) or needed(entry, "CdtDbtInd")
    sign = 1 if way == "CRDT" else -1
    day = text_of(entry, "ValDt/Dt") or text_of(entry, "ValDt/DtTm") or text_of(entry, "BookgDt/Dt")
    if day is None:
        raise MissingElement("an entry bears no date (ValDt)")
    node = tx if tx is not None else entry
    end_to_end = text_of(node, "Refs/EndToEndId")
    code = text_of(node, "RtrInf/Rsn/Cd") or text_of(node, "RtrInf/Rsn/Prtry")
    is_reversal = text_of(entry, "RvslInd") == "true"
    words = [text_of(entry, "AddtlNtryInf"), text_of(node, "AddtlTxInf")]
    for remittance in children(node, "RmtInf"):
        words += [each.text for each in children(remittance, "Ustrd")]
        words += [text_of(each, "CdtrRefInf/Ref") for each in children(remittance, "Strd")]
        words += [text_of(each, "RfrdDocInf/Nb") for each in children(remittance, "Strd")]
    return StatementEntry(
        entry_id=known,
        account=account,
        value_on=day_of(day),
        amount=sign * cents(Decimal((amount.text or "").strip())),
        currency=amount.get("Ccy") or "EUR",
        text=" ".join(word.strip() for word in words if word and word.strip()),
        name=text_of(node, "RltdPties/Dbtr/Nm") or text_of(node, "RltdPties/Dbtr/Pty/Nm"),
        iban=text_of(node, "RltdPties/DbtrAcct/Id/IBAN"),
        end_to_end_id=end_to_end if end_to_end != NOT_PROVIDED else None,
        is_return=find(node, "RtrInf") is not None or is_reversal,
        return_code=code,
    )


def _csv(data: bytes) -> Iterator[StatementEntry]:
    text, _ = decode(data)
    first = text.splitlines()[0] if text.strip() else ""
    rows = csv.reader(StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ",")
    header = [key_of(cell) for cell in next(rows, [])]
    places = {column: header.index(key_of(column)) for column in COLUMNS if key_of(column) in header}
    missing = [column for column in NEEDED if column not in places]
    if missing:
        raise NotAStatement(f"the header lacks {', '.join(missing)}")
    seen: Counter[str] = Counter()
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {column: row[n].strip() if n < len(row) else "" for column, n in places.items()}
        try:
            yield _row(cells, seen)
        except (Unacceptable, InvalidOperation) as error:
            raise NotAStatement(f"row {number}: {error}") from error


def _row(cells: dict[str, str], seen: Counter[str]) -> StatementEntry:
    value_on: date = DAY.read(cells["data_valuta"], Language.ITALIAN)
    amount = cents(to_decimal(cells["importo"], Language.ITALIAN))
    text, name = cells.get("causale", ""), cells.get("ordinante") or None
    digest = hashlib.sha256("|".join(cells.get(column, "") for column in COLUMNS).encode()).hexdigest()[:24]
    seen[digest] += 1
    # Two rows alike in every word are two movements: their place among each other tells them apart.
    known = cells.get("riferimento") or f"{digest}/{seen[digest]}"
    return StatementEntry(
        entry_id=known,
        value_on=value_on,
        amount=amount,
        text=text,
        name=name,
        iban=cells.get("iban_ordinante") or None,
        end_to_end_id=cells.get("end_to_end") or None,
        is_return=amount < 0 and bool(cells.get("end_to_end")),
    )
