"""A call that ends in a dispute: clocks paused and corrected, work, signature, invoice; and another customer's data."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from aggregates.base import Act
from aggregates.evidence import About
from commands.attachment import STORE, StoreFile
from gateways.evidence.bundle import Asked, Evidence, write_evidence
from gateways.files import check_file, keep_file
from gateways.wiring import Installation
from tests.contract_steps import tick
from tests.document_steps import founded
from tests.dsl import Company, do

ROSSI, BIANCHI, SITE, MACHINE, CONTRACT, LINE = (UUID(int=7700 + n) for n in range(6))
CALL, THEIRS, GINO, REPORT, VISIT = (UUID(int=7710 + n) for n in range(5))
ADDRESS = {"street": "Via Brera 2", "postcode": "20121", "town": "Milano", "province": "MI"}
FOREIGN = ("Bianchi", "gabinetto dentistico", "Otello Fabbri")
"""Words of another customer."""
CALLER, SIGNER = "Nevio Orsini", "Anna Verdi"
PHOTO = b"\xff\xd8\xff" + b"the photo of a pump" * 9
SERVICE = {"level": "gold", "waiting_part_pauses": True, "calendar": {"patron_town": "Milano"}}
TAKEN = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def lived(installation: Installation) -> Company:
    """A company in which all that has happened; everything folded and printed."""
    company_id = uuid4()
    company = Company(installation, installation.open_house(f"e-{company_id.hex[:12]}", company_id))
    _known(company)
    _called(company)
    _elsewhere(company)
    tick(company, "watch-service-levels", "2026-04-17T08:00")
    company.do("propose-invoices", at="2026-04-30T12:00", until="2026-04-30")
    for row in company.ask("invoices", state="proposed", limit=50)["items"]:
        company.do("issue-invoice", at="2026-04-30T13:00", invoice_id=row["invoice_id"], dated_on="2026-04-30")
    company.fold()
    installation.issuer.tick(company.house)
    company.fold()
    return company


def _known(company: Company) -> None:
    early = "2026-01-07T09:00"
    tax: dict[str, Any] = {"vat_number": "IT12345670017"}
    company.given(founded(company), do("register-technician", technician_id=GINO, code="T1", name="Gino Valli"))
    for key, code, name in ((ROSSI, "C1", "Rossi Gilbo S.n.c."), (BIANCHI, "C2", "Bianchi Ada")):
        company.do("register-party", at=early, party_id=key, code=code, name=name, tax=tax, address=ADDRESS)
    company.do("add-site", party_id=ROSSI, site_id=SITE, code="MI", name="Milano", address=ADDRESS)
    company.do("add-site", party_id=ROSSI, site_id=uuid5(SITE, "other"), code="XX", name="Altra sede", address=ADDRESS)
    company.do("register-article", code="MAN", description="Manodopera", kind="charge")
    prices = [{"article_code": "MAN", "from_on": "2026-01-01", "unit_price": "52.00"}]
    charges: dict[str, Any] = {"labour-hour": "MAN"}
    company.do("start-price-list", code="BASE", name="Base", from_on="2026-01-01", prices=prices, charges=charges)
    company.do("set-company-parameters", from_on="2026-01-01", change={"price_list_code": "BASE"})
    made: dict[str, Any] = {"manufacturer": "Ricoh", "number": "SN-778", "product": "MP C3004", "type": "copier"}
    meters = [{"kind": "bw", "digits": 6}]
    company.do("register-serial-item", at=early, serial_item_id=MACHINE, owner_id=BIANCHI, meters=meters, **made)
    moved: dict[str, Any] = {"serial_item_id": MACHINE, "owner_id": ROSSI, "site_id": SITE, "from_on": "2026-02-01"}
    company.do("move-serial-item", at="2026-02-01T09:00", **moved)
    terms: dict[str, Any] = {"starts_on": "2026-03-01", "step_months": 12, "payment_terms": {"parts": [{"days": 30}]}}
    company.do("draft-contract", at=early, contract_id=CONTRACT, customer_id=ROSSI, **terms)
    company.do(
        "add-contract-line", at=early, contract_id=CONTRACT, line_id=LINE, description="Assistenza", service=SERVICE,
        annual_fee={"amount": "1200.00"}, serial_item_ids=[MACHINE], covered={"travel": True, "call_fee": True},
    )  # fmt: skip
    company.do("sign-contract", at="2026-02-20T10:00", contract_id=CONTRACT)


def _called(company: Company) -> None:
    call: dict[str, Any] = {"call_id": CALL}
    caller: dict[str, Any] = {"name": CALLER, "phone": "0543 998877"}
    about: dict[str, Any] = {
        "party_id": ROSSI,
        "site_id": SITE,
        "serial_item_ids": [MACHINE],
        "fault": "Non stampa, perde toner",
    }
    company.do("open-call", at="2026-04-13T09:00", **call, **about, caller=caller)
    company.do("pause-call", at="2026-04-13T11:00", **call, reason="waiting-part")
    company.do("resume-call", at="2026-04-14T10:30", **call)
    fix: dict[str, Any] = {"paused_at": "2026-04-13T11:00:00+02:00", "ends_at": "2026-04-13T17:00:00+02:00"}
    company.do("correct-pause", at="2026-04-14T11:00", **call, **fix, reason="Pezzo arrivato prima")
    worked: dict[str, Any] = {"starts_at": "2026-04-16T10:00:00+02:00", "ends_at": "2026-04-16T12:00:00+02:00"}
    visit: dict[str, Any] = {
        "activity_id": VISIT,
        "kind": "repair",
        "technician_id": GINO,
        "text": "Sostituito il tamburo",
    }
    company.do("perform-activity", at="2026-04-16T12:05", **call, **visit, **worked, travel_minutes=35)
    company.do("use-part", at="2026-04-16T12:06", **call, description="Tamburo", code="TMB", quantity="1")
    reading: dict[str, Any] = {"serial_item_id": MACHINE, "meter": "bw", "value": 12345, "read_on": "2026-04-16"}
    company.do("note-reading", at="2026-04-16T12:07", **call, **reading)
    company.do("report-work", at="2026-04-16T12:10", **call, report_id=REPORT, work_done="Sostituito il tamburo")
    signed: dict[str, Any] = {
        "signer_name": SIGNER,
        "image_sha256": "a" * 64,
        "document_sha256": "a" * 64,
        "device": "tablet-07",
    }
    company.do("sign-report", at="2026-04-16T12:12", **call, report_id=REPORT, revision=0, **signed)
    file = check_file("pompa.jpg", PHOTO)
    keep_file(company.installation.archive, company.house.company_id, file, PHOTO, TAKEN)
    stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=file.media_type)
    company.house.desk.execute(STORE, stored, Act(by="user:gino", at=TAKEN), uuid4())
    company.do("attach-file", record={"kind": "call", "id": CALL}, sha256=file.sha256, name="pompa.jpg")
    company.do("close-call", at="2026-04-16T12:20", **call, solution="Sostituito il tamburo")


def _elsewhere(company: Company) -> None:
    """What is nobody's business in Rossi's dispute."""
    theirs: dict[str, Any] = {"call_id": THEIRS, "party_id": BIANCHI, "fault": "Stampa storto, gabinetto dentistico"}
    company.do(
        "open-call", at="2026-01-20T09:00", **theirs, serial_item_ids=[MACHINE], caller={"name": "Otello Fabbri"}
    )


def evidence(company: Company, about: About, reference: str, folder: Path, **asked: Any) -> Evidence:
    """An evidence file, unpacked into a folder."""
    target = io.BytesIO()
    made = write_evidence(company.house, Asked(about, reference, "user:perito", TAKEN, **asked), target)
    zipfile.ZipFile(target).extractall(folder)
    return made


def told(folder: Path) -> Any:
    """What the JSON says."""
    return json.loads((folder / "evidence.json").read_bytes())


def checked(folder: Path, *words: str) -> tuple[int, str]:
    """What the program says to somebody who has nothing but the folder."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", *words], cwd=folder, capture_output=True, text=True, check=False, env={}
    )
    return done.returncode, done.stdout + done.stderr
