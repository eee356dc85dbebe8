"""Files for the bank: valid against the official schema, records of 120 characters, sums that are the batch's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregates.collection import Collection, CollectionCancelled
from aggregates.collection_values import CollectionLine, Creditor, UsedMandate
from aggregates.mandate import MandateScheme, Sequence
from aggregates.values import Address
from gateways.collections.files import bank_file
from gateways.collections.riba import receipts
from gateways.collections.sepa import NAMESPACE, direct_debits
from tests.commands.collections import CREDITOR_ID, OTHERS, OURS, THEIRS, collecting, invoice
from tests.contract_steps import C4
from tests.dsl import Company

SCHEMA = etree.XMLSchema(etree.parse(str(files("sepaxml") / "schemas" / "pain.008.001.02.xsd")))
AT = datetime(2026, 2, 1, 8, 30, tzinfo=UTC)
PLACE = Address(street="Via dell'Università 25/B", postcode="47121", town="Forlì", province="FC")
US = Creditor(
    name="Assistenza Romagna & Figli S.r.l.", vat_number="IT12345670017", address=PLACE, iban=OURS, bic="UNCRITM1ABC",
    creditor_id=CREDITOR_ID, sia_code="A1B2C",
)  # fmt: skip
names = st.text(min_size=1, max_size=90)
amounts = st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2)


@st.composite
def lines(draw: st.DrawFn) -> list[CollectionLine]:
    """Lines of a batch, with any names, addresses and amounts."""
    made = []
    for n in range(1, draw(st.integers(1, 12)) + 1):
        due_on = date(2026, 2, 1) + timedelta(days=draw(st.integers(0, 3)))
        place = Address(street=draw(names)[:60], postcode=draw(names)[:15], town=draw(names)[:60], province="FC")
        mandate = UsedMandate(
            mandate_id=UUID(int=n),
            reference=f"M-{n}",
            signed_on=date(2025, 1, 1),
            scheme=draw(st.sampled_from(MandateScheme)),
            sequence=draw(st.sampled_from(Sequence)),
        )
        made.append(
            CollectionLine(
                number=n,
                record_id=UUID(int=n),
                part=1,
                document=f"2026/{n}",
                issued_on=date(2026, 1, 1),
                due_on=due_on,
                collect_on=due_on,
                amount=draw(amounts),
                end_to_end_id=f"INC-2026-0001-{n:05}",
                customer_id=UUID(int=n),
                customer_code=draw(names)[:20],
                name=draw(names),
                tax_code=draw(st.sampled_from(["IT12345670017", "RSSMRA80A01D704D", None])),
                address=draw(st.sampled_from([place, PLACE, None])),
                iban=draw(st.sampled_from([THEIRS, OTHERS])),
                mandate=mandate,
            )
        )
    return made


def told(root: etree._Element, path: str) -> list[str]:
    """The texts at a path of names."""
    nodes = root.findall("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))
    return [node.text or "" for node in nodes]


@given(lines())
def test_a_direct_debit_file_is_valid_and_its_sums_are_the_batchs(batch: list[CollectionLine]) -> None:
    xml = direct_debits("INC-2026-0001", US, batch, AT)
    root = etree.fromstring(xml)
    assert SCHEMA.validate(root), SCHEMA.error_log
    whole = "CstmrDrctDbtInitn"
    total = sum((line.amount for line in batch), Decimal("0.00"))
    assert told(root, f"{whole}/GrpHdr/NbOfTxs") == [str(len(batch))]
    assert told(root, f"{whole}/GrpHdr/CtrlSum") == [str(total)]
    assert sum(map(int, told(root, f"{whole}/PmtInf/NbOfTxs"))) == len(batch)
    assert sum(map(Decimal, told(root, f"{whole}/PmtInf/CtrlSum"))) == total
    debits = f"{whole}/PmtInf/DrctDbtTxInf"
    assert sorted(map(Decimal, told(root, f"{debits}/InstdAmt"))) == sorted(line.amount for line in batch)
    assert sorted(told(root, f"{debits}/PmtId/EndToEndId")) == [line.end_to_end_id for line in batch]
    blocks = {(line.collect_on, line.mandate.scheme, line.mandate.sequence) for line in batch if line.mandate}
    assert len(told(root, f"{whole}/PmtInf/PmtInfId")) == len(blocks)
    assert set(told(root, f"{whole}/PmtInf/CdtrSchmeId/Id/PrvtId/Othr/Id")) == {CREDITOR_ID}
    # The schema leaves these open, the scheme does not.
    for path, text in (("ChrgBr", "SLEV"), ("PmtMtd", "DD"), ("PmtTpInf/SvcLvl/Cd", "SEPA")):
        assert told(root, f"{whole}/PmtInf/{path}") == [text] * len(blocks)


@given(lines())
def test_a_riba_file_has_records_of_120_characters_and_its_sums_are_the_batchs(batch: list[CollectionLine]) -> None:
    text = receipts("INC-2026-0001", US, batch, date(2026, 2, 1)).decode("ascii")
    assert text.endswith("\r\n")
    records = text.removesuffix("\r\n").split("\r\n")
    assert {len(record) for record in records} == {120}
    kinds = [record[1:3] for record in records]
    assert kinds == ["IB", *["14", "20", "30", "40", "50", "51", "70"] * len(batch), "EF"]
    total = int(sum((line.amount for line in batch), Decimal(0)) * 100)
    tail = records[-1]
    assert (int(tail[45:52]), int(tail[52:67]), int(tail[67:82])) == (len(batch), total, 0)
    assert int(tail[82:89]) == len(records)
    orders = [record for record in records if record[1:3] == "14"]
    assert [int(record[33:46]) for record in orders] == [int(line.amount * 100) for line in batch]
    assert [record[22:28] for record in orders] == [f"{line.collect_on:%d%m%y}" for line in batch]
    assert [record[69:79] for record in orders] == [line.iban[5:15] for line in batch]
    assert [int(record[3:10]) for record in records[1:-1]] == [n for n in range(1, len(batch) + 1) for _ in range(7)]


def test_the_records_of_a_receipt_stand_where_the_bank_reads_them() -> None:
    line = CollectionLine(
        number=3, record_id=UUID(int=1), part=2, document="2026/15", issued_on=date(2026, 1, 10),
        due_on=date(2026, 2, 28), collect_on=date(2026, 2, 28), amount=Decimal("1234.56"), end_to_end_id="X",
        customer_id=UUID(int=1), customer_code="C0001", name="Caffè Novità di Gilbo Rossi", tax_code="IT12345670017",
        address=PLACE, iban=THEIRS,
    )  # fmt: skip
    head, order, ours, debtor, place, reason, number, end, tail = (
        receipts("INC-2026-0001", US, [line], date(2026, 2, 1)).decode().split("\r\n")[:-1]
    )
    assert head[:39] == " IBA1B2C05428010226INC-2026-0001       "
    assert (head[113], tail[113]) == ("E", "E")
    assert order[:47] == " 140000001            280226300000000000123456-"
    assert (order[47:57], order[57:69], order[69:79]) == ("0542811101", "000000123456", "0542811101")
    assert (order[91:97], order[97:113], order[119]) == ("A1B2C4", "C0001           ", "E")
    assert ours[10:34] == "ASSISTENZA ROMAGNA & FIG"
    assert ours[82:106] == "P.IVA 12345670017       "
    assert (debtor[10:70].strip(), debtor[70:86].strip()) == ("CAFFE NOVITA DI GILBO ROSSI", "12345670017")
    assert place[10:70] == "VIA DELL'UNIVERSITA 25/B      " + "47121" + "FORLI".ljust(23) + "FC"
    assert reason[10:90].strip() == "FATTURA 2026/15 DEL 10/01/2026 RATA 2"
    assert (number[10:20], number[20:40]) == ("0000000003", "ASSISTENZA ROMAGNA &")
    assert end == " 700000001" + " " * 110


def test_debits_without_a_mandate_and_accounts_abroad_make_no_file() -> None:
    line = CollectionLine(
        number=1, record_id=UUID(int=1), part=1, document="1", issued_on=date(2026, 1, 1), due_on=date(2026, 2, 1),
        collect_on=date(2026, 2, 1), amount=Decimal(1), end_to_end_id="X", customer_id=UUID(int=1),
        customer_code="C", name="N", iban="DE89370400440532013000",
    )  # fmt: skip
    with pytest.raises(ValueError, match="no mandate"):
        direct_debits("1", US, [line], AT)
    with pytest.raises(ValueError, match="no Italian bank"):
        receipts("1", US, [line], date(2026, 2, 1))


def test_the_file_of_a_batch_is_the_same_whenever_it_is_written(company: Company) -> None:
    firm = collecting(company)
    invoice(firm, "100.00")
    invoice(firm, "50.00", customer_id=C4)
    prepare: dict[str, Any] = {"method": "direct_debit", "due_by": "2026-03-31", "prepared_on": "2026-02-01"}
    key = firm.do("prepare-collection", at="2026-02-01T09:30", **prepare)["collection_id"]
    batch = firm.record(key)
    assert isinstance(batch, Collection)
    first = bank_file(batch)
    root = etree.fromstring(first.data)
    assert SCHEMA.validate(root), SCHEMA.error_log
    assert (first.name, first.media_type) == ("INC-2026-0001.xml", "application/xml")
    assert told(root, "CstmrDrctDbtInitn/GrpHdr/CreDtTm") == ["2026-02-01T09:30:00"]
    assert told(root, "CstmrDrctDbtInitn/GrpHdr/CtrlSum") == ["183.00"]
    firm.do("send-collection", collection_id=key)
    assert bank_file(firm.record(key)) == first
    row = firm.ask("collection", collection_id=key)
    assert str(row["total"]) == "183.00"


def test_a_cancelled_batch_has_no_file(company: Company) -> None:
    firm = collecting(company)
    invoice(firm, "100.00", payment_method="riba")
    key = firm.do("prepare-collection", at="2026-02-01T09:30", method="riba", due_by="2026-03-31")["collection_id"]
    assert bank_file(firm.record(key)).name == "INC-2026-0001.txt"
    firm.do("cancel-collection", collection_id=key)
    with pytest.raises(CollectionCancelled):
        bank_file(firm.record(key))
