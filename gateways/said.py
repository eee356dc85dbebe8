"""Sentences that were said before anybody's language was known (frasi): English text that remembers how it was made.

A sentence is a plain text to whoever compares or logs it; `told` says it in a reader's language, with whatever other
sentences stand in it. What is said is found by `gateways.messages`, as what stands in a call of `_`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Said(str):
    """A sentence in English, with the message and the values that it was made of."""

    message: str
    values: dict[str, Any]


def said(message: str, **values: Any) -> Said:
    """A sentence with its values in their places."""
    sentence = Said(message.format(**values))
    sentence.message, sentence.values = message, values
    return sentence


def told(sentence: str, say: Callable[[str], str]) -> str:
    """A sentence in the language of `say`; a plain text stays as it is."""
    if not isinstance(sentence, Said):
        return sentence
    inner = {name: told(value, say) if isinstance(value, str) else value for name, value in sentence.values.items()}
    return say(sentence.message).format(**inner)
