"""Words as people type them (parole cercate): accents, elisions, separators and typing errors do not matter.

An entry is known by its words; each word by its grams: its pieces of three letters, and how it begins and ends. What
is typed finds the entries that hold all its pieces; where there are none, those with one typing error: each word also
stands under its forms with a gap, which a mistyped word shares; where there are none either, those with most of the
rarer pieces. How like the words really are is then counted letter by letter.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from unicodedata import combining, normalize

GRAM = 3
TELLS_APART = 5
MISTYPED = 4
"""Words shorter than this may have no typing error."""
LONGEST_WORD, MOST_WORDS, LONGEST_OPENED = 40, 40, 20
ELISION = re.compile(r"\b(?:d|l|c|s|un|all|dell|dall|nell|sull|coll|quell)['’`´](?=\w)")
APOSTROPHE = re.compile(r"['’`´]")
SEPARATED = re.compile(r"[^\W_]+")
ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
ITALY = re.compile(r"^\s*(?:\+|00)\s?39[\s./-]*(?=[0-9])")
EXACT, PREFIX, INSIDE, SPELT = Decimal(1), Decimal("0.95"), Decimal("0.85"), Decimal("0.8")
UNLIKE = Decimal(0)


def plain(text: str) -> str:
    """Small letters without accents; apostrophes stay."""
    spread = normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not combining(letter)).casefold()


def words(text: str) -> tuple[str, ...]:
    """The words an entry is found by: `D'Angelo` as `angelo` and as `dangelo`; each once, in order."""
    known = plain(text)
    elided = ELISION.sub(" ", known) if APOSTROPHE.search(known) else known
    return _limited(each for form in (APOSTROPHE.sub("", known), elided) for each in _split(form))


def typed(text: str) -> tuple[str, ...]:
    """The words of a question, all of which are looked for."""
    return _limited(_split(APOSTROPHE.sub("", plain(ITALY.sub("", text)))))


def number_forms(text: str) -> tuple[str, ...]:
    """A serial, contract or telephone number written together: separators and leading zeros do not count.

    `SN-00123` and `sn 123` are both `sn123`; where zeros stand inside as well, there are two forms.
    """
    known = plain(ITALY.sub("", text))
    parts = [ZEROS.sub("", part) for part in SEPARATED.findall(known)]
    together = ZEROS.sub("", "".join(SEPARATED.findall(known)))
    return _limited(form for form in ("".join(parts), together) if form)


def as_written(text: str) -> tuple[str, ...]:
    """A number written together with its zeros: where one of them is mistyped it is no zero any more."""
    return _limited(form for form in ("".join(SEPARATED.findall(plain(ITALY.sub("", text)))),) if form)


def questions(text: str) -> tuple[tuple[str, ...], ...]:
    """The ways to read what was typed: as words, and as one number where digits are in it."""
    asked = typed(text)
    forms = (*number_forms(text), *as_written(text)) if any(letter.isdigit() for letter in text) else ()
    return tuple(dict.fromkeys(one for one in (asked, *((form,) for form in forms)) if one))


def grams(known: Iterable[str]) -> tuple[str, ...]:
    """What words are indexed by, sorted: `^s`, `^sn`, `sn1`, `n12`, `123`, `23$` of `sn123`."""
    return tuple(sorted({gram for word in known for gram in (*_ends(word), *_inner(word))}))


def opened(known: Iterable[str]) -> tuple[str, ...]:
    """What words are indexed by to be found with one typing error, sorted: `=abc`, `=?bc`, `=a?c`, `=ab?` of `abc`."""
    fit = (word for word in known if MISTYPED - 1 <= len(word) <= LONGEST_OPENED)
    return tuple(sorted({f"={form}" for word in fit for form in (word, *_with_a_gap(word, 1))}))


def within_one_error(word: str) -> tuple[str, ...]:
    """Of which an entry has one whose word differs from this one by a letter: wrong, missing, too many, or swapped."""
    if errors_allowed(word) == 0 or len(word) > LONGEST_OPENED:
        return ()
    swapped = (word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1))
    shorter = (word[:n] + word[n + 1 :] for n in range(len(word)))
    forms = (word, *swapped, *shorter, *_with_a_gap(word, 1), *_with_a_gap(word, 0))
    return tuple(sorted({f"={form}" for form in forms}))


def nearly(asked: Sequence[str]) -> tuple[str, ...]:
    """What was asked with each of its words mistyped in turn: grams of the others, and `a|b|c` of that one."""
    forms = ((n, within_one_error(word)) for n, word in enumerate(asked))
    return tuple(" ".join((*must_have((*asked[:n], *asked[n + 1 :])), "|".join(near))) for n, near in forms if near)


def must_have(asked: Sequence[str]) -> tuple[str, ...]:
    """The grams of an entry that has every word asked, whole or as a part; of short words their beginning."""
    return tuple(sorted({gram for word in asked for gram in _inner(word) or (f"^{word[:2]}",)}))


def may_have(asked: Sequence[str]) -> tuple[str, ...]:
    """The grams of which an entry has some although a word was mistyped."""
    return tuple(gram for gram in grams(asked) if len(gram) >= GRAM)


def but_one(asked: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """What was asked without one of its words, which may be the mistyped one; only where enough is left to go by."""
    less = (tuple(asked[:n]) + tuple(asked[n + 1 :]) for n in range(len(asked)))
    return tuple(one for one in less if sum(map(len, one)) >= TELLS_APART)


def likeness(asked: Sequence[str], known: Collection[str]) -> Decimal:
    """How well an entry's words answer all words asked, from 0 to 1; their order does not matter.

    A word not found at all makes the whole 0: people add words to find less.
    """
    if not asked:
        return UNLIKE
    found = [max((word_likeness(word, other) for other in known), default=UNLIKE) for word in asked]
    return UNLIKE if UNLIKE in found else sum(found, UNLIKE) / len(found)


def word_likeness(asked: str, known: str) -> Decimal:
    """1 for the same word, less for its beginning, its inside, and for a word within few typing errors of it."""
    if asked == known:
        return EXACT
    if known.startswith(asked):
        return PREFIX
    if len(asked) >= GRAM and asked in known:
        return INSIDE
    most = errors_allowed(asked)
    if most == 0 or len(known) < len(asked) - most or len(set(asked) - set(known)) > most:
        return UNLIKE
    whole = errors(asked, known, most) if abs(len(known) - len(asked)) <= most else None
    begun = errors(asked, known[: len(asked)], most) if len(known) > len(asked) else None
    fewest = min((each for each in (whole, begun) if each is not None), default=None)
    return UNLIKE if fewest is None else SPELT - Decimal(fewest) / (2 * len(asked))


def errors_allowed(word: str) -> int:
    """How many typing errors a word may have: short ones none."""
    return 0 if len(word) < MISTYPED else 1 if len(word) < 8 else 2


def errors(one: str, other: str, most: int) -> int | None:
    """Letters wrong, missing, too many, or swapped with their neighbour; None where they are more than `most`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        following = [n]
        for m, opposite in enumerate(other, 1):
            cost = min(row[m] + 1, following[m - 1] + 1, row[m - 1] + (letter != opposite))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == opposite:
                cost = min(cost, before[m - 2] + 1)
            following.append(cost)
        if min(following) > most and min(row) > most:
            return None
        before, row = row, following
    return row[-1] if row[-1] <= most else None


def _split(known: str) -> Iterable[str]:
    return (ZEROS.sub("", word) for word in SEPARATED.findall(known))


def _limited(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in found))[:MOST_WORDS]


def _with_a_gap(word: str, instead: int) -> Iterable[str]:
    """The word with `?` in each place, instead of so many letters."""
    return (f"{word[:n]}?{word[n + instead :]}" for n in range(len(word) + 1 - instead))


def _inner(word: str) -> tuple[str, ...]:
    return tuple(word[n : n + GRAM] for n in range(len(word) - GRAM + 1))


def _ends(word: str) -> tuple[str, ...]:
    return (f"^{word[:1]}", f"^{word[:2]}", f"{word[-2:]}$")
