"""Canonical contents of letters (lettere): what `samples.py` has no room for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.values import Address
from projections.documents.content import Customer, Letterhead, Source
from projections.documents.content_adjustment_letter import AdjustedLine, AdjustmentLetterContent, PrintedIndex
from projections.documents.content_consumer_reminder import ConsumerReminderContent
from projections.documents.content_payment_reminder import LateDueDate, PaymentReminderContent

FORLI = Address(street="Via dell'Appennino 112", postcode="47121", town="Forlì", province="FC")


def line(description: str, old: str, new: str, *serials: str) -> AdjustedLine:
    """A line of the letter."""
    difference = Decimal(new) - Decimal(old)
    return AdjustedLine(
        description=description, serials=serials, old=Decimal(old), new=Decimal(new), difference=difference
    )


ADJUSTMENT_LETTER = AdjustmentLetterContent(
    issuer=Letterhead(name="Service Srl", address=FORLI, vat_number="IT12345670017"),
    customer=Customer(name="Rossi Gilbo S.n.c.", address=FORLI, vat_number="IT12345670017", code="C1"),
    source=(Source(stream_id=UUID(int=9), version=7, topic="contract"),),
    number="2025/12",
    issued_on=date(2026, 2, 1),
    contract_signed_on=date(2025, 1, 20),
    subject="Adeguamento del canone del contratto n. 2025/12",
    from_on=date(2026, 2, 1),
    reason=(
        "Il canone è adeguato, come previsto dal contratto, al 75% della variazione dell'indice FOI tra dicembre 2024 "
        "e dicembre 2025, pari al +1,1%.",
    ),
    lines=(
        line("Lavastoviglie a capote", "700.00", "705.77", "SN-10442"),
        line("Forno a convezione", "333.33", "336.08"),
        line("Abbattitore", "166.67", "168.05"),
    ),
    old=Decimal("1200.00"),
    new=Decimal("1209.90"),
    difference=Decimal("9.90"),
    indices=(
        PrintedIndex(
            series="FOI", month="dicembre 2024", value="120,2", base="2015=100", published_on=date(2025, 1, 16)
        ),
        PrintedIndex(
            series="FOI",
            month="dicembre 2025",
            value="121,5",
            base="2015=100",
            change="+1,1% su 12 mesi",
            published_on=date(2026, 1, 16),
            source="G.U. 17",
        ),
    ),
)

CONSUMER_REMINDER = ConsumerReminderContent(
    issuer=Letterhead(name="Service Srl", address=FORLI, vat_number="IT12345670017"),
    customer=Customer(name="Mario Rossi", address=FORLI, tax_code="RSSMRA80A01D704D", code="C2"),
    source=(Source(stream_id=UUID(int=9), version=7, topic="contract"),),
    number="3/2025",
    issued_on=date(2026, 10, 1),
    contract_signed_on=date(2025, 12, 10),
    subject="Scadenza e tacito rinnovo del contratto n. 3/2025",
    text="Gentile cliente, il contratto n. 3/2025 scade il 31/12/2026 e si rinnova tacitamente. "
    "Può disdirlo senza costi: la disdetta deve pervenirci entro il 01/11/2026.",
    expiry_on=date(2026, 12, 31),
    last_notice_on=date(2026, 11, 1),
    renews_until_on=date(2027, 12, 31),
)

PAYMENT_REMINDER = PaymentReminderContent(
    issuer=Letterhead(
        name="Service Srl",
        address=FORLI,
        vat_number="IT12345670017",
        iban="IT60X0542811101000000123456",
        bank="Cassa di Forlì",
    ),
    customer=Customer(name="Rossi Gilbo S.n.c.", address=FORLI, vat_number="IT12345670017", code="C1"),
    source=(Source(stream_id=UUID(int=9), version=2, topic="reminder"),),
    number="SOL-2026-0004",
    issued_on=date(2026, 3, 11),
    level=2,
    subject="Secondo sollecito di pagamento",
    text="nonostante il nostro precedente promemoria non abbiamo ancora ricevuto il pagamento degli importi indicati "
    "qui sotto, per un totale di 161,00 euro. Vi invitiamo a provvedere entro sette giorni.",
    parts=(
        LateDueDate(
            document="2026/1",
            issued_on=date(2026, 1, 10),
            due_on=date(2026, 2, 9),
            days_late=30,
            amount=Decimal("122.00"),
            level=2,
        ),
        LateDueDate(
            document="2026/2",
            issued_on=date(2026, 1, 25),
            part=2,
            due_on=date(2026, 2, 24),
            days_late=15,
            amount=Decimal("61.00"),
            level=1,
            is_new=False,
        ),
    ),
    late=Decimal("183.00"),
    on_account=Decimal("22.00"),
    total=Decimal("161.00"),
)
