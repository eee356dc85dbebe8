"""Charts drawn as SVG (grafici): lines, bars and stacked bars; the same chart is always the same bytes.

Nothing outside the file is referred to. Title and description are there for screen readers, every mark names its value;
colours stay apart for the colour-blind, lines also by their dashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape

from babel.numbers import format_decimal

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 78, 18, 88, 44
ROTATED = 46
"""How much more room below names need that stand aslant."""
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#5d6b74", "#f0e442", "#000000")
DASHES = ("", "7 3", "2 3", "9 3 2 3")
INK, MUTED, RULE = "#1b2a33", "#5d6b74", "#c8d2d8"
LONGEST = 20
NOTHING = "Nessun dato per questo periodo"


class Series(NamedTuple):
    """One line, or the bars of one colour; None where nothing is known."""

    name: str
    values: tuple[Decimal | None, ...]


class Chart(NamedTuple):
    """All that is drawn: each series has one value for each category."""

    name: str
    title: str
    description: str
    kind: Literal["line", "bars", "stacked"]
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    whole: Decimal | None = None
    """Where the scale ends: 100 for percentages."""


class _Scale(NamedTuple):
    ticks: tuple[Decimal, ...]
    bottom: float

    def y(self, value: Decimal) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.bottom - float((value - low) / (high - low)) * (self.bottom - TOP)


def svg(chart: Chart) -> str:
    """The chart as an SVG document."""
    words = "; ".join(_read(chart, series) for series in chart.series)
    description = _safe(f"{chart.description} {words}".strip())
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="t d" font-family="IBM Plex Sans, Segoe UI, Arial, sans-serif" font-size="11">\n'
        f'<title id="t">{_safe(chart.title)}</title>\n<desc id="d">{description}</desc>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n'
        + _text(LEFT - 62, 22, chart.title, "start", 15, INK, "600")
        + _text(LEFT - 62, 39, chart.unit, "start", 11, MUTED)
    )
    return head + "".join(_body(chart)) + "</svg>\n"


def _body(chart: Chart) -> Iterator[str]:
    known = [value for series in chart.series for value in series.values if value is not None]
    if not known:
        yield _text(WIDTH / 2, HEIGHT / 2, NOTHING, "middle", 13, MUTED)
        return
    slot = (WIDTH - LEFT - RIGHT) / len(chart.categories)
    aslant = any(len(_short(name)) * 6 > slot for name in chart.categories)
    scale = _Scale(_ticks(chart, known), HEIGHT - BOTTOM - (ROTATED if aslant else 0))
    yield from _legend(chart.series)
    yield from _grid(scale)
    for index, name in enumerate(chart.categories):
        yield _category(LEFT + slot * (index + 0.5), scale.bottom + 16, name, aslant)
    marks = {"line": _lines, "bars": _bars, "stacked": _stacks}[chart.kind]
    yield from marks(chart, scale, slot)


def _ticks(chart: Chart, known: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """From four to eight round steps around all values and zero."""
    low, high = min(Decimal(0), *known, Decimal(0)), max(Decimal(0), *known, chart.whole or Decimal(0))
    if chart.kind == "stacked":
        columns = zip(*(series.values for series in chart.series), strict=True)
        high = max(high, *(sum((value or Decimal(0) for value in column), Decimal(0)) for column in columns))
    if high == low:
        return Decimal(0), Decimal(1)
    span = high - low
    size = Decimal(10) ** ((span / 5).adjusted())
    step = next(size * n for n in (1, 2, 5, 10) if size * n * 5 >= span)
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    return tuple(step * n for n in range(int(first), int(max(last, first + 1)) + 1))


def _grid(scale: _Scale) -> Iterator[str]:
    for tick in scale.ticks:
        y, colour = scale.y(tick), MUTED if tick == 0 else RULE
        ends = f'x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"'
        yield f'<line {ends} stroke="{colour}" stroke-width="0.8"/>\n'
        yield _text(LEFT - 8, y + 4, told(tick), "end", 11, MUTED)


def _legend(series: Sequence[Series]) -> Iterator[str]:
    x, y = float(LEFT), 48
    for index, each in enumerate(series if len(series) > 1 else ()):
        room = 34 + 6.2 * len(each.name)
        if x + room > WIDTH:
            x, y = float(LEFT), y + 16
        yield f'<rect x="{x:.1f}" y="{y}" width="11" height="11" fill="{_colour(index)}"/>\n'
        yield _text(x + 16, y + 9.5, each.name, "start", 11, INK)
        x += room


def _bars(chart: Chart, scale: _Scale, slot: float) -> Iterator[str]:
    width = min(slot * 0.8 / len(chart.series), 46.0)
    is_labelled = len(chart.series) == 1 and slot > 40
    for index, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            if value is not None:
                x = LEFT + slot * (place + 0.5) + width * (index - len(chart.series) / 2)
                yield _bar(x, width, scale.y(Decimal(0)), scale.y(value), _colour(index), _named(chart, series, place))
                if is_labelled:
                    yield _text(
                        x + width / 2, min(scale.y(value), scale.y(Decimal(0))) - 4, told(value), "middle", 10, INK
                    )


def _stacks(chart: Chart, scale: _Scale, slot: float) -> Iterator[str]:
    width = min(slot * 0.7, 56.0)
    for place in range(len(chart.categories)):
        below = Decimal(0)
        for index, series in enumerate(chart.series):
            value = series.values[place] or Decimal(0)
            x, above = LEFT + slot * (place + 0.5) - width / 2, below + value
            if value:
                yield _bar(x, width, scale.y(below), scale.y(above), _colour(index), _named(chart, series, place))
            below = above


def _bar(x: float, width: float, one: float, other: float, colour: str, name: str) -> str:
    top, height = min(one, other), abs(one - other)
    return (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" stroke="#ffffff" '
        f'stroke-width="0.6"><title>{_safe(name)}</title></rect>\n'
    )


def _lines(chart: Chart, scale: _Scale, slot: float) -> Iterator[str]:
    for index, series in enumerate(chart.series):
        colour, dash = _colour(index), DASHES[index % len(DASHES)]
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        points = [
            (LEFT + slot * (place + 0.5), scale.y(value), place) if value is not None else None
            for place, value in enumerate(series.values)
        ]
        for one, other in pairwise(points):
            if one and other:
                yield (
                    f'<line x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}" '
                    f'stroke="{colour}" stroke-width="2.2"{dashed}/>\n'
                )
        for x, y, place in filter(None, points):
            name = _safe(_named(chart, series, place))
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{colour}"><title>{name}</title></circle>\n'


def _category(x: float, y: float, name: str, aslant: bool) -> str:
    turned = f' transform="rotate(-32 {x:.1f} {y:.1f})"' if aslant else ""
    anchor = "end" if aslant else "middle"
    return _text(x, y, _short(name), anchor, 11, INK, more=turned, title=name if _short(name) != name else "")


def _text(
    x: float,
    y: float,
    text: str,
    anchor: str,
    size: int,
    fill: str,
    weight: str = "400",
    more: str = "",
    title: str = "",
) -> str:
    inside = f"<title>{_safe(title)}</title>" if title else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}"{more}>{inside}{_safe(text)}</text>\n'
    )


def _named(chart: Chart, series: Series, place: int) -> str:
    value = series.values[place]
    said = told(value) if value is not None else ""
    return f"{series.name}, {chart.categories[place]}: {said}"


def _read(chart: Chart, series: Series) -> str:
    pairs = zip(chart.categories, series.values, strict=True)
    return f"{series.name}: " + ", ".join(f"{name} {told(value)}" for name, value in pairs if value is not None)


def told(value: Decimal) -> str:
    """A number as Italians write it, without needless zeros."""
    return format_decimal(value, format="#,##0.##", locale="it_IT")


def _safe(text: str) -> str:
    """Text that any SVG reader takes: escaped, without control characters."""
    return escape("".join(sign for sign in text if sign.isprintable()), {'"': "&quot;"})


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]
