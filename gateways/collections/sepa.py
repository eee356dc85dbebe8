"""SEPA direct debits (addebiti diretti) as the bank takes them: an ISO 20022 file, pain.008.001.02.

One block of payments for each day, scheme and sequence; counts and sums in the head are those of all blocks. Accounts
are named by IBAN alone, as the scheme has it; the creditor's BIC is told where the company knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from aggregates.collection_values import CollectionLine, Creditor, UsedMandate
from aggregates.values import ROME
from gateways.collections.text import sepa

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"
Block = tuple[date, str, str]
"""Day of collection, scheme, sequence."""


def direct_debits(number: str, creditor: Creditor, lines: Sequence[CollectionLine], made_at: datetime) -> bytes:
    """The file of a batch of direct debits. Raises `ValueError` for a line without a mandate."""
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap={None: NAMESPACE})  # type: ignore[dict-item] # the stubs forget the default namespace
    whole = _add(root, "CstmrDrctDbtInitn")
    head = _add(whole, "GrpHdr")
    _add(head, "MsgId", sepa(number, 35))
    _add(head, "CreDtTm", made_at.astimezone(ROME).strftime("%Y-%m-%dT%H:%M:%S"))
    _sums(head, lines)
    _add(_add(head, "InitgPty"), "Nm", sepa(creditor.name, 70))
    for n, (block, debits) in enumerate(_blocks(lines).items(), 1):
        _block(whole, f"{sepa(number, 30)}-{n}", creditor, block, debits)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _blocks(lines: Iterable[CollectionLine]) -> Mapping[Block, list[CollectionLine]]:
    found: dict[Block, list[CollectionLine]] = {}
    for line in lines:
        mandate = _mandate(line)
        found.setdefault((line.collect_on, mandate.scheme.value, mandate.sequence.value), []).append(line)
    return dict(sorted(found.items()))


def _mandate(line: CollectionLine) -> UsedMandate:
    if line.mandate is None:
        raise ValueError(f"line {line.number} rests on no mandate")
    return line.mandate


def _block(whole: etree._Element, key: str, creditor: Creditor, block: Block, lines: Sequence[CollectionLine]) -> None:
    collect_on, scheme, sequence = block
    payment = _add(whole, "PmtInf")
    _add(payment, "PmtInfId", key)
    _add(payment, "PmtMtd", "DD")
    _add(payment, "BtchBookg", "true")
    _sums(payment, lines)
    kind = _add(payment, "PmtTpInf")
    _add(_add(kind, "SvcLvl"), "Cd", "SEPA")
    _add(_add(kind, "LclInstrm"), "Cd", scheme)
    _add(kind, "SeqTp", sequence)
    _add(payment, "ReqdColltnDt", collect_on.isoformat())
    _add(_add(payment, "Cdtr"), "Nm", sepa(creditor.name, 70))
    _account(payment, "CdtrAcct", creditor.iban)
    _agent(payment, "CdtrAgt", creditor.bic)
    _add(payment, "ChrgBr", "SLEV")
    scheme_id = _add(_add(_add(_add(payment, "CdtrSchmeId"), "Id"), "PrvtId"), "Othr")
    _add(scheme_id, "Id", creditor.creditor_id or "")
    _add(_add(scheme_id, "SchmeNm"), "Prtry", "SEPA")
    for line in lines:
        _debit(payment, line, _mandate(line))


def _debit(payment: etree._Element, line: CollectionLine, mandate: UsedMandate) -> None:
    debit = _add(payment, "DrctDbtTxInf")
    _add(_add(debit, "PmtId"), "EndToEndId", line.end_to_end_id)
    _add(debit, "InstdAmt", f"{line.amount:.2f}").set("Ccy", "EUR")
    related = _add(_add(debit, "DrctDbtTx"), "MndtRltdInf")
    _add(related, "MndtId", mandate.reference)
    _add(related, "DtOfSgntr", mandate.signed_on.isoformat())
    _agent(debit, "DbtrAgt", None)
    _add(_add(debit, "Dbtr"), "Nm", sepa(line.name, 70))
    _account(debit, "DbtrAcct", line.iban)
    words = f"Fattura {line.document} del {line.issued_on:%d/%m/%Y} scadenza {line.due_on:%d/%m/%Y}"
    _add(_add(debit, "RmtInf"), "Ustrd", sepa(words, 140))


def _sums(node: etree._Element, lines: Sequence[CollectionLine]) -> None:
    total = sum((line.amount for line in lines), Decimal("0.00"))
    _add(node, "NbOfTxs", str(len(lines)))
    _add(node, "CtrlSum", f"{total:.2f}")


def _account(node: etree._Element, name: str, iban: str) -> None:
    _add(_add(_add(node, name), "Id"), "IBAN", iban)


def _agent(node: etree._Element, name: str, bic: str | None) -> None:
    institution = _add(_add(node, name), "FinInstnId")
    if bic:
        _add(institution, "BIC", bic)
    else:
        _add(_add(institution, "Othr"), "Id", "NOTPROVIDED")


def _add(node: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(node, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child
