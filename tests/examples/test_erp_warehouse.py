"""The description of the warehouse protocol is the one that the example program speaks."""

from __future__ import annotations

import json
from pathlib import Path

from examples.erp_warehouse import create_app

DESCRIPTION = Path(__file__).parents[2] / "examples" / "erp_warehouse.openapi.json"


def test_the_description_is_what_the_program_speaks() -> None:
    assert json.loads(DESCRIPTION.read_text()) == create_app(":memory:", "").openapi()
