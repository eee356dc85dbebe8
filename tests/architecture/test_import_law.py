"""The import law: which folder may import which, and where other people's libraries may appear.

Ours: aggregates nothing but aggregates; commands and projections also aggregates, never each other; schedulers those
three; gateways everything. Others': the standard library and pydantic everywhere; each folder's `base.py` its one
library; pure helpers in rules and values; any library in gateways.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source_tree import FOLDERS, ROOT, SourceFile, files, plant

OURS = {
    "aggregates": {"aggregates"},
    "commands": {"aggregates", "commands"},
    "projections": {"aggregates", "projections"},
    "schedulers": {"aggregates", "commands", "projections", "schedulers"},
    "gateways": set(FOLDERS),
}
EVERYWHERE = {"pydantic", "pydantic_core"}
MAY_USE_EXAMPLES = "gateways/demo"
"""The demo plays the company and the month that stand among the examples."""
PURE_HELPERS = {"dateutil", "holidays", "stdnum"}
ONLY_IN = {
    "aggregates/base.py": {"eventsourcing"},
    "aggregates/values.py": PURE_HELPERS,
    "commands/base.py": {"eventsourcing"},
    "projections/base.py": {"psycopg"},
}

# Parts of the standard library that would let the outside world into a decision or a projection.
IMPURE_MODULES = {"asyncio", "http", "os", "random", "secrets", "socket", "subprocess", "threading", "time", "urllib"}
PURE_MODULES = {"urllib.parse"}
"""Takes an address apart and asks nobody."""
IMPURE_CALLS = {"now", "today", "utcnow", "uuid1", "uuid4", "open", "urandom", "getenv"}
PURE_FOLDERS = ("aggregates", "projections")


def imports(source: SourceFile) -> Iterator[tuple[int, str]]:
    """Line and full name of every module a file imports, wherever in the file."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = source.name.split("/")[: -node.level] if node.level else []
            yield node.lineno, ".".join([*package, node.module or ""]).strip(".")


def may_import(source: SourceFile, module: str) -> bool:
    top = module.split(".", 1)[0]
    if top in FOLDERS:
        return top in OURS[source.folder]
    if top in {"tests", "examples"}:
        return top == "examples" and source.name.startswith(MAY_USE_EXAMPLES)
    if top in sys.stdlib_module_names or top in EVERYWHERE or source.folder == "gateways":
        return True
    if source.name.startswith("aggregates/rules/") and top in PURE_HELPERS:
        return True
    return top in ONLY_IN.get(source.name, set())


def broken_imports(root: Path) -> list[str]:
    return [
        f"{source.name}:{line} imports {module}"
        for source in files(root, *FOLDERS)
        for line, module in imports(source)
        if not may_import(source, module)
    ]


def impurities(root: Path) -> list[str]:
    """Where aggregates or projections reach for a clock, chance or the machine."""
    found = []
    for source in files(root, *PURE_FOLDERS):
        found += [
            f"{source.name}:{line} imports {module}"
            for line, module in imports(source)
            if module.split(".", 1)[0] in IMPURE_MODULES and module not in PURE_MODULES
        ]
        for node in source.nodes:
            if isinstance(node, ast.Call) and (called := called_name(node.func)) in IMPURE_CALLS:
                found.append(f"{source.name}:{node.lineno} calls {called}")
    return found


def called_name(function: ast.expr) -> str | None:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else None


def test_the_import_law_holds() -> None:
    found = broken_imports(ROOT)
    assert not found, "\n" + "\n".join(found)


def test_aggregates_and_projections_know_no_clock_and_no_chance() -> None:
    found = impurities(ROOT)
    assert not found, "\n" + "\n".join(found)


def test_a_breach_between_our_folders_is_found(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "aggregates/call.py": "from commands import call",
            "commands/call.py": "import projections.agenda\nfrom aggregates.call import Call",
            "projections/agenda.py": "def later():\n    from commands.call import AssignTechnician",
            "schedulers/renewals.py": "import gateways.kafka\nimport projections.agenda",
            "gateways/wiring.py": "import aggregates, commands, projections, schedulers",
        },
    )
    assert broken_imports(tmp_path) == [
        "aggregates/call.py:1 imports commands",
        "commands/call.py:1 imports projections.agenda",
        "projections/agenda.py:2 imports commands.call",
        "schedulers/renewals.py:1 imports gateways.kafka",
    ]


def test_a_library_in_the_wrong_place_is_found(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "aggregates/base.py": "from eventsourcing.domain import Aggregate",
            "aggregates/call.py": "from eventsourcing.domain import event\nimport dateutil\nimport pydantic",
            "aggregates/values.py": "import stdnum.it.iva",
            "aggregates/rules/periods.py": "from dateutil.relativedelta import relativedelta\nimport psycopg",
            "commands/base.py": "from eventsourcing.application import Application\nimport psycopg",
            "projections/agenda.py": "import psycopg",
            "projections/base.py": "import psycopg",
            "gateways/kafka.py": "import kafka\nimport tests.dsl",
        },
    )
    assert broken_imports(tmp_path) == [
        "aggregates/call.py:1 imports eventsourcing.domain",
        "aggregates/call.py:2 imports dateutil",
        "aggregates/rules/periods.py:2 imports psycopg",
        "commands/base.py:2 imports psycopg",
        "projections/agenda.py:1 imports psycopg",
        "gateways/kafka.py:2 imports tests.dsl",
    ]


def test_a_relative_import_is_no_way_round(tmp_path: Path) -> None:
    plant(tmp_path, {"aggregates/rules/periods.py": "from ..values import Money\nfrom ...commands import call"})
    assert broken_imports(tmp_path) == ["aggregates/rules/periods.py:2 imports commands"]


def test_a_clock_chance_or_the_machine_is_found(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "aggregates/call.py": "import random\nfrom datetime import datetime\nopened = datetime.now()",
            "projections/agenda.py": "from uuid import uuid4\ndef row():\n    return uuid4()",
            "commands/call.py": "import time",
        },
    )
    assert impurities(tmp_path) == [
        "aggregates/call.py:1 imports random",
        "aggregates/call.py:3 calls now",
        "projections/agenda.py:3 calls uuid4",
    ]
