"""The demo company (azienda dimostrativa): founded, with a user in each role and the data of its old program."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aggregates import roles
from aggregates.base import Act
from aggregates.company import LegalIdentity
from aggregates.price_list import ChargeKind
from aggregates.publication import EDITION
from aggregates.technician import technician_id
from aggregates.values import ROME, Address
from examples.demo.company import make_company
from examples.demo.generate import write_company
from gateways.bootstrap import open_company
from gateways.demo_papers import dress
from gateways.demo_stage import Progress, Stage
from gateways.http.auth import hash_password
from gateways.imports.importer import import_folder
from gateways.orders import settle
from gateways.wiring import House, Installation

SLUG = "demo"
EVE = datetime(2026, 8, 31, 20, tzinfo=ROME)
"""The evening before the company starts with Libretto."""
PASSWORD = "demo-romagna-2026"  # noqa: S105 - of invented users on the reader's own machine
IDENTITY = LegalIdentity(
    name="Assistenza Romagna S.r.l.",
    vat_number="IT12345670017",
    address=Address(street="Via Ravegnana 210", postcode="47122", town="Forlì", province="FC"),
    rea_office="FO",
    rea_number="123456",
    iban="IT60X0542811101000000123456",
    phone="0543 123456",
    email="info@demo.example",
)
USERS = {
    roles.CALL_CENTRE: "Maria Bianchi",
    roles.TECHNICIAN: "Gino Casadei",
    roles.CONTRACTOR: "Andrea Versari",
    roles.DISPATCHER: "Silvia Neri",
    roles.WAREHOUSE: "Fabio Gatti",
    roles.PURCHASING: "Ornella Fabbri",
    roles.BILLING: "Laura Conti",
    roles.ACCOUNTANT: "Bruno Galli",
    roles.SALES: "Matteo Ricci",
    roles.DEPARTMENT_HEAD: "Renato Valli",
    roles.MANAGER: "Gilda Ravaioli",
    roles.AUDITOR: "Ines Prati",
    roles.ADMINISTRATOR: "Ugo Lama",
}
TECHNICIANS = {roles.TECHNICIAN: "T01", roles.CONTRACTOR: "T08"}
WAREHOUSES = (
    ("CLIENTI", "Merce di clienti", "customer_owned"),
    ("GUASTI", "Merce guasta", "faulty"),
    ("PRESTITI", "Muletti in prestito", "loan"),
    ("FORNITORI", "Merce presso fornitori", "supplier"),
)
CHARGES = {
    ChargeKind.CALL_FEE: "DIRCH",
    ChargeKind.TRAVEL_KM: "KM",
    ChargeKind.TRAVEL_HOUR: "VIAGGIO",
    ChargeKind.LABOUR_HOUR: "ORA",
    ChargeKind.OVERTIME_HOUR: "STRAORD",
    ChargeKind.PER_DIEM: "DIARIA",
}
PRICE_LISTS = ("BASE", "PRIVATI")


class DemoBroken(Exception):
    """The demo's own files could not be taken in: {reason}"""


def load(installation: Installation, slug: str = SLUG, progress: Progress | None = None) -> House:
    """The demo company as it stands on its first morning; what is there already stays as it is.

    Its public stream tells all that it can tell from then on, so that an accounting program books the whole month.
    Raises `DemoBroken` when its files are refused.
    """
    house = open_company(installation, slug, IDENTITY, EVE)
    stage = Stage(house, lambda: settle(installation, house))
    _users(stage)
    _import(stage, progress)
    stage.do("adopt-public-edition", "edition", EVE, roles.ADMINISTRATOR, edition=EDITION)
    _arrange(stage)
    dress(stage, installation.archive, EVE)
    stage.settle()
    if stage.refused:
        raise DemoBroken(stage.refused[0])
    return house


def email(role: str) -> str:
    """The address with which the user of a role signs in."""
    return f"{role.replace('_', '-')}@demo.example"


def _users(stage: Stage) -> None:
    stage.settle()
    known = {row["email"] for row in stage.house.reader.rows("select email from {app_user}")}
    missing = [role for role in USERS if email(role) not in known]
    password_hash = hash_password(PASSWORD) if missing else ""
    for role in missing:
        code = TECHNICIANS.get(role)
        stage.do(
            "register-user", f"user/{role}", EVE, roles.ADMINISTRATOR,
            user_id=stage.id(f"user/{role}"), email=email(role), name=USERS[role], roles=[role],
            password_hash=password_hash, technician_id=technician_id(code) if code else None,
        )  # fmt: skip


def _import(stage: Stage, progress: Progress | None) -> None:
    with TemporaryDirectory(prefix="libretto-demo-") as folder:
        write_company(make_company(), Path(folder))
        act = Act(by=stage.by(roles.ADMINISTRATOR), at=EVE)
        report = import_folder(
            stage.house, Path(folder), dry_run=False, act=act, progress=progress, settle=stage.settle
        )
    if report.problems:
        raise DemoBroken(str(report.problems[0]))


def _arrange(stage: Stage) -> None:
    """What no file says: warehouses beside our own stock, the articles of charges, the usual price list."""
    for code, name, kind in WAREHOUSES:
        stage.do("open-warehouse", f"warehouse/{code}", EVE, roles.WAREHOUSE, code=code, name=name, kind=kind)
    for code in PRICE_LISTS:
        for charge, article in CHARGES.items():
            key = f"charge/{code}/{charge}"
            stage.do("set-charge", key, EVE, roles.SALES, code=code, charge=charge, article_code=article)
    change, first_day = {"price_list_code": PRICE_LISTS[0]}, date(2026, 1, 1)
    stage.do("set-company-parameters", "parameters", EVE, roles.MANAGER, from_on=first_day, change=change)
