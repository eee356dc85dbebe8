"""`python -m tests.bench.what_if`: other terms tried on all contracts: contracts a second, memory, cost by size."""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import tempfile
import time
from pathlib import Path

from projections.catalog import BY_NAME as VIEWS
from tests.bench.billing import filled, house
from tests.bench.servers import bench_server
from tests.databases import new_database

ASKED = {"fee_percent": "2.5", "series": "FOI", "on": "2027-08-31"}


def main(arguments: list[str]) -> int:
    """Print what each size took."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.what_if", description=__doc__)
    parser.add_argument("--contracts", type=int, nargs="+", default=[1_000, 10_000])
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="libretto-bench-") as at, bench_server(Path(at) / "server") as server:
        for contracts in asked.contracts:
            with new_database(server) as dsn, house(dsn) as (running, opened):
                filled(running, opened, contracts)
                gc.collect()
                before, began = _peak_mib(), time.perf_counter()
                view = VIEWS["what-if-totals"]
                totals = view.query(opened.reader, view.ask.model_validate(ASKED))
                seconds = time.perf_counter() - began
                print(
                    f"{contracts:>7} contracts: {contracts / seconds:7.0f} contracts/s, {totals['changed']} differ by "
                    f"{totals['difference']} euro, peak {_peak_mib():.0f} MiB ({_peak_mib() - before:.0f} more)",
                    flush=True,
                )
    return 0


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
