"""Looks for sentences of the other language in what views answer (parole straniere): each view asked for, all texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from pydantic import BaseModel, ValidationError

from gateways.i18n import LANGUAGES, catalogue
from gateways.spoken import spoken, tells_refusals
from projections.base import View
from projections.catalog import VIEWS
from tests.dsl import Company

LEAST = 13
"""Letters of a piece of a sentence that could not stand in the other language by chance."""
FEW = 3
"""Records of a kind that sheets are asked for."""


def foreign(company: Company) -> dict[str, set[tuple[str, str]]]:
    """By language: the views, each with a text that has a piece of a sentence of the other language in it."""
    told: dict[str, dict[str, set[str]]] = {language: {} for language in LANGUAGES}
    for view, answer in _answers(company):
        for language, texts in told.items():
            for text in _texts(spoken(answer, language, also_italian=tells_refusals(view.name))):
                texts.setdefault(text, set()).add(view.name)
    return {language: set(_strangers(texts, language)) for language, texts in told.items()}


def _strangers(texts: Mapping[str, set[str]], language: str) -> Iterator[tuple[str, str]]:
    pieces = list(_pieces(language))
    for text, views in texts.items():
        if any(piece in text and own not in text for piece, own in pieces):
            yield from ((view, text) for view in views)


def _answers(company: Company) -> Iterator[tuple[View, Any]]:
    """Every list that asks for nothing, then every sheet of the first records that they name."""
    known: dict[str, list[Any]] = {}
    later = []
    for view in VIEWS:
        needed = [name for name, field in view.ask.model_fields.items() if field.is_required()]
        if needed:
            later.append((view, needed))
            continue
        answer = _asked(company, view, {})
        _remember(answer, known)
        yield view, answer
    for view, needed in later:
        for n in range(FEW):
            found = {name: known[name][n] for name in needed if len(known.get(name, ())) > n}
            if found.keys() == set(needed):
                yield view, _asked(company, view, found)


def _asked(company: Company, view: View, fields: Mapping[str, Any]) -> Any:
    try:
        ask = view.ask.model_validate(fields)
    except ValidationError:
        return None
    return view.query(company.house.reader, ask)


def _remember(answer: Any, known: dict[str, list[Any]]) -> None:
    rows = answer.get("items", ()) if isinstance(answer, Mapping) else ()
    for row in rows[:FEW] if isinstance(rows, list) else ():
        for name, value in row.items():
            if name.endswith("_id") and value is not None:
                known.setdefault(name, []).append(value)


def _texts(answer: Any) -> Iterator[str]:
    """Every text of an answer that people read; codes and their values are data."""
    if isinstance(answer, BaseModel):
        answer = answer.model_dump(mode="json")
    if isinstance(answer, str):
        if " " in answer:
            yield answer
    elif isinstance(answer, Mapping):
        for key, value in answer.items():
            if not str(key).endswith("because"):
                yield from _texts(value)
    elif isinstance(answer, list | tuple):
        for part in answer:
            yield from _texts(part)


def _pieces(language: str) -> Iterator[tuple[str, str]]:
    """The longest piece of every sentence in the other language, and that of ours."""
    for message in catalogue("it"):
        english, italian = str(message.id), str(message.string)
        if not english or message.context is not None:
            continue
        other, own = (english, italian) if language == "it" else (italian, english)
        piece = _longest(other)
        if len(piece) >= LEAST and " " in piece and piece not in own:
            yield piece, _longest(own)


def _longest(text: str) -> str:
    return max((literal for literal, _, _, _ in Formatter().parse(text)), key=len, default="").strip(" .:,;")
