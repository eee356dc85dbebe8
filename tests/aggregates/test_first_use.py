"""Schemas are built when first used: by many threads at the same moment, too."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from aggregates.values import Value

THREADS = 8


class Inner(Value):
    """Part of every value below."""

    amount: Decimal


def test_many_threads_use_a_value_for_the_first_time() -> None:
    for n in range(20):
        kind: type[Value] = type(f"Outer{n}", (Value,), {"__annotations__": {"inner": Inner}, "__module__": __name__})
        assert not kind.__pydantic_complete__, "or this test would find nothing ever"
        together = threading.Barrier(THREADS)

        def used(_: int, kind: type[Value] = kind, together: threading.Barrier = together) -> Value:
            together.wait(timeout=120)
            return kind.model_validate({"inner": {"amount": "1.50"}})

        with ThreadPoolExecutor(THREADS) as threads:
            assert len(set(threads.map(used, range(THREADS)))) == 1
