"""Files of records (allegati): attached once, only when uploaded, taken off with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from aggregates.attachment import Attachment, FileUnknown
from aggregates.base import Act
from commands.attachment import STORE, StoreFile
from commands.base import NotFound
from tests.commands.calls import CALL, COPIER, CUSTOMER, MACHINE, ROSSI, VISIT
from tests.dsl import MORNING, SOMEBODY, Company, Do, do

SHA = "ab" * 32
OPENED = do("open-call", call_id=CALL, party_id=ROSSI, fault="Non stampa")
PLANNED = do("plan-activity", call_id=CALL, activity_id=VISIT, kind="visit", mode="visit")


def upload(company: Company, sha256: str = SHA) -> None:
    """The archive has a file."""
    cmd = StoreFile(sha256=sha256, bytes=1234, media_type="image/jpeg")
    company.house.desk.execute(STORE, cmd, Act(by=SOMEBODY, at=MORNING), uuid4())


def attach(kind: str = "call", record_id: UUID = CALL, **fields: Any) -> Do:
    """A photo on a record."""
    record = {"kind": kind, "id": record_id}
    if "call_id" in fields:
        record["call_id"] = fields.pop("call_id")
    return do("attach-file", record=record, **{"sha256": SHA, "name": "targhetta.jpg", **fields})


def test_a_file_is_attached_once(company: Company) -> None:
    upload(company)
    upload(company)
    given = company.given(*CUSTOMER, OPENED)
    given.when(attach(note="Targhetta")).then(
        (Attachment.Attached, {"sha256": SHA, "bytes": 1234, "media_type": "image/jpeg", "name": "targhetta.jpg"})
    )
    given.when(attach(name="altro.jpg")).then_nothing()
    (row,) = company.ask("attachments", record_id=CALL)["items"]
    assert (row["name"], row["note"], row["attached"]) == ("targhetta.jpg", "Targhetta", True)


def test_what_was_never_uploaded_is_refused(company: Company) -> None:
    company.given(*CUSTOMER, OPENED).when(attach()).then_refused(FileUnknown, sha256=SHA)


def test_the_record_must_be_there(company: Company) -> None:
    upload(company)
    given = company.given(*CUSTOMER, OPENED, PLANNED)
    given.when(attach(record_id=uuid4())).then_refused(NotFound)
    given.when(attach("contract", CALL)).then_refused(NotFound)
    given.when(attach("activity", uuid4(), call_id=CALL)).then_refused(NotFound)
    given.when(attach(activity_id=uuid4())).then_refused(NotFound)
    company.given().when(attach("activity", VISIT, call_id=CALL)).then(Attachment.Attached)


def test_the_same_bytes_on_two_records_are_two_attachments(company: Company) -> None:
    upload(company)
    given = company.given(*CUSTOMER, COPIER, OPENED, attach())
    given.when(attach("serial_item", MACHINE)).then(Attachment.Attached)
    given.when(attach("party", ROSSI)).then(Attachment.Attached)
    assert len(company.ask("attachments", record_id=MACHINE)["items"]) == 1


def test_a_file_is_taken_off_and_put_back(company: Company) -> None:
    upload(company)
    company.given(*CUSTOMER, OPENED)
    given = company.given()
    attachment_id = company.execute(attach()).result["attachment_id"]
    off = do("detach-file", attachment_id=attachment_id, reason="Altra macchina")
    given.when(off).then((Attachment.Detached, {"reason": "Altra macchina"}))
    given.when(off).then_nothing()
    assert company.ask("attachments", record_id=CALL)["items"] == []
    assert len(company.ask("loose-files")["items"]) == 1
    given.when(attach(name="retro.jpg")).then((Attachment.AttachedAgain, {"name": "retro.jpg"}))
    assert company.ask("loose-files")["items"] == []


def test_a_call_shows_what_hangs_on_its_activities(company: Company) -> None:
    upload(company)
    upload(company, "cd" * 32)
    on_visit = attach("activity", VISIT, call_id=CALL)
    company.given(*CUSTOMER, OPENED, PLANNED, on_visit)
    company.execute(do("attach-file-to-call", call_id=CALL, sha256="cd" * 32, name="b.jpg", activity_id=VISIT))
    assert len(company.ask("call-attachments", call_id=CALL)["items"]) == 2
    assert len(company.ask("attachments", activity_id=VISIT)["items"]) == 2
