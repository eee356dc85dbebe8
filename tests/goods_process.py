"""A program whose people work with goods until it is killed."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gateways.settings import Settings
from gateways.wiring import Installation
from tests import goods_returns
from tests.goods_deeds import DEEDS
from tests.goods_shop import Shop

APART = {"time_goes_on", "bill", "invoice", "invoice_a_quote"}
assert goods_returns


def at_work(dsn: str, folder: str, seed: str) -> None:
    """Tell that it begins and the company's name, then do whatever comes, four people at a time."""
    with Installation(Settings(database_url=dsn, data_dir=Path(folder))) as installation:
        shop = Shop(installation)
        print(f"ready\n{shop.company.house.slug}", flush=True)
        names = sorted(DEEDS.keys() - APART)

        def work(hand: int) -> None:
            chance = random.Random(f"{seed}/{hand}")
            while True:
                DEEDS[chance.choice(names)](shop, *(chance.randrange(31) for _ in range(3)))

        with ThreadPoolExecutor(4) as hands:
            list(hands.map(work, range(4)))
