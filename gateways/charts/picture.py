"""Charts as PNG (immagini): the SVG is set by the press, with our own fonts."""

from __future__ import annotations

from gateways.charts.drawing import Chart, svg
from gateways.documents.glyphs import FONTS
from gateways.documents.renderer import TEMPLATES, Typeset
from gateways.documents.typesetter import Job


def png(chart: Chart, by: Typeset) -> bytes:
    """The chart as a picture, twice as many dots as it is wide. Raises `TypesettingFailed`."""
    return by(
        Job(
            template=str(TEMPLATES / "charts" / "chart.typ"),
            root=str(TEMPLATES),
            fonts=str(FONTS),
            inputs={"svg": svg(chart)},
            standard="a-2b",
            timestamp=0,
            as_picture=True,
        )
    )
