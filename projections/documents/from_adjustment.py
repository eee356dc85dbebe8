"""The adjustment letter's content (lettera di adeguamento): one change of price of one contract, told in Italian."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.adjustment_terms import ChangeWay
from aggregates.contract import Contract
from aggregates.contract_adjusted import FeeAdjustment
from aggregates.party import Party
from aggregates.rules.fee_adjustment import NewFee
from aggregates.rules.indexation import IndexRow
from aggregates.values import rome_date
from projections.documents.content import Source
from projections.documents.content_adjustment_letter import AdjustedLine, AdjustmentLetterContent, PrintedIndex
from projections.documents.identities import customer_of, own_letterhead
from projections.documents.records import ContentMissing, Records

MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip


def has_letter(adjustment: FeeAdjustment) -> bool:
    """Whether the customer is written to: a fee has changed."""
    return not adjustment.is_provisional and bool(adjustment.fees)


def adjustment_letter(
    contract: Contract, fact: Contract.FeesAdjusted, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> AdjustmentLetterContent:
    """The letter of one adjustment. Raises `ContentMissing` for a customer that is not known."""
    made, state = fact.adjustment, contract.state
    party = records.find(Party, state.header.customer_id)
    if party is None:
        raise ContentMissing("The contract's customer is not known.")
    return AdjustmentLetterContent(
        issuer=own_letterhead(records, company_id),
        customer=customer_of(party),
        source=tuple(source),
        number=state.number,
        issued_on=rome_date(fact.act.at),
        contract_signed_on=state.signed_on,
        subject=f"Adeguamento del canone del contratto n. {state.number}",
        from_on=made.from_on,
        reason=tuple(_reason(contract, made)),
        lines=tuple(_line(contract, line) for line in made.lines),
        old=made.old,
        new=made.new,
        difference=made.new - made.old,
        indices=tuple(_index(row) for row in made.index_rows),
    )


def _line(contract: Contract, line: NewFee) -> AdjustedLine:
    known = contract.state.line(line.line_id)
    return AdjustedLine(
        description=(known.description if known else contract.state.header.title) or "Canone del contratto",
        serials=known.serials if known else (),
        old=line.old,
        new=line.new,
        difference=line.new - line.old,
    )


def _reason(contract: Contract, made: FeeAdjustment) -> Iterator[str]:
    if made.settles is not None:
        yield (
            "Al rinnovo l'indice non era ancora noto e il canone era stato lasciato invariato in via provvisoria; "
            "con la sua pubblicazione il canone è ora definitivo. La differenza sui periodi già fatturati sarà "
            "addebitata a conguaglio con la prossima fattura."
        )
    match made.change.way:
        case ChangeWay.INDEX:
            yield _by_index(contract, made)
        case ChangeWay.PERCENT:
            yield f"Il canone è adeguato del {_percent(made.change.percent or Decimal(0))}."
        case ChangeWay.AMOUNT:
            yield f"Il canone annuo di ciascuna voce varia di € {_number(made.change.amount or Decimal(0), 2)}."
        case ChangeWay.TOTAL:
            yield f"Il canone annuo complessivo è concordato in € {_number(made.new, 2)}."


def _by_index(contract: Contract, made: FeeAdjustment) -> str:
    terms = made.change.terms or contract.state.on(made.from_on).header.index_terms
    has_own_clauses = any(line.adjustment for line in contract.state.lines)
    if terms is None or has_own_clauses or made.from_month is None or made.to_month is None:
        return "Il canone è adeguato come previsto dalle clausole di indicizzazione del contratto."
    share, percent = _number(terms.share_percent, 0), _percent(made.index_percent or Decimal(0))
    months = f"tra {_month(made.from_month)} e {_month(made.to_month)}"
    return (
        f"Il canone è adeguato, come previsto dal contratto, al {share}% della variazione dell'indice "
        f"{terms.series.upper()} {months}, pari al {percent}."
    )


def _index(row: IndexRow) -> PrintedIndex:
    changes = ", ".join(f"{_percent(each.percent)} su {each.over_months} mesi" for each in row.changes)
    return PrintedIndex(
        series=row.series,
        month=_month(row.month),
        value=_number(row.value, 1) if row.value is not None else None,
        base=row.base,
        change=changes or None,
        published_on=row.published_on,
        source=row.source,
    )


def _month(month: str) -> str:
    day = date.fromisoformat(f"{month}-01")
    return f"{MONTHS[day.month - 1]} {day.year}"


def _percent(value: Decimal) -> str:
    return f"{'+' if value > 0 else ''}{_number(value, 1)}%"


def _number(value: Decimal, decimals: int) -> str:
    """Italian notation with at least so many decimals."""
    plain = f"{value:f}"
    whole, _, rest = plain.lstrip("-").partition(".")
    rest = rest.rstrip("0").ljust(decimals, "0")
    grouped = f"{int(whole):,}".replace(",", ".")
    return ("-" if value < 0 else "") + grouped + (f",{rest}" if rest else "")
