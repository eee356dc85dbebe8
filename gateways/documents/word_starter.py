"""Word templates to begin with (modelli di partenza): plain ones of the house, to be opened in Word and changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt, RGBColor

from aggregates.base import Refusal
from aggregates.issued_document import IssuedKind
from gateways.documents.word import repacked
from projections.documents.words import TITLES

Column = tuple[str, str, float]
"""Title, field of a row or what its cell says, width in centimetres; numbers stand to the right."""
ACCENT = RGBColor(0x1D, 0x55, 0x66)
PRICE = "{{ row.unit_price }}{% if row.price_unit != row.unit %} / {{ row.price_unit }}{% endif %}"
DISCOUNTS = "{% for one in row.discounts %}{{ one }} {% endfor %}"
EXPLAINED = (
    "{{ row.description }}{% if row.period %}, dal {{ row.period.starts_on }} al {{ row.period.ends_on }}{% endif %}"
    "{% if row.why %} – Perché: {{ row.why }}{% endif %}"
)
WHEN = "{{ row.due_on | default('al più presto') }}"
VAT = "{% if row.vat_nature %}{{ row.vat_nature }}{% else %}{{ row.vat_rate }} %{% endif %}"
PIECES = "{{ row.serials | join(', ') }} {{ row.lots | join(', ') }}"
NUMBERS = (
    "quantity", "amount", "unit_price", "annual_fee", "minutes", "debit", "credit", "balance", "days_late", "on_hand",
    PRICE, DISCOUNTS, VAT,
)  # fmt: skip
OURS = (IssuedKind.PICK_LIST,)
"""Papers that nobody outside is sent."""


class NoStarter(Refusal):
    """There is no template to begin with for {kind}; there are some for: {known}."""

    status = 404


def starter(kind: IssuedKind) -> bytes:
    """A .docx to begin with. Raises `NoStarter`."""
    if kind not in BODIES:
        raise NoStarter(kind=kind.value, known=", ".join(sorted(each.value for each in BODIES)))
    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10)
    style.paragraph_format.space_after = Pt(4)
    _head(document, kind)
    BODIES[kind](document)
    _when(document, "notes", "Note: {{ notes | join('; ') }}")
    _texts(document)
    document.core_properties.title = TITLES[kind]
    document.core_properties.author = ""
    document.core_properties.comments = ""
    out = BytesIO()
    document.save(out)
    return repacked(out.getvalue())


def _head(document: Any, kind: IssuedKind) -> None:
    header, footer = document.sections[0].header.paragraphs[0], document.sections[0].footer.paragraphs[0]
    header.add_run("{% if issuer.logo %}{{ issuer.logo }}{% endif %} ")
    name = header.add_run("{{ issuer.name }}")
    name.bold, name.font.size, name.font.color.rgb = True, Pt(14), ACCENT
    header.add_run("\n{{ issuer.address.street }} – {{ issuer.address.postcode }} {{ issuer.address.town }}")
    header.add_run(" – P. IVA {{ issuer.vat_number }}")
    footer.text = "{{ issuer.name }} – {{ issuer.footer }}"
    _when(document, "draft", "BOZZA")
    title = document.add_paragraph().add_run(f"{TITLES[kind]} {{{{ number }}}}")
    title.bold, title.font.size, title.font.color.rgb = True, Pt(16), ACCENT
    document.add_paragraph("del {{ issued_on }}")
    if kind not in OURS:
        _customer(document)


def _customer(document: Any) -> None:
    document.add_paragraph("Spett.le").runs[0].italic = True
    document.add_paragraph("{{ customer.name }}").runs[0].bold = True
    _when(document, "customer.attention", "c.a. {{ customer.attention }}")
    document.add_paragraph("{{ customer.address.street }}")
    document.add_paragraph(
        "{{ customer.address.postcode }} {{ customer.address.town }} {{ customer.address.province }}"
    )


def _quote(document: Any) -> None:
    document.add_paragraph("Revisione {{ revision }}, valida fino al {{ valid_until }}")
    _when(document, "subject", "Oggetto: {{ subject }}")
    _each(document, "introduction")
    columns = [("Descrizione", "description", 8.0), ("Q.tà", "quantity", 2.0), ("U.M.", "unit", 1.5)]
    _table(document, "lines", [*columns, ("Prezzo", "unit_price", 2.5), ("Importo", "amount", 3.0)])
    for words, field in (("Imponibile", "taxable"), ("IVA", "tax"), ("Totale", "total")):
        _right(document, f"{words}: {{{{ {field} | euro }}}}", bold=field == "total")
    _when(document, "payment_terms", "Pagamento: {{ payment_terms }}")
    _each(document, "conditions")
    _signatures(document, "Per accettazione, il cliente")


def _delivery_note(document: Any) -> None:
    document.add_paragraph("Causale del trasporto: {{ reason }}")
    _when(document, "destination", "Destinazione: {{ destination.name }}, {{ destination.address.street }},")
    _when(document, "destination", "{{ destination.address.postcode }} {{ destination.address.town }}")
    columns = [("Codice", "code", 3.0), ("Descrizione", "description", 9.0), ("Q.tà", "quantity", 2.5)]
    _table(document, "lines", [*columns, ("U.M.", "unit", 2.0)])
    _when(document, "packages", "Colli: {{ packages }}")
    _when(document, "packaging", "Aspetto esteriore: {{ packaging }}")
    _when(document, "transport_started_at", "Inizio del trasporto: {{ transport_started_at }}")
    _when(document, "return_by", "Da restituire entro il {{ return_by }}")
    _signatures(document, "Il destinatario")


def _work_report(document: Any) -> None:
    _when(document, "call_number", "Chiamata {{ call_number }}")
    _when(document, "site", "Sede: {{ site.name }}, {{ site.address.street }}, {{ site.address.town }}")
    _when(document, "reported_fault", "Guasto segnalato: {{ reported_fault }}")
    columns = [("Apparecchiatura", "product", 5.0), ("Matricola", "serial", 4.0), ("Lavoro eseguito", "work_done", 8.0)]
    _table(document, "items", columns)
    times = [("Tecnico", "technician", 6.0), ("Inizio", "starts_at", 4.0), ("Fine", "ends_at", 4.0)]
    _table(document, "stretches", [*times, ("Minuti", "minutes", 3.0)])
    _table(document, "parts", [("Ricambio", "description", 11.0), ("Q.tà", "quantity", 3.0), ("U.M.", "unit", 3.0)])
    _when(document, "customer_remarks", "Osservazioni: {{ customer_remarks }}")
    _when(document, "signature", "Firmato da {{ signature.name }} il {{ signature.signed_at }} {{ signature.image }}")
    _when(document, "absence_reason", "Non firmato: {{ absence_reason }}")
    document.add_paragraph("{%p for photo in photos %}")
    document.add_paragraph("{{ photo.image }} {{ photo.caption | default(photo.name) }}")
    document.add_paragraph("{%p endfor %}")


def _contract(document: Any) -> None:
    document.add_paragraph("{{ kind_name }}, dal {{ term.starts_on }} al {{ term.ends_on }}")
    _when(document, "subject", "Oggetto: {{ subject }}")
    document.add_paragraph("Rinnovo: {{ renewal }}")
    columns = [("Descrizione", "description", 9.0), ("Q.tà", "quantity", 3.0), ("Canone annuo", "annual_fee", 4.0)]
    _table(document, "lines", columns)
    _right(document, "Canone annuo totale: {{ annual_total | euro }}", bold=True)
    document.add_paragraph("{{ fee_terms }}")
    document.add_paragraph("Pagamento: {{ payment_terms }}")
    document.add_paragraph("{%p for clause in clauses %}")
    document.add_paragraph("{{ loop.index }}. {{ clause.title }}").runs[0].bold = True
    document.add_paragraph("{{ clause.text }}")
    document.add_paragraph("{%p endfor %}")
    _signatures(document, "Il cliente")


def _account_statement(document: Any) -> None:
    document.add_paragraph("Dal {{ from_on }} al {{ until_on }}, saldo iniziale {{ opening | euro }}")
    columns = [("Data", "moved_on", 2.5), ("Descrizione", "description", 6.5), ("Dare", "debit", 2.7)]
    _table(document, "lines", [*columns, ("Avere", "credit", 2.7), ("Saldo", "balance", 2.7)])
    _right(document, "Saldo finale: {{ total | euro }}", bold=True)
    columns = [("Documento", "document", 6.0), ("Del", "issued_on", 2.5), ("Scadenza", "due_on", 2.5)]
    _table(document, "parts", [*columns, ("Giorni di ritardo", "days_late", 3.0), ("Aperto", "amount", 3.0)])


def _invoice(document: Any) -> None:
    columns = [("Descrizione", "description", 8.0), ("Q.tà", "quantity", 2.0), ("U.M.", "unit", 1.5)]
    _table(document, "lines", [*columns, ("Prezzo", "unit_price", 2.5), ("Importo", "amount", 3.0)])
    for words, field in (("Imponibile", "taxable"), ("IVA", "tax"), ("Totale", "total")):
        _right(document, f"{words}: {{{{ {field} | euro }}}}", bold=field == "total")
    document.add_paragraph("Copia di cortesia: la fattura valida è quella elettronica.")


def _payment_reminder(document: Any) -> None:
    document.add_paragraph("Oggetto: {{ subject }}")
    document.add_paragraph("{{ text }}")
    columns = [("Documento", "document", 6.0), ("Del", "issued_on", 2.5), ("Scadenza", "due_on", 2.5)]
    _table(document, "parts", [*columns, ("Giorni di ritardo", "days_late", 3.0), ("Aperto", "amount", 3.0)])
    _right(document, "Totale: {{ total | euro }}", bold=True)


def _rma_label(document: Any) -> None:
    document.add_paragraph("{%p for label in labels %}")
    document.add_paragraph("{{ label.code }}").runs[0].bold = True
    document.add_paragraph("{{ label.description }} {{ label.serial }} ({{ label.piece }}/{{ label.pieces }})")
    document.add_paragraph("{{ label.fault }}")
    document.add_paragraph("{%p endfor %}")


def _purchase_order(document: Any) -> None:
    _when(document, "revision", "Revisione {{ revision }}: sostituisce in tutto le precedenti di questo ordine.")
    _when(document, "supplier_reference", "Vs. riferimento: {{ supplier_reference }}")
    _when(document, "subject", "Oggetto: {{ subject }}")
    _when(document, "destination", "Luogo di consegna: {{ destination.name }}, {{ destination.address.street }},")
    _when(document, "destination", "{{ destination.address.postcode }} {{ destination.address.town }}")
    columns = [("Vs. codice", "supplier_code", 2.1), ("Ns. codice", "code", 2.0), ("Descrizione", "description", 3.9)]
    columns += [("Q.tà", "quantity", 1.3), ("U.M.", "unit", 1.2), ("Prezzo", PRICE, 2.0), ("Sc. %", DISCOUNTS, 1.2)]
    _table(document, "lines", [*columns, ("Importo", "amount", 2.0), ("Consegna", WHEN, 2.0)])
    _right(document, "Totale ordine, IVA esclusa: {{ total | euro }}", bold=True)
    _when(document, "payment_terms", "Pagamento: {{ payment_terms }}")
    _when(document, "delivery_terms", "Consegna: {{ delivery_terms }}")
    document.add_paragraph("Vi preghiamo di confermare date e prezzi e di riportare il numero d’ordine sui documenti.")
    _signatures(document, "Per conferma")


def _pick_list(document: Any) -> None:
    _when(document, "van", "Destinazione: {{ van }}")
    _when(document, "not van", "Destinazione: consegna ai clienti con DDT")
    _when(document, "needed_on", "Serve per il {{ needed_on }}")
    columns = [("Magazzino", "warehouse", 2.1), ("Codice", "code", 2.0), ("Articolo", "description", 3.4)]
    columns += [("Matricole, lotti", PIECES, 2.2), ("Per", "reference", 1.9), ("Giacenza", "on_hand", 1.6)]
    _table(document, "lines", [*columns, ("Prelevare", "quantity", 1.7), ("U.M.", "unit", 1.1), ("Prelevato", "", 1.7)])
    document.add_paragraph("Prelevato da ______________________\tControllato da ______________________")


def _pre_invoice(document: Any) -> None:
    _when(document, "asks_payment", "Avviso di pagamento: la fattura è emessa al ricevimento del pagamento.")
    told = (
        "Vi comunichiamo quanto stiamo per fatturarvi e perché. Segnalateci eventuali differenze prima dell’emissione."
    )
    _when(document, "not asks_payment", told)
    _when(
        document, "site", "Luogo della prestazione: {{ site.name }}, {{ site.address.street }}, {{ site.address.town }}"
    )
    _each(document, "reasons")
    columns = [("Descrizione", EXPLAINED, 6.0), ("Q.tà", "quantity", 1.6), ("U.M.", "unit", 1.4)]
    columns += [("Prezzo", "unit_price", 2.2), ("Sc. %", DISCOUNTS, 1.4), ("Importo", "amount", 2.4)]
    _table(document, "lines", [*columns, ("IVA", VAT, 1.9)])
    for words, field in (("Imponibile", "taxable"), ("IVA", "tax"), ("Totale", "total")):
        _right(document, f"{words}: {{{{ {field} | euro }}}}")
    due = "{% if asks_payment %}Da pagare{% else %}Totale previsto{% endif %}: {{ payable | euro }}"
    _right(document, due, bold=True)
    _when(document, "payment_terms", "Pagamento: {{ payment_terms }}")
    _table(document, "due_dates", [("Scadenza", "due_on", 3.0), ("IBAN", "iban", 8.0), ("Importo", "amount", 3.0)])
    document.add_paragraph("Documento non fiscale: non costituisce fattura ai sensi dell’art. 21 DPR 633/1972.")


BODIES: dict[IssuedKind, Callable[[Any], None]] = {
    IssuedKind.QUOTE: _quote,
    IssuedKind.DELIVERY_NOTE: _delivery_note,
    IssuedKind.WORK_REPORT: _work_report,
    IssuedKind.CONTRACT: _contract,
    IssuedKind.ACCOUNT_STATEMENT: _account_statement,
    IssuedKind.INVOICE: _invoice,
    IssuedKind.CREDIT_NOTE: _invoice,
    IssuedKind.PAYMENT_REMINDER: _payment_reminder,
    IssuedKind.RMA_LABEL: _rma_label,
    IssuedKind.PURCHASE_ORDER: _purchase_order,
    IssuedKind.PICK_LIST: _pick_list,
    IssuedKind.PRE_INVOICE: _pre_invoice,
}


def _texts(document: Any) -> None:
    document.add_paragraph("{%p if texts %}")
    for name in ("introduction", "conditions", "payment", "footer"):
        _each(document, f"texts.{name}")
    document.add_paragraph("{%p endif %}")


def _when(document: Any, field: str, text: str) -> None:
    document.add_paragraph(f"{{%p if {field} %}}")
    document.add_paragraph(text)
    document.add_paragraph("{%p endif %}")


def _each(document: Any, field: str) -> None:
    document.add_paragraph(f"{{%p for paragraph in {field} %}}")
    document.add_paragraph("{{ paragraph }}")
    document.add_paragraph("{%p endfor %}")


def _table(document: Any, field: str, columns: Sequence[Column]) -> None:
    """A table with a head, whose middle row comes again for each element."""
    table = document.add_table(rows=4, cols=len(columns), style="Light Grid Accent 1")
    for number, (title, name, wide) in enumerate(columns):
        table.columns[number].width = Cm(wide)  # the cells' own for Word, the column's for every other program
        for row in table.rows:
            row.cells[number].width = Cm(wide)
        table.cell(0, number).text = title
        table.cell(2, number).text = f"{{{{ row.{name} }}}}" if name.replace("_", "").isalpha() else name
        if name in NUMBERS:
            for cell in (table.cell(0, number), table.cell(2, number)):
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    table.cell(1, 0).text = f"{{%tr for row in {field} %}}"
    table.cell(3, 0).text = "{%tr endfor %}"
    document.add_paragraph()


def _right(document: Any, text: str, *, bold: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run(text).bold = bold


def _signatures(document: Any, other: str) -> None:
    document.add_paragraph()
    document.add_paragraph(f"{{{{ issuer.name }}}} ______________________\t{other} ______________________")
