"""A work report's content from its call (rapportino): one revision, as declared, signed or left unsigned (R10.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates import work_report as declared
from aggregates.attachment import Attachment
from aggregates.call import Call
from aggregates.checklist import FrozenChecklist, FrozenResult
from aggregates.contract import Contract
from aggregates.party import Party
from aggregates.serial_item import SerialItem
from aggregates.technician import Technician
from aggregates.values import rome_date
from projections.documents.content import Customer, Site, Source
from projections.documents.content_work_report import (
    ChecklistLine,
    ChecklistShown,
    ExpenseNoted,
    PartUsed,
    Photo,
    Reading,
    ReportItem,
    Signature,
    Stretch,
    WorkReportContent,
)
from projections.documents.identities import UNKNOWN, customer_of, own_letterhead
from projections.documents.records import ContentMissing, Records
from projections.documents.words import coverage

WHOLE = "Intervento nel suo complesso"
NOT_DONE = "non ancora eseguita"
ANSWERS = {"done": "fatto", "yes": "sì", "no": "no"}
HEXADECIMAL, SHA256_DIGITS = frozenset("0123456789abcdef"), 64


def work_report(
    call: Call,
    report_id: UUID,
    records: Records,
    *,
    company_id: UUID,
    call_number: str,
    number: str | None = None,
    reported_on: date,
    attached: Sequence[Attachment] = (),
    source: Sequence[Source] = (),
) -> WorkReportContent:
    """What the last revision of a report says, as the call stands. Raises `ContentMissing`."""
    if report_id not in call.reports:
        raise ContentMissing(f"The call has no report {report_id}.")
    report = call.reports[report_id]
    party = records.find(Party, call.party_id) if call.party_id else None
    key = (report.report_id, report.revision)
    kilometres = [done.travel_km for done in report.performed if done.travel_km is not None]
    return WorkReportContent(
        issuer=own_letterhead(records, company_id),
        customer=_customer(call, party),
        source=tuple(source),
        number=number or f"{call_number}/{list(call.reports).index(report_id) + 1}",
        issued_on=reported_on,
        revision=report.revision,
        call_number=call_number,
        reported_fault=call.fault,
        found_fault=report.fault or None,
        contract_number=_contract_number(records, call.coverage.contract_id),
        site=_site(call, party),
        items=tuple(_items(call, report, records)),
        stretches=tuple(stretch for done in report.performed for stretch in _stretches(done, records)),
        kilometres=sum(kilometres, Decimal(0)) if kilometres else None,
        parts=tuple(_part(used.part) for used in report.parts),
        outcome=report.outcome.value,
        outcome_note=report.outcome_note or None,
        expenses=tuple(_expense(each) for each in report.expenses),
        photos=tuple(_photos(report, attached)),
        checklists=tuple(_checklist(each, records) for each in report.checklists),
        tests=report.tests or None,
        customer_remarks=report.customer_remarks or None,
        signature=_signature(call.signed.get(key)),
        absence_reason=None if key in call.signed else call.unsigned_because.get(key),
    )


def reported_on(facts: Sequence[object], report_id: UUID) -> date:
    """The day on which the last of these facts declared the report. Raises `ContentMissing`."""
    days = [
        rome_date(fact.act.at)
        for fact in facts
        if isinstance(fact, Call.WorkReported) and fact.report.report_id == report_id
    ]
    if not days:
        raise ContentMissing(f"The call has no report {report_id}.")
    return days[-1]


def _customer(call: Call, party: Party | None) -> Customer:
    if party is None:
        if call.caller is None:
            raise ContentMissing("The customer of the call is not known: register the party.")
        return Customer(name=call.caller.name, address=UNKNOWN)
    site = party.sites.get(call.site_id) if call.site_id else None
    customer = customer_of(party, site.address if site else None)
    return customer.model_copy(update={"attention": call.caller.name}) if call.caller else customer


def _site(call: Call, party: Party | None) -> Site | None:
    site = party.sites.get(call.site_id) if party and call.site_id else None
    return Site(name=site.name or site.code, address=site.address) if site else None


def _contract_number(records: Records, contract_id: UUID | None) -> str | None:
    contract = records.find(Contract, contract_id) if contract_id else None
    return contract.state.number if contract else None


def _items(call: Call, report: declared.Report, records: Records) -> Iterator[ReportItem]:
    """Every machine of the report, then what was declared for the whole."""
    said = {item.serial_item_id: item for item in report.items if item.serial_item_id}
    read = [reading.serial_item_id for reading in report.readings]
    worked = [item for done in report.performed for item in done.serial_item_ids]
    machines = list(dict.fromkeys((*call.serial_item_ids, *said, *worked, *read)))
    is_about_one = len(machines) == 1 and not report.items
    for machine in machines:
        declaration = said.get(machine) or declared.ReportItem()
        if is_about_one:
            declaration = declared.ReportItem(cause=report.cause, work_done=report.work_done)
        yield _item(call, report, machine, declaration, records)
    for item in report.items:
        if item.serial_item_id is None:
            yield ReportItem(product="Altro", **_words(item))
    if not is_about_one and (report.work_done or report.cause):
        yield ReportItem(product=WHOLE, cause=report.cause or None, work_done=report.work_done or None)


def _item(
    call: Call, report: declared.Report, machine: UUID, declaration: declared.ReportItem, records: Records
) -> ReportItem:
    known = records.find(SerialItem, machine)
    readings = (reading for reading in report.readings if reading.serial_item_id == machine)
    return ReportItem(
        product=known.details.product if known else "Apparecchiatura",
        serial=(known.number or None) if known else None,
        location=(known.place.location or None) if known else None,
        coverage=_coverage(call, machine, records),
        readings=tuple(Reading(meter=each.meter, value=each.value, read_on=each.read_on) for each in readings),
        **_words(declaration),
    )


def _words(item: declared.ReportItem) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(item, name) for name in ("fault", "cause", "work_done", "tests")}
    return {name: text for name, text in said.items() if text}


def _coverage(call: Call, machine: UUID, records: Records) -> str:
    decided = next((each for each in call.coverage.items if each.serial_item_id == machine), None)
    by = decided or call.coverage
    return coverage(by.kind, _contract_number(records, by.contract_id))


def _stretches(done: declared.Performed, records: Records) -> Iterator[Stretch]:
    """Travel by its length alone, then the work with its start and end."""
    technician = records.find(Technician, done.technician_id) if done.technician_id else None
    name = technician.details.name if technician else "Tecnico"
    starts_at, ends_at = done.time.starts_at, done.time.ends_at
    if done.travel_minutes:
        length = timedelta(minutes=done.travel_minutes)
        set_out_at = done.set_out_at
        begins = set_out_at or starts_at
        yield Stretch(
            technician=name,
            kind="travel",
            starts_at=begins,
            ends_at=begins + length,
            timed=False,
            set_out_at=set_out_at,
        )
    pause = done.pause_minutes
    yield Stretch(technician=name, kind="work", starts_at=starts_at, ends_at=ends_at, pause_minutes=pause)


def _checklist(checklist: FrozenChecklist, records: Records) -> ChecklistShown:
    machine = records.find(SerialItem, checklist.serial_item_id) if checklist.serial_item_id else None
    named = [machine.details.product, machine.number] if machine else []
    return ChecklistShown(
        name=checklist.name,
        machine=" ".join(word for word in named if word) or None,
        is_complete=checklist.is_complete,
        lines=tuple(
            ChecklistLine(
                text=each.text, result=_result(each), note=each.note or None, is_out_of_limits=each.is_out_of_limits
            )
            for each in checklist.results
        ),
    )


def _result(result: FrozenResult) -> str:
    if result.skipped_because is not None:
        return f"non eseguita: {result.skipped_because}"
    if result.value is None:
        return NOT_DONE
    if result.value in ANSWERS:
        return ANSWERS[result.value]
    if len(result.value) == SHA256_DIGITS and set(result.value) <= HEXADECIMAL:
        return f"foto, SHA-256 {result.value[:16]}…"
    told = result.value.replace(".", ",") if result.unit else result.value
    return f"{told} {result.unit}" if result.unit else told


def _expense(expense: declared.ReportedExpense) -> ExpenseNoted:
    return ExpenseNoted(**expense.model_dump(include={"description", "quantity", "unit"}))


def _part(part: declared.Part) -> PartUsed:
    return PartUsed(
        description=part.description,
        code=part.code or None,
        quantity=part.quantity,
        unit=part.unit or "pz",
        serials=part.serial_numbers,
        lots=part.lots,
    )


def _photos(report: declared.Report, attached: Sequence[Attachment]) -> Iterator[Photo]:
    """Those that the report names, then further pictures attached to it and to its visits, each once."""
    kept = {file.sha256: file for file in attached if file.media_type.startswith("image/")}
    for named in report.photos:
        file = kept.pop(named.sha256, None)
        taken_at = named.taken_at or (file.taken_at if file else None)
        caption = named.caption or (file.note if file else None)
        yield Photo(name=named.name, sha256=named.sha256, caption=caption or None, taken_at=taken_at)
    for file in kept.values():
        note = file.note or None
        yield Photo(name=file.name, sha256=file.sha256, caption=note, taken_at=file.taken_at, is_declared=False)


def _signature(signed: declared.Signature | None) -> Signature | None:
    if signed is None:
        return None
    signer = signed.signer
    return Signature(
        name=signer.name,
        role=signer.role or None,
        signed_at=signed.signed_at,
        device=signed.device or None,
        image_sha256=signed.image_sha256 or None,
    )
