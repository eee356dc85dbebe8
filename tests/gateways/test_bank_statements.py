"""Bank statements: read as banks write them, matched when certain, counted once, the rest listed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from aggregates.base import Act
from gateways.collections.payments import EntryTaken, take_statement
from gateways.collections.statements import NotAStatement, read
from tests.commands.collections import OURS, collecting, invoice, states
from tests.contract_steps import C1
from tests.dsl import Company

ACT = Act(by="user:maria", at=datetime(2026, 3, 1, 9, 0, tzinfo=UTC))
CSV = """data_valuta;importo;causale;ordinante;iban_ordinante;riferimento
28/02/2026;1.220,00;SALDO FATT. 2026/1;ROSSI GILBO;;
28/02/2026;-35,00;Commissioni;;;
"""


def camt(*entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S1</Id><Acct><Id><IBAN>{OURS}</IBAN></Id></Acct>"
        f"{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(amount: str, text: str = "", way: str = "CRDT", ref: str = "R1", end: str = "", more: str = "") -> str:
    refs = f"<Refs><EndToEndId>{end or 'NOTPROVIDED'}</EndToEndId></Refs>"
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>BOOK</Sts>'
        f"<ValDt><Dt>2026-02-28</Dt></ValDt><AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls>{refs}"
        f"<RltdPties><Dbtr><Nm>Rossi</Nm></Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf>{more}"
        "</TxDtls></NtryDtls></Ntry>"
    )


@pytest.fixture
def firm(company: Company) -> Company:
    return collecting(company)


def take(firm: Company, data: bytes, **fields: Any) -> list[EntryTaken]:
    firm.fold()
    told = take_statement(firm.house, data, ACT, **fields)
    firm.fold()
    return told


def test_a_camt_statement_is_read() -> None:
    both = entry("100.00", "Fatt. 2026/1"), entry("20.50", way="DBIT", ref="R2")
    one, other = read(camt(*both))
    assert (one.amount, one.text, one.entry_id, one.account, one.name) == (
        Decimal("100.00"), "Fatt. 2026/1", "R1", OURS, "Rossi",
    )  # fmt: skip
    assert (other.amount, other.end_to_end_id, str(other.value_on)) == (Decimal("-20.50"), None, "2026-02-28")


def test_a_batch_booking_is_read_transaction_by_transaction() -> None:
    several = (
        '<Ntry><Amt Ccy="EUR">150.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><ValDt><Dt>2026-02-28</Dt></ValDt>'
        "<AcctSvcrRef>B1</AcctSvcrRef><NtryDtls>"
        '<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="EUR">100.00</Amt></TxDtls>'
        "<TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs><AmtDtls><TxAmt>"
        '<Amt Ccy="EUR">50.00</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls></Ntry>'
    )
    found = read(camt(several))
    assert [(each.entry_id, each.amount, each.end_to_end_id) for each in found] == [
        ("B1/1", Decimal("100.00"), "E1"),
        ("B1/2", Decimal("50.00"), "E2"),
    ]


def test_a_csv_statement_is_read_in_italian_and_with_two_rows_alike() -> None:
    found = read((CSV + "28/02/2026;-35,00;Commissioni;;;\n").encode("cp1252"))
    assert [each.amount for each in found] == [Decimal("1220.00"), Decimal("-35.00"), Decimal("-35.00")]
    assert len({each.entry_id for each in found}) == 3


@pytest.mark.parametrize(
    "data",
    [b"", b"<a/>", b"nome;cognome\nx;y\n", b"data_valuta;importo\n31/02/2026;1,00\n", b"data_valuta;importo\n;abc\n"],
)
def test_what_is_no_statement_is_told(data: bytes) -> None:
    with pytest.raises(NotAStatement):
        read(data)


def test_a_statement_settles_what_it_names_and_counts_once(firm: Company) -> None:
    invoice(firm, "100.00", payment_method="transfer")
    invoice(firm, "30.00", payment_method="transfer")
    data = camt(entry("61.00", "acconto 2026/1"), entry("36.60", "ft 2026/2", ref="R2"), entry("5.00", "?", ref="R3"),
                entry("1.00", "ft 2026/1", ref="R4"))  # fmt: skip
    dry = take(firm, data, dry_run=True)
    assert [each.status for each in dry] == ["matched", "matched", "unmatched", "other_amount"]
    assert firm.ask("customer-payments")["items"] == [], "a dry run records nothing"
    assert [(each.status, each.documents) for each in take(firm, data)] == [
        ("matched", ("2026/1",)),
        ("matched", ("2026/2",)),
        ("unmatched", ()),
        ("other_amount", ("2026/1",)),
    ]
    opened = {row[:2]: row[2] for row in states(firm)}
    assert opened == {("2026/1", 1): "0.00", ("2026/1", 2): "61.00", ("2026/2", 1): "0.00", ("2026/2", 2): "0.00"}
    assert [each.status for each in take(firm, data)][:2] == ["known", "known"]
    assert len(firm.ask("customer-payments", customer_id=C1)["items"]) == 2


def test_the_same_csv_twice_counts_once(firm: Company) -> None:
    invoice(firm, "1000.00", payment_method="transfer")
    assert [each.status for each in take(firm, CSV.encode())] == ["matched", "outgoing"]
    assert [each.status for each in take(firm, CSV.encode())] == ["known", "outgoing"]
    (money,) = firm.ask("customer-payments")["items"]
    assert (str(money["amount"]), str(money["on_account"])) == ("1220.00", "0.00")


def test_two_entries_of_one_file_never_pay_the_same_due_date(firm: Company) -> None:
    invoice(firm, "100.00", payment_method="transfer")
    twice = camt(entry("122.00", "2026/1"), entry("122.00", "2026/1", ref="R2"))
    assert [each.status for each in take(firm, twice)] == ["matched", "unmatched"]


def test_debits_are_settled_and_returned_by_their_end_to_end_id(firm: Company) -> None:
    invoice(firm, "100.00")
    batch: dict[str, Any] = {"method": "direct_debit", "due_by": "2026-03-31", "prepared_on": "2026-02-01"}
    key = firm.do("prepare-collection", at="2026-02-01T09:00", **batch)["collection_id"]
    firm.do("send-collection", collection_id=key)
    paid = entry("61.00", ref="P1", end="INC-2026-0001-00001"), entry("60.00", ref="P2", end="INC-2026-0001-00002")
    assert [each.status for each in take(firm, camt(*paid))] == ["settled", "other_amount"]
    assert [each.status for each in take(firm, camt(*paid))] == ["known", "other_amount"]
    reason = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"
    back = camt(entry("61.00", "insoluto", "DBIT", "P3", "INC-2026-0001-00001", reason))
    assert [each.status for each in take(firm, back)] == ["returned"]
    assert [each.status for each in take(firm, back)] == ["known"]
    (first, second) = firm.ask("collection", collection_id=key)["items"]
    assert (first["state"], first["code"], second["state"]) == ("returned", "AM04", "open")
    assert states(firm)[0][2:] == ("61.00", "open")
