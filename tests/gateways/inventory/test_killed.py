"""A keeper that is killed in the middle of telling, again and again: every movement is done once, in its order."""

from __future__ import annotations

import random
import time
from pathlib import Path
from uuid import uuid4

from aggregates.article import article_id
from aggregates.warehouse import warehouse_id
from tests.dsl import Company
from tests.gateways.inventory.erp import Erp, Line
from tests.gateways.inventory.keeper_process import KeeperPlan, start_keeper

KILLS, MOVEMENTS = 6, 12
ARTICLES = 3


def test_killed_again_and_again_it_tells_everything_once(
    company: Company, erp: Erp, line: Line, tmp_path: Path
) -> None:
    house, code, chance = company.house, f"W-{uuid4().hex[:6]}".upper(), random.Random(6)
    articles = [f"K{n}-{uuid4().hex[:6]}".upper() for n in range(ARTICLES)]
    origin = f"http://127.0.0.1:{line.port}"
    company.do("open-warehouse", code="MAG", name="Magazzino")
    for article in articles:
        erp.put(article, code, "1000")
        company.do("register-article", code=article, description=article, kind="part")
        company.do("stock-article", article_id=article_id(article), warehouse_id=warehouse_id("MAG"), quantity=1000)
    company.do("connect-inventory", address=origin, secret_name="erp")
    company.do("set-warehouse-keeper", warehouse_id=warehouse_id("MAG"), managed_by="erp", their_code=code)
    plan = KeeperPlan(
        company.installation.dsn, company.installation.settings.data_dir, house.company_id, house.slug, origin
    )
    record, interrupted = {"kind": "rma", "id": uuid4()}, 0
    for n in range(KILLS * MOVEMENTS):
        place = {"article_id": article_id(articles[n % ARTICLES]), "warehouse_id": warehouse_id("MAG")}
        company.do("issue-part", **place, quantity=1, record=record)
        if n % MOVEMENTS == MOVEMENTS - 1:
            company.fold()
            process, before = start_keeper(plan), len(line.heard)
            until = time.monotonic() + 120
            while len(line.heard) < before + 2 and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.03))
            process.kill()
            process.join()
            interrupted += waiting(company) > 0
    assert interrupted >= KILLS / 2, "the kills came too late to interrupt anything"
    process = start_keeper(plan)
    until = time.monotonic() + 120
    while waiting(company) and time.monotonic() < until:
        company.fold()
        time.sleep(0.02)
    process.kill()
    process.join()
    assert waiting(company) == 0
    assert {erp.on_hand(article, code) for article in articles} == {str(1000 - KILLS * MOVEMENTS // ARTICLES)}
    assert company.ask("inventory-refusals")["items"] == []


def waiting(company: Company) -> int:
    """Messages beyond the cursors."""
    rows = company.house.reader.rows(
        """select count(*) as waiting from {inventory_asked} m
             left join relay_cursor c on c.company_id = m.company_id and c.relay = 'inventory:' || m.article_id::text
            where m.position > coalesce(c.sequence, 0)"""
    )
    return int(rows[0]["waiting"])
