"""How the law sees what a quote sells (operazione ai fini IVA): goods alone, or work with the parts it needs.

Parts follow the work they are fitted in (R9.6). A quote that no call stands behind and that holds parts and consumables
alone is a sale of goods: taxed as its delivery note would be, never by reverse charge for work on plant (R9.6, R9.7).
"""

from __future__ import annotations

from collections.abc import Sequence

from aggregates.article import Article
from aggregates.call_lines import supply_of
from aggregates.party import Party
from aggregates.quote_values import LineKind, QuoteLine
from aggregates.record_ref import SourceRef
from aggregates.rules.vat import Supply, SupplyKind

GOODS = frozenset({LineKind.PART, LineKind.CONSUMABLE})


def sells_goods(lines: Sequence[QuoteLine], source: SourceRef | None) -> bool:
    """Whether these lines are a sale of goods; work that was an option and not chosen is no line once accepted."""
    return source is None and bool(lines) and all(line.kind in GOODS for line in lines)


def quoted_supply(party: Party, article: Article | None, goods: bool) -> Supply:
    """How the law sees a line of a quote to a customer."""
    supply = supply_of(party, article)
    return supply.model_copy(update={"kind": SupplyKind.GOODS, "plant_in_building": False}) if goods else supply
