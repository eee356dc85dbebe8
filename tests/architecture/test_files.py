"""How files look: one reason to be opened, nothing unfinished, no exception without its reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.source_tree import FOLDERS, ROOT, SourceFile, files, plant

# "About" 400 and 250 lines: where a file must be split, not where one should begin to think of it.
LONGEST_AGGREGATE = 440
LONGEST_TEST = 500
LONGEST = 300
# Files that may be longer, each with its reason: splitting them would cost a reader more than their length does.
MAY_BE_LONGER: dict[str, str] = {
    "commands/catalog.py": "everything people may ask stands on one page",
    "projections/catalog.py": "everything people may see stands on one page",
    "projections/lookups.py": "every question of a command has its answer on one page",
    "projections/documents/field_words.py": "the meaning of every field stands in one table, in order",
}

PROSE = (".py", ".md", ".sql", ".typ", ".yaml", ".toml")
UNFINISHED = re.compile(
    r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "WI" + "P")) + r")\b"
    r"|(?i:\bnot yet " + r"implemented\b|\bcoming " + r"soon\b|\blorem " + r"ipsum\b|raise NotImplemented" + r"Error)"
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home)/\w")
EXCEPTION = re.compile(
    r"#\s*(type:\s*ignore|noqa|pragma)"
    r"(?P<code>\[[\w, -]+\]|:\s*(?:no cover|[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)|)(?P<reason>.*)$"
)


def empty_inits(sources: Iterable[SourceFile]) -> list[str]:
    return [f"{source.name} is not empty" for source in sources if source.name.endswith("__init__.py") and source.text]


def too_long(sources: Iterable[SourceFile], allowed: Iterable[str] = ()) -> list[str]:
    found = []
    for source in sources:
        lines = source.text.count("\n")
        if lines > longest(source) and source.name not in allowed:
            found.append(f"{source.name} has {lines} lines, more than {longest(source)}")
    return found


def longest(source: SourceFile) -> int:
    if source.folder == "tests":
        return LONGEST_TEST
    is_aggregate = source.folder == "aggregates" and source.name.count("/") == 1
    return LONGEST_AGGREGATE if is_aggregate else LONGEST


def matches(pattern: re.Pattern[str], sources: Iterable[SourceFile]) -> list[str]:
    return [
        f"{source.name}:{number} {line.strip()}"
        for source in sources
        for number, line in enumerate(source.text.splitlines(), 1)
        if pattern.search(line)
    ]


def exceptions_without_reason(sources: Iterable[SourceFile]) -> list[str]:
    """Comments that silence a checker without a code, or without words beside it that say why."""
    found = []
    for source in sources:
        for number, line in enumerate(source.text.splitlines(), 1):
            match = EXCEPTION.search(line)
            if match and not (re.search(r"\w", match["code"]) and re.search(r"[^\W\d_]{3,}", match["reason"])):
                found.append(f"{source.name}:{number} {match[0].strip()}")
    return found


def without_docstring_or_future(sources: Iterable[SourceFile]) -> list[str]:
    found = []
    for source in sources:
        if not source.text:
            continue
        if ast.get_docstring(source.syntax) is None:
            found.append(f"{source.name} has no docstring")
        if "from __future__ import annotations" not in source.text:
            found.append(f"{source.name} does not import annotations from __future__")
    return found


def none(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


def everything() -> list[SourceFile]:
    return list(files(ROOT, *FOLDERS, "tests", "examples"))


def texts() -> list[SourceFile]:
    return list(files(ROOT, *FOLDERS, "tests", "examples", "docs", suffixes=PROSE))


def test_init_files_are_empty() -> None:
    none(empty_inits(everything()))


def test_no_file_has_grown_too_long() -> None:
    none(too_long(everything(), MAY_BE_LONGER))


def test_the_list_of_longer_files_is_not_longer_than_needed() -> None:
    names = {source.name for source in everything() if source.text.count("\n") > longest(source)}
    assert set(MAY_BE_LONGER) <= names


def test_nothing_is_left_unfinished() -> None:
    none(matches(UNFINISHED, texts()))


def test_nothing_speaks_of_somebodys_machine() -> None:
    none(matches(MACHINE_PATH, texts()))


def test_every_exception_to_a_checker_says_why() -> None:
    none(exceptions_without_reason(everything()))


def test_every_module_says_what_it_is() -> None:
    none(without_docstring_or_future(everything()))


# The tests of these tests: each can fail.


def test_a_full_init_file_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"aggregates/__init__.py": "from aggregates.call import Call\n"})
    assert empty_inits(files(tmp_path, "aggregates")) == ["aggregates/__init__.py is not empty"]


def test_a_long_file_is_found(tmp_path: Path) -> None:
    long = "x = 1\n" * 400
    plant(
        tmp_path,
        {
            "aggregates/call.py": long,
            "aggregates/rules/periods.py": long,
            "commands/call.py": long,
            "tests/test_call.py": long,
        },
    )
    sources = list(files(tmp_path, "aggregates", "commands", "tests"))
    assert [line.split(" ")[0] for line in too_long(sources)] == ["aggregates/rules/periods.py", "commands/call.py"]
    assert too_long(sources, allowed=["aggregates/rules/periods.py", "commands/call.py"]) == []


@pytest.mark.parametrize(
    "line", ["# TO" + "DO: rest", "raise NotImplemented" + "Error", "# FIX" + "ME", "Coming " + "soon"]
)
def test_unfinished_work_is_found(tmp_path: Path, line: str) -> None:
    plant(tmp_path, {"commands/call.py": f"x = 1\n{line}\n"})
    assert matches(UNFINISHED, files(tmp_path, "commands")) == [f"commands/call.py:2 {line}"]


def test_a_foreign_customers_code_is_not_unfinished_work() -> None:
    assert not UNFINISHED.search('recipient_code = "XXXXXXX"')


def test_a_machine_path_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"commands/call.py": "# see /ho" + "me/gino/notes\n"})
    assert matches(MACHINE_PATH, files(tmp_path, "commands")) == ["commands/call.py:1 # see /ho" + "me/gino/notes"]


@pytest.mark.parametrize(
    ("comment", "is_fine"),
    [
        ("# type: " + "ignore", False),
        ("# type: " + "ignore[arg-type]", False),
        ("# type: " + "ignore  # the library has no types", False),
        ("# type: " + "ignore[arg-type]  # the library has no types", True),
        ("# no" + "qa", False),
        ("# no" + "qa: S603", False),
        ("# no" + "qa: S603, S607 (our own arguments)", True),
        ("# no" + "qa: S603 - our own arguments", True),
    ],
)
def test_an_exception_needs_a_code_and_a_reason(tmp_path: Path, comment: str, is_fine: bool) -> None:
    plant(tmp_path, {"commands/call.py": f"x = 1  {comment}\n"})
    assert (exceptions_without_reason(files(tmp_path, "commands")) == []) is is_fine


def test_a_module_that_says_nothing_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"commands/call.py": "x = 1\n", "commands/__init__.py": ""})
    assert without_docstring_or_future(files(tmp_path, "commands")) == [
        "commands/call.py has no docstring",
        "commands/call.py does not import annotations from __future__",
    ]
