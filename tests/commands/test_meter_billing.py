"""Cost per copy from contract to invoice: S08, estimates and true-ups, corrections, swaps, pools (R3.1–R3.9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.contract_steps import C1, K1, ROSSI, documents, draft, founded, line, run, sign
from tests.dsl import Company

M1, M2 = UUID(int=81), UUID(int=82)
BW = {"counter": "bw", "label": "Copie B/N", "included": 9000, "tiers": [{"unit_price": "0.0085"}]}
A3 = [{"kind": "bw"}, {"kind": "a3", "weight": "2", "inside_total": True}]
COLOUR = {
    "counter": "colour",
    "label": "Copie colore",
    "included": 1000,
    "tiers": [{"up_to": 2000, "unit_price": "0.0650"}, {"unit_price": "0.0550"}],
}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def machine(company: Company, key: UUID, *kinds: str | dict[str, Any]) -> None:
    company.do(
        "register-serial-item",
        serial_item_id=key,
        number=f"M{key.int - 80}",
        product="MP C3004",
        type="copier",
        owner_id=C1,
        meters=[{"kind": kind} if isinstance(kind, str) else kind for kind in kinds],
    )


def read(company: Company, key: UUID, kind: str, value: int, on: str, **more: Any) -> UUID:
    done = company.do(
        "record-reading", serial_item_id=key, kind=kind, value=value, read_at=f"{on}T08:00:00+02:00", **more
    )
    return UUID(str(done["reading_id"]))


def contract(company: Company, meters: dict[str, Any], *keys: UUID, fee: str = "0.00", **header: Any) -> None:
    header = {"starts_on": "2026-01-01", "step_months": 3, "alignment": "none", **header}
    company.execute(draft(K1, meters=meters, **header))
    company.execute(line(K1, fee=fee, serial_item_ids=list(keys)))
    company.execute(sign(K1, at="2026-01-01T09:00"))


def lines(company: Company, nth: int = -1) -> list[tuple[str, str]]:
    """Kind and amount of the lines of an issued document."""
    document = company.record(documents(company)[nth]["invoice_id"]).document
    return [(each.source.kind, str(each.amount)) for each in document.lines]


def s08(company: Company) -> None:
    """The machines, readings and contract of S08."""
    machine(company, M1, "bw", "colour")
    machine(company, M2, {"kind": "bw", "digits": 6}, "a3", "colour")
    for key, kind, value in ((M1, "bw", 120_450), (M1, "colour", 2_100), (M2, "bw", 998_700), (M2, "a3", 0)):
        read(company, key, kind, value, "2026-01-01")
    read(company, M2, "colour", 880, "2026-01-01")
    meters = {"counters": [{**BW, "meters": A3}, COLOUR], "minimum": {"amount": "150.00"}}
    contract(company, meters, M1, M2, fee="720.00", tacit_renewal=False)
    for kind, final, initial in (("bw", 124_010, 15), ("colour", 3_350, 0)):
        company.do(
            "replace-meter",
            serial_item_id=M1,
            kind=kind,
            final=final,
            initial=initial,
            replaced_at="2026-02-16T10:00:00+01:00",
        )
    for key, kind, value in ((M1, "bw", 6_215), (M1, "colour", 2_430), (M2, "a3", 400), (M2, "colour", 1_700)):
        read(company, key, kind, value, "2026-03-31")
    read(company, M2, "bw", 3_940, "2026-03-31", rollover=True)


def test_s08_the_quarter_of_two_machines(firm: Company) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    run(firm, "2026-04-01")
    assert lines(firm) == [
        ("fee", "180.00"), ("meter:bw:1", "54.40"), ("meter:colour:1", "130.00"), ("meter:colour:2", "82.50"),
    ]  # fmt: skip
    last = documents(firm)[-1]
    assert (str(last["taxable"]), str(last["tax"]), str(last["total"])) == ("446.90", "98.32", "545.22")
    before = firm.house.log.position()
    run(firm, "2026-04-01")
    assert firm.house.log.position() == before


def test_s08_the_next_quarter_is_completed_to_the_minimum(firm: Company) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    run(firm, "2026-04-01")
    for key, kind, value in ((M1, "bw", 10_215), (M2, "bw", 7_940), (M1, "colour", 3_230), (M2, "colour", 2_500)):
        read(firm, key, kind, value, "2026-06-30")
    read(firm, M2, "a3", 400, "2026-06-30")
    run(firm, "2026-07-01")
    assert lines(firm) == [("fee", "180.00"), ("meter:colour:1", "39.00"), ("minimum", "111.00")]
    last = documents(firm)[-1]
    assert (str(last["taxable"]), str(last["total"])) == ("330.00", "402.60")
