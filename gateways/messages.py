"""Collects every text that a user may read (messaggi): `python -m gateways.messages` brings the catalogues up to date.

Texts in calls of `_` are found as gettext finds them. The rest says itself: a refusal's docstring, what validators
raise, the findings of the API, and the labels of codes, whose context is their kind.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, TypeVar

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

import aggregates
import commands
import gateways
import projections
import schedulers
from aggregates import roles
from aggregates.base import Aggregate, Refusal
from aggregates.because import SENTENCES
from gateways.i18n import LANGUAGES, TOLD, catalogue
from gateways.labels import COLUMN, KIND, ROLE, VIEW, words
from gateways.labels import SPOKEN as SPOKEN_KINDS

K = TypeVar("K")
PACKAGES = (aggregates, commands, projections, schedulers, gateways)
ROOT = Path(__file__).resolve().parent.parent
SPOKEN = ("SchemaTooOld", "SchemaTooNew", "NotLevel", "AddressTaken")
"""Exceptions that are no refusals and whose docstring the command line prints."""


class Text(NamedTuple):
    """A message id, and the context that tells it from the same words elsewhere."""

    id: str
    context: str | None = None


def texts() -> set[Text]:
    """Every text of the program."""
    for package in PACKAGES:
        _import_all(package)
    from gateways.http.problems import FINDINGS  # here, because it imports what has just been imported
    from gateways.http.table_fields import FIELDS
    from gateways.http.table_titles import COLUMNS, title_of
    from gateways.http.table_words import WORDS
    from projections.catalog import VIEWS

    calls = {"_": None, "said": None}
    found = {Text(str(found[2])) for found in extract_from_dir(Path(gateways.__path__[0]), keywords=calls)}
    found |= {Text(refusal.message()) for refusal in _below(Refusal) if _ours(refusal)}
    found |= {Text(_sentence(error)) for error in _below(Exception) if _ours(error) and error.__name__ in SPOKEN}
    found |= {Text(finding) for finding in FINDINGS.values()}
    found |= {Text(sentence.english) for sentence in SENTENCES.values()}
    found |= {Text(said, TOLD) for said in _said_by_validators()}
    found |= {Text(finding) for finding in _found_by_checks()}
    found |= {Text(words(member.value), kind.__name__) for kind in codes() for member in kind}
    found |= {Text(words(kind.__name__), KIND) for kind in _below(Aggregate) if _is_record(kind)}
    found |= {Text(title_of(column), COLUMN) for column in COLUMNS | FIELDS} | {Text(word, COLUMN) for word in WORDS}
    found |= {Text(words(view.name), VIEW) for view in VIEWS}
    return found | {Text(words(role), ROLE) for role in roles.ALL}


def codes() -> list[type[StrEnum]]:
    """The kinds of codes that people see; those of import files are words of those files."""
    return [kind for kind in _below(StrEnum) if kind.__module__.startswith(SPOKEN_KINDS)]


def updated(language: str) -> Catalog:
    """The catalogue of a language with exactly the texts of the program, translated as far as they were before."""
    before = catalogue(language)
    after = Catalog(locale=language, fuzzy=False)
    for text in sorted(texts(), key=lambda text: (text.context or "", text.id)):
        known = before.get(text.id, text.context)
        after.add(text.id, str(known.string) if known else "", context=text.context)
    return after


def main() -> int:
    """Write the catalogues; 1 when a text is still without its translation."""
    missing = 0
    for language in LANGUAGES:
        path = ROOT / "gateways" / "locale" / language / "LC_MESSAGES" / "libretto.po"
        if not path.exists():
            continue
        fresh = updated(language)
        with path.open("wb") as file:
            write_po(file, fresh, width=0, omit_header=True, no_location=True)
        missing += sum(1 for message in fresh if message.id and not message.string)
    return 1 if missing else 0


def _import_all(package: ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def _below(kind: type[K]) -> Iterator[type[K]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _ours(kind: type) -> bool:
    return kind.__module__.split(".")[0] in {package.__name__ for package in PACKAGES}


def _is_record(kind: type[Aggregate]) -> bool:
    return _ours(kind) and "TOPIC" in vars(kind)


def _sentence(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


def _said_by_validators() -> Iterator[str]:
    for package in (aggregates, commands):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and _is_value_error(node.exc):
                    assert isinstance(node.exc, ast.Call)
                    yield _template(node.exc.args[0])


def _found_by_checks() -> Iterator[str]:
    """What the checks before issuing find: the second argument of each `_problem`."""
    path = Path(aggregates.__path__[0]) / "rules" / "exchange_checks.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_problem":
            assert isinstance(node.args[1], ast.Constant)
            yield str(node.args[1].value)


def _is_value_error(raised: ast.expr | None) -> bool:
    named = isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name) and raised.func.id == "ValueError"
    return named and isinstance(raised, ast.Call) and bool(raised.args)


def _template(text: ast.expr) -> str:
    """What was raised, with the last name of each value in braces; braces of the text itself are doubled."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(
        str(part.value).replace("{", "{{").replace("}", "}}") if isinstance(part, ast.Constant) else _place(part)
        for part in parts
    )


def _place(part: ast.expr) -> str:
    assert isinstance(part, ast.FormattedValue)
    return "{" + ast.unparse(part.value).split(".")[-1].lower() + "}"


if __name__ == "__main__":
    sys.exit(main())
