"""A small company with figures in every table that matters: a contract billed for a year, calls worked on, parts."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4, uuid5

from aggregates.article import article_id
from gateways.wiring import Installation
from tests.commands.calls import COPIER, GINO, MACHINE, PINA, TECHNICIANS
from tests.commands.test_work_billing import ARTICLES, CHARGES
from tests.contract_steps import C1, K1, LINE, ROSSI, draft, founded, line, run, sign
from tests.dsl import Company, do
from tests.projections.test_margins import call, part, work
from tests.projections.test_mart_work import MAIN, OTHER, SECOND, cost_set, given_van

CHARGED = uuid5(K1, "charged")
CONSUMER = uuid5(K1, "consumer")


def with_figures(installation: Installation) -> Company:
    """1,200.00 billed for 2026, a free call in March at 318.70, one of 191.00 in April that nothing covers."""
    firm = _firm(installation)
    for machine in (COPIER, SECOND):
        firm.given(do("register-serial-item", **{**machine.fields, "owner_id": C1}))
    firm.given(*given_van(), cost_set("31.00"), cost_set("28.35", technician_id=PINA))
    firm.given(do("open-warehouse", code="MAIN", name="Magazzino"))
    firm.given(do("stock-article", article_id=article_id("FUS"), warehouse_id=MAIN, quantity="90", unit_cost="58.10"))
    firm.given(
        draft(starts_on="2026-01-01", alignment="none"),
        line(line_id=LINE, serial_item_ids=[MACHINE]),
        sign(at="2025-12-10T10:00"),
    )
    run(firm, "2026-01-01")
    free, on = uuid5(K1, "free"), date(2026, 3, 9)
    firm.given(*call(free, [MACHINE], on, work(free, 1, on, 480, travel_km="30"), part(free, 1, on, 1)))
    charged_call(firm, CHARGED, date(2026, 4, 16))
    return firm


def charged_call(firm: Company, call_id: UUID, on: date) -> None:
    """Two hours of Gino and one of Pina on a machine without a contract, billed at the end of April."""
    works = (work(call_id, 1, on, 120, GINO), work(call_id, 2, on, 60, PINA))
    firm.given(*call(call_id, [OTHER], on, *works))
    run(firm, "2026-04-30")


def _firm(installation: Installation) -> Company:
    """A customer and a price list."""
    company_id = uuid4()
    firm = Company(installation, installation.open_house(f"c-{company_id.hex[:12]}", company_id))
    firm.given(founded(firm), ROSSI, *TECHNICIANS)
    for code, (kind, _) in ARTICLES.items():
        firm.do("register-article", code=code, description=f"Voce {code}", kind=kind)
    prices = [{"article_code": code, "from_on": "2026-01-01", "unit_price": one} for code, (_, one) in ARTICLES.items()]
    firm.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=prices, charges=CHARGES)
    firm.do("set-party-terms", party_id=C1, price_list_code="BASE")
    return firm
