"""The lines and hour pools of the demo company's contracts (righe, monte ore)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from aggregates.values import euro
from examples.demo.machines import reference
from gateways.imports.sheets.contract_lines import ContractLineRow, HourPoolRow
from gateways.imports.sheets.contract_words import ContractKind, Tier
from gateways.imports.sheets.contracts import ContractRow
from gateways.imports.sheets.serial_items import Counter, SerialItemRow


@dataclass
class Contracts:
    """Contracts, their lines and hour pools; each machine is covered once."""

    rows: list[ContractRow] = field(default_factory=list)
    lines: list[ContractLineRow] = field(default_factory=list)
    pools: list[HourPoolRow] = field(default_factory=list)
    covered: dict[str, str] = field(default_factory=dict)
    """The contract of each machine."""

    def lines_of(self, number: str) -> list[ContractLineRow]:
        """The lines of one contract."""
        return [line for line in self.lines if line.contract_number == number]


def add_lines(made: Contracts, random: Random, row: ContractRow, items: list[SerialItemRow]) -> None:
    """The line that covers the machines, and for cost per copy one line a counter."""
    serials = tuple(reference(item) for item in items)
    made.covered |= dict.fromkeys(serials, row.number)
    paid = row.kind not in (ContractKind.ACTUALS, ContractKind.HOURLY_RATES)
    fee = (
        None
        if row.fee is not None or row.kind is ContractKind.HOUR_POOL
        else euro(random.randrange(30, 90) * (len(items) or 1))
    )
    full = row.kind in (ContractKind.COST_PER_COPY, ContractKind.WARRANTY, ContractKind.FLAT_FEE)
    made.lines.append(
        ContractLineRow(
            contract_number=row.number,
            line=1,
            description=row.title or row.number,
            article_code="CANONE" if paid else None,
            serial_numbers=serials,
            quantity=Decimal(max(1, len(items))),
            fee=fee,
            vat_code=row.vat_code,
            covers_labour=paid,
            covers_parts=full,
            covers_consumables=row.kind is ContractKind.COST_PER_COPY,
            covers_travel=full or row.kind is ContractKind.MAINTENANCE,
            covers_call_fee=full,
        )
    )
    if row.kind is ContractKind.COST_PER_COPY:
        _metered(made, row, items)


def _metered(made: Contracts, row: ContractRow, items: list[SerialItemRow]) -> None:
    """Pooled included copies per counter over all machines of the contract, then tiers (R3.3, R3.5)."""
    prices = {
        Counter.BW: (Tier(None, Decimal("0.0085")),),
        Counter.COLOUR: (Tier(2000, Decimal("0.0650")), Tier(None, Decimal("0.0550"))),
    }
    for counter, tiers in prices.items():
        metered = [item for item in items if counter in item.counters]
        if metered:
            made.lines.append(
                ContractLineRow(
                    contract_number=row.number,
                    line=len(made.lines_of(row.number)) + 1,
                    description="Copie bianco e nero" if counter is Counter.BW else "Copie a colori",
                    article_code="COPIABN" if counter is Counter.BW else "COPIACOL",
                    serial_numbers=tuple(reference(item) for item in metered),
                    vat_code=row.vat_code,
                    counter=counter,
                    included=(1000 if counter is Counter.BW else 100) * row.fee_period.months * len(metered),
                    tiers=tiers,
                    minimum_fee=euro(150) if len(made.rows) % 7 == 0 and counter is Counter.COLOUR else None,
                )
            )


def add_pool(made: Contracts, random: Random, row: ContractRow) -> None:
    """The prepaid hours of a contract and what is left of them: some pools are empty, some untouched."""
    hours = random.choice((10, 20, 50))
    purchased = hours * 60
    left = random.choice((0, 15, purchased // 10, purchased // 2 // 15 * 15, purchased))
    assert row.ends_on is not None
    made.pools.append(
        HourPoolRow(
            contract_number=row.number,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            purchased_minutes=purchased,
            balance_minutes=left,
            price=euro(hours * 58),
            overage_hourly_price=Decimal(65),
        )
    )
