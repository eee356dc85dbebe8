"""A daily report's content (rapportino giornaliero): the frozen day, with customers as they are called."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.call import Call
from aggregates.daily_report import DailyReport, DayActivity, DayItem
from aggregates.party import Party
from aggregates.technician import Technician
from projections.documents.content import Customer, Source
from projections.documents.content_daily_report import (
    DailyReportContent,
    DayAbsence,
    DayRemark,
    DayThing,
    DayVisit,
)
from projections.documents.identities import own_letterhead
from projections.documents.records import ContentMissing, Records

MODES = {"visit": "Visita", "phone": "Telefono", "workshop": "Laboratorio", "email": "Posta elettronica"}
FINDINGS = {"gap": "Tempo senza registrazioni", "overlap": "Tempo registrato due volte"}


def daily_report(
    report: DailyReport, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> DailyReportContent:
    """What the day says as it was handed in last. Raises `ContentMissing` for a technician who is not known."""
    day, technician = report.day, records.find(Technician, report.day.technician_id)
    if technician is None:
        raise ContentMissing("The technician of the daily report is not known.")
    issuer, numbers = own_letterhead(records, company_id), {a.call_id: a.call_number for a in day.activities}
    totals = ("work_minutes", "travel_minutes", "pause_minutes", "kilometres", "hours_minutes", "absent_minutes",
              "due_minutes", "difference_minutes")  # fmt: skip
    return DailyReportContent(
        issuer=issuer,
        customer=Customer(name=technician.details.name, address=issuer.address),
        source=tuple(source),
        number=f"{technician.code}/{day.on.isoformat()}",
        issued_on=day.on,
        revision=report.revision,
        reason=report.reason,
        technician=technician.details.name,
        technician_code=technician.code,
        activities=tuple(_visit(each, records) for each in day.activities),
        parts=tuple(_thing(each, numbers) for each in day.parts),
        expenses=tuple(_thing(each, numbers) for each in day.expenses),
        absences=tuple(DayAbsence(starts_at=each.starts_at, ends_at=each.ends_at) for each in day.absences),
        findings=tuple(
            DayRemark(kind=FINDINGS[each.kind], starts_at=each.starts_at, ends_at=each.ends_at, minutes=each.minutes)
            for each in day.findings
        ),
        still_open=tuple(_number(call_id, records) for call_id in day.still_open),
        **{name: getattr(day, name) for name in totals},
    )


def _visit(activity: DayActivity, records: Records) -> DayVisit:
    call = records.find(Call, activity.call_id)
    party = records.find(Party, call.party_id) if call and call.party_id else None
    site = party.sites.get(call.site_id) if party and call and call.site_id else None
    caller = call.caller.name if call and call.caller else None
    told = activity.model_dump(include={"starts_at", "ends_at", "work_minutes", "pause_minutes", "travel_minutes"})
    return DayVisit(
        call_number=activity.call_number or "–",
        customer=party.name if party else caller or "–",
        town=(site.address.town if site else party.address.town if party and party.address else None) or None,
        mode=MODES.get(activity.mode, activity.mode),
        kilometres=activity.travel_km,
        **told,
    )


def _thing(item: DayItem, numbers: dict[UUID, str | None]) -> DayThing:
    told = item.model_dump(include={"description", "quantity"})
    return DayThing(
        call_number=numbers.get(item.call_id) or "–",
        code=item.code or None,
        unit=item.unit or "pz",
        serials=item.serial_numbers,
        **told,
    )


def _number(call_id: UUID, records: Records) -> str:
    call = records.find(Call, call_id)
    return (call.number if call else None) or str(call_id)[:8]
