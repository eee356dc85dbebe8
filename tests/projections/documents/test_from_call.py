"""Work reports as data: which machines they name, whose words go where, what is told of time and customer (R10.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from aggregates.base import Act, Aggregate
from aggregates.call import Call
from aggregates.company import Company, LegalIdentity, Parameters
from aggregates.coverage import Coverage, CoverageKind, ItemCoverage
from aggregates.serial_item import ItemDetails, Place, SerialItem, Status
from aggregates.values import Address, PersonRef, Slot
from aggregates.work_report import ActivityMode, Declaration, NotedReading, Performed, ReportItem, ReportOutcome
from projections.documents.content import Source
from projections.documents.content_work_report import WorkReportContent
from projections.documents.from_call import WHOLE, work_report
from projections.documents.records import A, ContentMissing

ACT = Act(by="user:test", at=datetime(2026, 9, 9, 8, tzinfo=UTC))
COMPANY, CALL, REPORT, FIRST, SECOND = (UUID(int=n) for n in range(1, 6))
HOME = Address(street="Via Roma 1", postcode="47121", town="Forlì", province="FC")


class Known:
    """Records held in memory."""

    def __init__(self, *records: Aggregate) -> None:
        self.records = {record.id: record for record in records}

    def find(self, kind: type[A], stream_id: UUID) -> A | None:
        found = self.records.get(stream_id)
        return found if isinstance(found, kind) else None


def company() -> Company:
    identity = LegalIdentity(name="Service Srl", vat_number="IT12345670017", address=HOME)
    return Company.found(COMPANY, identity, Parameters(), ACT)


def machine(item_id: UUID, product: str) -> SerialItem:
    return SerialItem.register(
        item_id,
        ItemDetails(product=product, type="dishwasher"),
        Place(owner_id=uuid4()),
        Status(code="active", from_on=date(2026, 1, 1)),
        ACT,
        manufacturer="Silanos",
        number=f"SN-{product}",
    )


def call(*machines: UUID, caller: str | None = "Mario", **more: Any) -> Call:
    person = PersonRef(person_id=uuid4(), name=caller) if caller else None
    party_id = None if caller else uuid4()
    opened = Call.open(
        CALL, "Perde", more.pop("coverage", Coverage()), ACT, caller=person, party_id=party_id, serial_item_ids=machines
    )
    slot = Slot(starts_at=datetime(2026, 9, 9, 7, 10, tzinfo=UTC), ends_at=datetime(2026, 9, 9, 8, 40, tzinfo=UTC))
    done: dict[str, Any] = {"kind": "repair", "mode": ActivityMode.VISIT, "technician_id": None, "time": slot}
    opened.perform(Performed(activity_id=uuid4(), **done, **more), ACT)
    return opened


def report(opened: Call, items: tuple[ReportItem, ...] = (), *records: Aggregate) -> WorkReportContent:
    said = Declaration(outcome=ReportOutcome.CLOSED, work_done="Pulito il filtro", cause="Calcare", items=items)
    opened.report_work(REPORT, said, (), ACT)
    return printed(opened, *records)


def printed(opened: Call, *records: Aggregate) -> WorkReportContent:
    return work_report(
        opened,
        REPORT,
        Known(company(), *records),
        company_id=COMPANY,
        call_number="CH-2026-0415",
        reported_on=date(2026, 9, 9),
        source=(Source(stream_id=CALL, version=opened.version),),
    )


def test_the_words_for_the_whole_go_to_the_only_machine() -> None:
    (item,) = report(call(FIRST), (), machine(FIRST, "LT-900")).items
    assert (item.product, item.work_done, item.cause) == ("LT-900", "Pulito il filtro", "Calcare")


def test_with_two_machines_the_words_for_the_whole_stand_apart() -> None:
    said = (ReportItem(serial_item_id=FIRST, work_done="Cambiata la pompa"),)
    content = report(call(FIRST, SECOND), said, machine(FIRST, "LT-900"), machine(SECOND, "LT-500"))
    assert [(item.product, item.work_done) for item in content.items] == [
        ("LT-900", "Cambiata la pompa"),
        ("LT-500", None),
        (WHOLE, "Pulito il filtro"),
    ]


def test_a_call_about_no_machine_still_tells_the_work() -> None:
    assert [item.product for item in report(call()).items] == [WHOLE]


def test_coverage_is_told_for_each_machine() -> None:
    warranty = ItemCoverage(serial_item_id=SECOND, kind=CoverageKind.WARRANTY, reason="Garanzia")
    opened = call(FIRST, SECOND, coverage=Coverage(items=(warranty,)))
    assert [item.coverage for item in report(opened).items] == ["A pagamento", "In garanzia", None]


def test_a_reading_stands_with_its_machine() -> None:
    opened = call(FIRST)
    reading: dict[str, Any] = {"reading_id": uuid4(), "serial_item_id": FIRST, "meter": "Nero", "value": 203451}
    opened.note_reading(NotedReading(**reading, read_on=date(2026, 9, 9)), ACT)
    (item,) = report(opened).items
    assert [(each.meter, each.value) for each in item.readings] == [("Nero", 203451)]


def test_time_is_told_as_it_is_known() -> None:
    content = report(call(travel_minutes=35, pause_minutes=10, travel_km=Decimal("42.5")))
    travel, work = content.stretches
    assert (travel.kind, travel.minutes, travel.timed) == ("travel", 35, False)
    assert (work.kind, work.minutes, work.timed) == ("work", 80, True)
    assert content.kilometres == Decimal("42.5")


def test_a_caller_who_is_no_customer_yet_is_named() -> None:
    assert report(call(caller="Mario, della mensa")).customer.name == "Mario, della mensa"


def test_a_customer_that_is_not_known_holds_the_report_back() -> None:
    with pytest.raises(ContentMissing, match="register the party"):
        report(call(caller=None))


def test_a_report_is_numbered_in_its_call() -> None:
    assert report(call()).number == "CH-2026-0415/1"


def test_an_unsigned_report_says_neither_signature_nor_reason_until_it_has_one() -> None:
    opened = call()
    assert (report(opened).signature, printed(opened).absence_reason) == (None, None)
    opened.explain_absent_signature(REPORT, 0, "Nessuno presente", ACT)
    assert printed(opened).absence_reason == "Nessuno presente"
