"""Steps that tests of documents share: a company, its customer and machine, and what makes a document due."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from tests.dsl import Company, Do, do

PARTY = UUID("11111111-1111-1111-1111-111111111111")
SITE = UUID("11111111-0000-0000-0000-000000000002")
GINO = UUID("22222222-2222-2222-2222-222222222222")
CALL = UUID("44444444-4444-4444-4444-444444444444")
VISIT = UUID("55555555-5555-5555-5555-555555555555")
REPORT = UUID("66666666-6666-6666-6666-666666666666")
MACHINE = UUID("77777777-7777-7777-7777-777777777777")
NOTE = UUID("88888888-8888-8888-8888-888888888888")
CONTRACT = UUID("99999999-9999-9999-9999-999999999999")
SHA = "a" * 64

HEAD_OFFICE = {"street": "Via dell'Appennino 112", "postcode": "47121", "town": "Forlì", "province": "FC"}
ADDRESS = {"street": "Viale della Libertà 45/B", "postcode": "47122", "town": "Forlì", "province": "FC"}
WAREHOUSE = {"street": "Via Ravegnana 410/12", "postcode": "47122", "town": "Forlì", "province": "FC"}
IDENTITY = {
    "name": "Service Srl",
    "vat_number": "IT12345670017",
    "tax_code": "12345670017",
    "address": HEAD_OFFICE,
    "rea_office": "FO",
    "rea_number": "312045",
    "share_capital": "50000.00",
    "iban": "IT60X0542811101000000123456",
    "bank": "Cassa di Forlì",
    "phone": "0543 401122",
    "email": "assistenza@service.example",
}


def founded(company: Company, **identity: Any) -> Do:
    """The company itself, with its legal identity."""
    return do("found-company", company_id=company.house.company_id, identity={**IDENTITY, **identity})


CUSTOMER = (
    do(
        "register-party",
        party_id=PARTY,
        code="C1",
        name="Rossi Gilbo S.n.c.",
        tax={"vat_number": "IT12345670017", "recipient_code": "M5UXCR1"},
        address=ADDRESS,
    ),
    do("add-site", party_id=PARTY, site_id=SITE, code="M1", name="Magazzino di Villa Selva", address=WAREHOUSE),
    do("register-technician", technician_id=GINO, code="T1", name="Gino Valli"),
    do(
        "register-serial-item",
        serial_item_id=MACHINE,
        manufacturer="Silanos",
        number="SN-10442",
        product="Lavastoviglie LT-900",
        type="dishwasher",
        owner_id=PARTY,
        site_id=SITE,
        location="Cucina, piano terra",
    ),
)
OPENED = do(
    "open-call",
    at="2026-09-08T08:30",
    call_id=CALL,
    party_id=PARTY,
    site_id=SITE,
    serial_item_ids=[str(MACHINE)],
    fault="Non carica acqua, perde da sotto",
)
WORKED = do(
    "perform-activity",
    at="2026-09-09T12:00",
    call_id=CALL,
    activity_id=VISIT,
    kind="repair",
    technician_id=GINO,
    starts_at="2026-09-09T09:10:00+02:00",
    ends_at="2026-09-09T10:40:00+02:00",
    travel_minutes=35,
    pause_minutes=10,
    travel_km="42.5",
    text="Sostituita elettrovalvola",
)
PART = do(
    "use-part",
    at="2026-09-09T12:01",
    call_id=CALL,
    description="Elettrovalvola 3/4 pollice",
    code="EV-34",
    quantity="1",
)
REPORTED = do(
    "report-work",
    at="2026-09-09T12:05",
    call_id=CALL,
    report_id=REPORT,
    work_done="Sostituita elettrovalvola di carico e verificata la tenuta",
    cause="Elettrovalvola bloccata dal calcare",
    tests="Tre cicli senza perdite",
)
SIGNED = do(
    "sign-report",
    at="2026-09-09T12:08",
    call_id=CALL,
    report_id=REPORT,
    revision=0,
    signer_name="Anna Verdi",
    signer_role="Responsabile di sala",
    image_sha256=SHA,
    document_sha256=SHA,
    device="tablet-07",
)
NOTE_ISSUED = do(
    "issue-delivery-note",
    at="2026-09-10T10:00",
    note_id=NOTE,
    recipient_id=PARTY,
    site_id=SITE,
    lines=[{"description": "Stampante termica ZT-411", "quantity": "1", "serials": ["SN-778"], "quality": "riparata"}],
    transport={"carried_by": "carrier", "carriers": [{"name": "Corriere Adriatico S.r.l."}], "packages": 1,
               "packaging": "cartone", "carriage": "prepaid"},
)  # fmt: skip


def in_business(company: Company) -> Company:
    """A company that was founded and knows a customer with a machine."""
    company.given(founded(company), *CUSTOMER)
    return company


def reported(company: Company) -> Company:
    """A call of the customer's, worked on and reported."""
    in_business(company).given(OPENED, WORKED, PART, REPORTED)
    return company


def proposed(company: Company) -> UUID:
    """S01: the first short period of an annual fee, proposed on its first day; the invoice's id."""
    terms: dict[str, Any] = {
        "starts_on": "2026-09-16",
        "step_months": 12,
        "alignment": "calendar",
        "payment_terms": PAYMENT,
    }
    fee: dict[str, Any] = {
        "line_id": uuid5(CONTRACT, "line"),
        "description": "Assistenza",
        "annual_fee": {"amount": "1200.00"},
    }
    company.given(
        do("open-number-register", document="contract", year=2026, last_number=1),
        do("draft-contract", contract_id=CONTRACT, customer_id=PARTY, **terms),
        do("add-contract-line", contract_id=CONTRACT, **fee),
        do("sign-contract", at="2026-09-10T10:00", contract_id=CONTRACT),
        do("propose-invoices", at="2026-09-16T07:00", until="2026-09-16"),
    )
    (proposal,) = company.ask("invoices", state="proposed")["items"]
    return UUID(str(proposal["invoice_id"]))


def invoiced(company: Company) -> UUID:
    """The same, issued on that day."""
    invoice_id = proposed(company)
    company.do("issue-invoice", at="2026-09-16T08:00", invoice_id=invoice_id, dated_on="2026-09-16")
    return invoice_id


PAYMENT = {"parts": [{"days": 30, "end_of_month": True}]}

QUOTE = UUID("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")
DRAFTED = do(
    "draft-quote",
    at="2026-09-09T15:00",
    quote_id=QUOTE,
    customer_id=PARTY,
    site_id=SITE,
    serial_item_ids=[str(MACHINE)],
    lines=[
        {"description": "Manodopera specializzata", "quantity": "3", "unit": "h", "unit_price": "52.00"},
        {"description": "Gruppo pompa", "quantity": "1", "unit_price": "184.90", "discounts": ["15"]},
    ],
    terms={
        "subject": "Riparazione lavastoviglie LT-900",
        "payment_terms": "Bonifico 30 giorni fine mese",
        "diagnosis_fee": "35.00",
    },
)
SENT = do("send-quote", at="2026-09-09T16:00", quote_id=QUOTE, sent_to={"name": "Laura Bianchi"})
