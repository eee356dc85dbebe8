"""The program is killed while people receive, deliver and return: each command is there whole, or not at all."""

from __future__ import annotations

import time
from collections import defaultdict
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
from psycopg.conninfo import make_conninfo

from aggregates.delivery_note import DeliveryNote
from aggregates.stock_item import StockItem
from gateways.wiring import Installation
from tests.dsl import Company
from tests.forks import forked
from tests.goods_checks import EVERYTHING, check_everything, check_read_models
from tests.goods_process import at_work
from tests.goods_shop import Shop

LIVES = 2


def test_killed_at_work_everything_is_whole(installation: Installation) -> None:
    for life in range(LIVES):
        installation.daemon.leave()  # the program folds its read models itself
        name = f"goods-{uuid4().hex[:12]}"
        dsn = make_conninfo(installation.dsn, application_name=name)
        with forked(at_work, dsn, str(installation.settings.data_dir), str(life)) as fork:
            slug = fork.said.readline().strip()
            time.sleep(1.0 + 0.37 * life)
            fork.process.kill()
            fork.process.join()
        wait_until_gone(installation, name)
        company = Company(installation, installation.house(slug))
        shop = Shop.found(company)
        check_everything(shop)
        check_read_models(company)
        check_notes_and_stock(company)


def wait_until_gone(installation: Installation, name: str) -> None:
    """What the killed program had sent is done or undone once the server has noticed that it is gone."""
    here = "select count(*) from pg_stat_activity where application_name = %s"
    with psycopg.connect(installation.dsn, autocommit=True) as connection:
        while connection.execute(here, (name,)).fetchone() != (0,):
            time.sleep(0.02)


def check_notes_and_stock(company: Company) -> None:
    """Each note that moves stock has its movements, line by line, and no movement names a note that is not there."""
    facts = [one.fact for one in company.house.recorded_after(0, EVERYTHING)]
    moved: dict[UUID, Decimal] = defaultdict(Decimal)
    for fact in facts:
        if not isinstance(fact, StockItem.Issued | StockItem.MovedOut) or fact.record is None:
            continue
        if fact.record.kind == "delivery-note":
            moved[fact.record.id] += fact.quantity
    notes = {fact.stream_id: fact for fact in facts if isinstance(fact, DeliveryNote.Issued)}
    assert moved.keys() <= notes.keys()
    for note_id, note in notes.items():
        went = sum((line.quantity for line in note.lines if line.stock is not None), Decimal(0))
        assert moved[note_id] >= went, "a note without its goods"
