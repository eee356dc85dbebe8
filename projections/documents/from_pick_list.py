"""A pick list's content from the fact that made it (lista di prelievo): in the order in which one walks."""

from __future__ import annotations

from collections.abc import Callable

from aggregates.pick_list import PickLine, PickList
from projections.documents.content import Customer, Letterhead, Source
from projections.documents.content_pick_list import PickListContent, PickListLine


def pick_list(
    fact: PickList.Made, bars: Callable[[str], str], issuer: Letterhead, source: tuple[Source, ...]
) -> PickListContent:
    """What the list says; `bars` makes the modules of a code. It goes to ourselves."""
    return PickListContent(
        issuer=issuer,
        customer=Customer(name=issuer.name, address=issuer.address),
        source=source,
        number=fact.number,
        issued_on=fact.made_on,
        needed_on=fact.needed_on,
        van=fact.to_warehouse,
        bars=bars(fact.number),
        lines=tuple(_line(line) for line in sorted(fact.lines, key=lambda line: (line.warehouse, line.code))),
    )


def _line(line: PickLine) -> PickListLine:
    return PickListLine(
        **line.model_dump(
            include={"warehouse", "code", "description", "quantity", "unit", "on_hand", "serials", "lots"}
        ),
        reference=line.record.number,
    )
