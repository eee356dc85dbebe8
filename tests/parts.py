"""Which optional parts of a machine a test run uses, and what happens when one is missing.

A developer's run skips what cannot run and says so in one line. With `LIBRETTO_CI=1` nothing is skipped: a missing
part fails, unless the run names it in `LIBRETTO_WITHOUT` (for example `kafka,system-postgres`).
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def is_demanded(part: str) -> bool:
    """Whether this run must fail when the part is missing."""
    given_up = os.environ.get("LIBRETTO_WITHOUT", "").replace(" ", "").split(",")
    return os.environ.get("LIBRETTO_CI") == "1" and part not in given_up


def missing(part: str, why: str) -> NoReturn:
    """Skip the test that needs a part this machine lacks, or fail it where the run demands everything."""
    if is_demanded(part):
        pytest.fail(f"{part}: {why}", pytrace=False)
    pytest.skip(f"{part}: {why}")
