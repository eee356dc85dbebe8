"""What the page about a line says of formulas and facts (parole della pagina «perché questa riga»)."""

from __future__ import annotations


def _(message: str) -> str:
    """Marks a message for translation; whoever prints it finds its words."""
    return message


PROPOSAL = _("Proposal not issued yet ({type}), line {line}")
WHOLE_PERIOD = _(
    "A whole period: {annual_fee} × {step_months} ÷ 12 = {amount} (cents carried on, so that a year sums exactly)."
)
PART_OF_365 = _("A part, a year being 365 days: {annual_fee} × {part} ÷ 365 = {amount}.")
PART = _(
    "A part of the period from {nominal_from} to {nominal_to} ({basis}): "
    "{annual_fee} × {step_months} ÷ 12 × {part} ÷ {whole} = {amount}."
)
TIER = _("Excess up to {up_to}: {unit_price} each.")
LAST_TIER = _("Excess beyond that: {unit_price} each.")
NOT_READ = _("{on}: at {counted} from its start ({basis}), no reading of its own.")
READ = _("{on}: read {value} on {read_at} ({source}), recorded on {recorded_at}; reading {reading_id}.")
PRICE = _(
    "Price list {price_list_code}, article {article_code}: {unit_price} from {from_on}, discount {discount_percent} %."
)
DRAWN = _("{drawn_on}: {actual_minutes} minutes worked, {charged_minutes} counted, {weighed_minutes} weighed.")
BEYOND = _("{minutes} minutes beyond the pool, at {rate} an hour.")
INDEX = _("{series} {month}: {value} (base {base}), published on {published_on}, source {source}.")
INDEX_CHANGE = _("The index changed by {index_percent} % from {from_month} to {to_month}.")
IN_ALL = _("All lines that it is about: {old} became {new} a year, spread to the cent.")
FACT = _("{at}: {what}; by {by}, command {command}, recorded on {recorded_at}, position {position}.")
COPIES = _("Consumption {consumption}, included {included}, excess {excess}, in meter periods {periods}.")
FORMULAS: dict[str, tuple[str, ...]] = {
    "fee": (),
    "difference": (
        _("By the terms {by_terms}, billed before {billed_before}, of it credited {credited_before}."),
        _("Still to be billed: {amount}."),
    ),
    "meter": (COPIES, _("Tier {tier} ({tiering}): {quantity} × {unit_price} = {amount}.")),
    "advance": (_("{volume} copies of a whole period are billed at its start; the readings settle them: {amount}."),),
    "minimum": (_("Minimum {minimum} a whole period; variable sum {consumption}; missing {amount}."),),
    "true-up": (COPIES, _("By the readings {rated}, billed before {billed_before}, difference {amount}.")),
    "charge": (_("{why}: {amount}, due on {due_on}."),),
}
"""What is said of the numbers of each formula; a plain price is written as a multiplication."""

TOPICS: dict[str, str] = {
    "invoice.proposed.v1": _("invoice proposed"),
    "invoice.lines-added.v1": _("lines added to the proposal"),
    "invoice.confirmed.v1": _("proposal verified"),
    "invoice.issued.v1": _("document issued"),
    "invoice.credited.v1": _("credited by a credit note"),
    "invoice.payment-recorded.v1": _("payment received"),
    "contract.drafted.v1": _("contract drafted"),
    "contract.header-changed.v1": _("draft changed"),
    "contract.line-added.v1": _("contract line added"),
    "contract.line-removed.v1": _("contract line ended"),
    "contract.signed.v1": _("contract signed"),
    "contract.renewed.v1": _("contract renewed"),
    "contract.terms-changed.v1": _("terms changed"),
    "contract.fees-adjusted.v1": _("fees adjusted"),
    "contract.charge-raised.v1": _("charge raised"),
    "contract.billed-through-set.v1": _("opening balance taken over"),
    "contract.fees-proposed.v1": _("period taken by this proposal"),
    "contract.period-billed.v1": _("period billed"),
    "contract.period-credited.v1": _("period credited"),
    "serial-item.reading-recorded.v1": _("meter read"),
    "serial-item.reading-corrected.v1": _("reading corrected"),
    "serial-item.meter-added.v1": _("meter added"),
    "serial-item.meter-replaced.v1": _("meter replaced"),
    "call.opened.v1": _("call opened"),
    "call.activity-performed.v1": _("work done"),
    "call.part-used.v1": _("part used"),
    "call.closed.v1": _("call closed"),
    "call.billing-proposed.v1": _("call taken by a proposal"),
    "hour-pool.opened.v1": _("hour pool opened"),
    "hour-pool.lot-bought.v1": _("hours bought"),
    "hour-pool.hours-drawn.v1": _("hours drawn"),
    "pool-sale.agreed.v1": _("sale of hours agreed"),
    "quote.accepted.v1": _("quote accepted"),
    "delivery-note.issued.v1": _("delivery note issued"),
}
"""The commonest facts in words; others stand under their topic."""
