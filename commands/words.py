"""Words that have to be said (motivi, nomi, testi): a text of spaces alone is no reason and nobody's name."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticKnownError


def said(words: str) -> str:
    """The words as they were written. Raises `PydanticKnownError` when there is nothing to read."""
    if words and not words.strip():
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    return words


Words = Annotated[str, AfterValidator(said)]
"""A text that says something, where the field asks for one at all."""
