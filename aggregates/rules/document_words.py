"""The words of documents (parole dei documenti): what a document says, as it is kept and as it is looked for.

Words count by their stem, so that `spedizioni` finds `spedizione`; accents and elisions do not matter. A number counts
written together and in its parts: `OFF-2026-0031` is found by itself, by `off 2026 31` and by `31`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from aggregates.rules.search_words import APOSTROPHE, ELISION, SEPARATED, ZEROS, plain

Ways = tuple[tuple[str, ...], ...]
LONGEST_WORD, MOST_TOLD, MOST_ASKED = 40, 4000, 12
SHORTEST_STEM = 4
ENDINGS = re.compile(r"(?:i[aeiou]|h[ei]|[aeio])$")
SMALL = frozenset(
    re.findall(
        r"\w+",
        "a ad al alla alle agli ai allo con d da dal dalla dalle dei del della delle dello di e ed gli i il in l la "
        "le lo ma ne nei nel nella nelle o od per su sul sulla tra un una uno",
    )
)
"""Words that stand in every document."""


def told_words(texts: Iterable[str]) -> str:
    """Every different word of these texts, once, in the order in which they come; the first four thousand."""
    each = (word.casefold() for text in texts for word in text.split())
    return " ".join(list(dict.fromkeys(each))[:MOST_TOLD])


def document_terms(told: str) -> tuple[str, ...]:
    """What a document is indexed by, sorted."""
    return tuple(sorted({term for word in told.split() for term in _terms(word)}))


def asked_terms(text: str) -> Ways:
    """The ways to read a question, of one of which a document must have all terms; none where nothing is asked."""
    words = text.split()[:MOST_ASKED]
    together = [term for word in words for term in (_together(word) if _is_number(word) else _parts(word))]
    return _ways(together, _spoken(words))


def asked_in_parts(text: str) -> Ways:
    """The same with its numbers in parts, for what is not found otherwise: `2026/31` of `OFF-2026-0031`."""
    return _ways([term for word in text.split()[:MOST_ASKED] for term in _parts(word)])


def stem(word: str) -> str:
    """A word without its ending: `spedizioni` and `spedizione` are `spedizion`; numbers and short words stay."""
    if len(word) <= SHORTEST_STEM or any(letter.isdigit() for letter in word):
        return word
    return ENDINGS.sub("", word)


@lru_cache(maxsize=1 << 16)
def _terms(word: str) -> tuple[str, ...]:
    """What one word is indexed by; the same words come again in most documents."""
    return tuple(_each_term(word))


def _each_term(word: str) -> Iterator[str]:
    yield from _parts(word)
    if APOSTROPHE.search(word):
        yield from _parts(APOSTROPHE.sub("", word))
    if _is_number(word):
        yield from _together(word)
        yield "".join(SEPARATED.findall(plain(word)))[:LONGEST_WORD]


def _spoken(words: list[str]) -> list[str]:
    """A number typed with blanks between its parts: `sn 778`."""
    return _together(" ".join(words)) if len(words) > 1 and _is_number("".join(words)) else []


def _parts(word: str) -> list[str]:
    known = ELISION.sub(" ", plain(word))
    return [stem(ZEROS.sub("", part))[:LONGEST_WORD] for part in SEPARATED.findall(known)]


def _together(word: str) -> list[str]:
    return ["".join(ZEROS.sub("", part) for part in SEPARATED.findall(plain(word)))[:LONGEST_WORD]]


def _is_number(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _ways(*ways: Iterable[str]) -> Ways:
    known = (_weighty(way) for way in ways)
    return tuple(dict.fromkeys(way for way in known if way))


def _weighty(terms: Iterable[str]) -> tuple[str, ...]:
    """Without the words that stand everywhere, unless there is nothing else; each once."""
    known = tuple(dict.fromkeys(term for term in terms if term))
    return tuple(term for term in known if term not in SMALL) or known
