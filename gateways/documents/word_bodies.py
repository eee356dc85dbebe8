"""What each kind's Word template to begin with says between its head and its texts (corpo dei modelli di partenza)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.issued_document import IssuedKind
from gateways.documents.word_blocks import DISCOUNTS, PRICE, VAT, each, right, signatures, table, when

EXPLAINED = (
    "{{ row.description }}{% if row.period %}, dal {{ row.period.starts_on }} al {{ row.period.ends_on }}{% endif %}"
    "{% if row.why %} – Perché: {{ row.why }}{% endif %}"
)
WHEN = "{{ row.due_on | default('al più presto') }}"
SERIALS = "{{ row.serials | join(', ') }}"
PIECES = "{{ row.serials | join(', ') }} {{ row.lots | join(', ') }}"


def _quote(document: Any) -> None:
    document.add_paragraph("Revisione {{ revision }}, valida fino al {{ valid_until }}")
    when(document, "subject", "Oggetto: {{ subject }}")
    each(document, "introduction")
    columns = [("Descrizione", "description", 8.0), ("Q.tà", "quantity", 2.0), ("U.M.", "unit", 1.5)]
    table(document, "lines", [*columns, ("Prezzo", "unit_price", 2.5), ("Importo", "amount", 3.0)])
    for words, field in (("Imponibile", "taxable"), ("IVA", "tax"), ("Totale", "total")):
        right(document, f"{words}: {{{{ {field} | euro }}}}", bold=field == "total")
    when(document, "payment_terms", "Pagamento: {{ payment_terms }}")
    each(document, "conditions")
    signatures(document, "Per accettazione, il cliente")


def _delivery_note(document: Any) -> None:
    document.add_paragraph("Causale del trasporto: {{ reason }}")
    when(document, "destination", "Destinazione: {{ destination.name }}, {{ destination.address.street }},")
    when(document, "destination", "{{ destination.address.postcode }} {{ destination.address.town }}")
    columns = [("Codice", "code", 3.0), ("Descrizione", "description", 9.0), ("Q.tà", "quantity", 2.5)]
    table(document, "lines", [*columns, ("U.M.", "unit", 2.0)])
    when(document, "packages", "Colli: {{ packages }}")
    when(document, "packaging", "Aspetto esteriore: {{ packaging }}")
    when(document, "transport_started_at", "Inizio del trasporto: {{ transport_started_at }}")
    when(document, "return_by", "Da restituire entro il {{ return_by }}")
    signatures(document, "Il destinatario")


def _work_report(document: Any) -> None:
    when(document, "call_number", "Chiamata {{ call_number }}")
    when(document, "site", "Sede: {{ site.name }}, {{ site.address.street }}, {{ site.address.town }}")
    when(document, "reported_fault", "Guasto segnalato: {{ reported_fault }}")
    columns = [("Apparecchiatura", "product", 5.0), ("Matricola", "serial", 4.0), ("Lavoro eseguito", "work_done", 8.0)]
    table(document, "items", columns)
    times = [("Tecnico", "technician", 6.0), ("Inizio", "starts_at", 4.0), ("Fine", "ends_at", 4.0)]
    table(document, "stretches", [*times, ("Minuti", "minutes", 3.0)])
    table(document, "parts", [("Ricambio", "description", 11.0), ("Q.tà", "quantity", 3.0), ("U.M.", "unit", 3.0)])
    when(document, "customer_remarks", "Osservazioni: {{ customer_remarks }}")
    when(document, "signature", "Firmato da {{ signature.name }} il {{ signature.signed_at }} {{ signature.image }}")
    when(document, "absence_reason", "Non firmato: {{ absence_reason }}")
    document.add_paragraph("{%p for photo in photos %}")
    document.add_paragraph("{{ photo.image }} {{ photo.caption | default(photo.name) }}")
    document.add_paragraph("{%p endfor %}")


def _contract(document: Any) -> None:
    document.add_paragraph("{{ kind_name }}, dal {{ term.starts_on }} al {{ term.ends_on }}")
    when(document, "subject", "Oggetto: {{ subject }}")
    document.add_paragraph("Rinnovo: {{ renewal }}")
    columns = [("Descrizione", "description", 9.0), ("Q.tà", "quantity", 3.0), ("Canone annuo", "annual_fee", 4.0)]
    table(document, "lines", columns)
    right(document, "Canone annuo totale: {{ annual_total | euro }}", bold=True)
    document.add_paragraph("{{ fee_terms }}")
    document.add_paragraph("Pagamento: {{ payment_terms }}")
    document.add_paragraph("{%p for clause in clauses %}")
    document.add_paragraph("{{ loop.index }}. {{ clause.title }}").runs[0].bold = True
    document.add_paragraph("{{ clause.text }}")
    document.add_paragraph("{%p endfor %}")
    signatures(document, "Il cliente")


def _contract_proposal(document: Any) -> None:
    document.add_paragraph("Revisione {{ revision }}, valida fino al {{ valid_until }}; {{ kind_name }}, {{ sale }}")
    when(document, "joins", "Da unire al contratto {{ joins }}")
    when(document, "subject", "Oggetto: {{ subject }}")
    document.add_paragraph("Durata: {{ term }}. Rinnovo: {{ renewal }}")
    columns = [("Descrizione", "description", 6.5), ("Matricole", SERIALS, 3.5), ("Q.tà", "quantity", 2.0)]
    table(document, "lines", [*columns, ("Canone annuo", "annual_fee", 4.0)])
    right(document, "Canone annuo totale: {{ annual_total | euro }}", bold=True)
    document.add_paragraph("{{ fee_terms }}")
    levels = [("Priorità", "priority", 4.0), ("Risposta", "response", 4.0), ("Sul posto", "on_site", 4.0)]
    table(document, "service_levels", [*levels, ("Ripristino", "restore", 4.0)])
    signatures(document, "Per accettazione, il cliente")
    when(document, "needs_second_signature", "Approvo le clausole onerose (art. 1341 c.c.) ______________________")


def _serial_history(document: Any) -> None:
    document.add_paragraph("{{ item.product }}, matricola {{ item.serial }}").runs[0].bold = True
    document.add_paragraph("Stato: {{ status }}")
    when(document, "manufacturer", "Costruttore: {{ manufacturer }}")
    when(document, "installed_on", "Installata il {{ installed_on }}")
    when(document, "site", "Sede: {{ site.name }}, {{ site.address.street }}, {{ site.address.town }}")
    when(document, "from_on", "Dal {{ from_on }}")
    when(document, "until_on", "Fino al {{ until_on }}")
    table(document, "warranties", [("Garanzia", "kind", 8.0), ("Dal", "starts_on", 4.0), ("Al", "ends_on", 4.0)])
    columns = [("Data", "happened_on", 2.3), ("Che cosa", "kind", 3.0), ("Numero", "number", 2.7)]
    table(document, "entries", [*columns, ("Fatto", "title", 4.5), ("Dettaglio", "detail", 4.5)])


def _account_statement(document: Any) -> None:
    document.add_paragraph("Dal {{ from_on }} al {{ until_on }}, saldo iniziale {{ opening | euro }}")
    columns = [("Data", "moved_on", 2.5), ("Descrizione", "description", 6.5), ("Dare", "debit", 2.7)]
    table(document, "lines", [*columns, ("Avere", "credit", 2.7), ("Saldo", "balance", 2.7)])
    right(document, "Saldo finale: {{ total | euro }}", bold=True)
    columns = [("Documento", "document", 6.0), ("Del", "issued_on", 2.5), ("Scadenza", "due_on", 2.5)]
    table(document, "parts", [*columns, ("Giorni di ritardo", "days_late", 3.0), ("Aperto", "amount", 3.0)])


def _invoice(document: Any) -> None:
    columns = [("Descrizione", "description", 8.0), ("Q.tà", "quantity", 2.0), ("U.M.", "unit", 1.5)]
    table(document, "lines", [*columns, ("Prezzo", "unit_price", 2.5), ("Importo", "amount", 3.0)])
    for words, field in (("Imponibile", "taxable"), ("IVA", "tax"), ("Totale", "total")):
        right(document, f"{words}: {{{{ {field} | euro }}}}", bold=field == "total")
    document.add_paragraph("Copia di cortesia: la fattura valida è quella elettronica.")


def _payment_reminder(document: Any) -> None:
    document.add_paragraph("Oggetto: {{ subject }}")
    document.add_paragraph("{{ text }}")
    columns = [("Documento", "document", 6.0), ("Del", "issued_on", 2.5), ("Scadenza", "due_on", 2.5)]
    table(document, "parts", [*columns, ("Giorni di ritardo", "days_late", 3.0), ("Aperto", "amount", 3.0)])
    right(document, "Totale: {{ total | euro }}", bold=True)


def _rma_label(document: Any) -> None:
    document.add_paragraph("{%p for label in labels %}")
    document.add_paragraph("{{ label.code }}").runs[0].bold = True
    document.add_paragraph("{{ label.description }} {{ label.serial }} ({{ label.piece }}/{{ label.pieces }})")
    document.add_paragraph("{{ label.fault }}")
    document.add_paragraph("{%p endfor %}")


def _purchase_order(document: Any) -> None:
    when(document, "revision", "Revisione {{ revision }}: sostituisce in tutto le precedenti di questo ordine.")
    when(document, "supplier_reference", "Vs. riferimento: {{ supplier_reference }}")
    when(document, "subject", "Oggetto: {{ subject }}")
    when(document, "destination", "Luogo di consegna: {{ destination.name }}, {{ destination.address.street }},")
    when(document, "destination", "{{ destination.address.postcode }} {{ destination.address.town }}")
    columns = [("Vs. codice", "supplier_code", 2.1), ("Ns. codice", "code", 2.0), ("Descrizione", "description", 3.9)]
    columns += [("Q.tà", "quantity", 1.3), ("U.M.", "unit", 1.2), ("Prezzo", PRICE, 2.0), ("Sc. %", DISCOUNTS, 1.2)]
    table(document, "lines", [*columns, ("Importo", "amount", 2.0), ("Consegna", WHEN, 2.0)])
    right(document, "Totale ordine, IVA esclusa: {{ total | euro }}", bold=True)
    when(document, "payment_terms", "Pagamento: {{ payment_terms }}")
    when(document, "delivery_terms", "Consegna: {{ delivery_terms }}")
    document.add_paragraph("Vi preghiamo di confermare date e prezzi e di riportare il numero d’ordine sui documenti.")
    signatures(document, "Per conferma")


def _pick_list(document: Any) -> None:
    when(document, "van", "Destinazione: {{ van }}")
    when(document, "not van", "Destinazione: consegna ai clienti con DDT")
    when(document, "needed_on", "Serve per il {{ needed_on }}")
    columns = [("Magazzino", "warehouse", 2.1), ("Codice", "code", 2.0), ("Articolo", "description", 3.4)]
    columns += [("Matricole, lotti", PIECES, 2.2), ("Per", "reference", 1.9), ("Giacenza", "on_hand", 1.6)]
    table(document, "lines", [*columns, ("Prelevare", "quantity", 1.7), ("U.M.", "unit", 1.1), ("Prelevato", "", 1.7)])
    document.add_paragraph("Prelevato da ______________________\tControllato da ______________________")


def _pre_invoice(document: Any) -> None:
    when(document, "asks_payment", "Avviso di pagamento: la fattura è emessa al ricevimento del pagamento.")
    told = (
        "Vi comunichiamo quanto stiamo per fatturarvi e perché. Segnalateci eventuali differenze prima dell’emissione."
    )
    when(document, "not asks_payment", told)
    when(
        document, "site", "Luogo della prestazione: {{ site.name }}, {{ site.address.street }}, {{ site.address.town }}"
    )
    each(document, "reasons")
    columns = [("Descrizione", EXPLAINED, 6.0), ("Q.tà", "quantity", 1.6), ("U.M.", "unit", 1.4)]
    columns += [("Prezzo", "unit_price", 2.2), ("Sc. %", DISCOUNTS, 1.4), ("Importo", "amount", 2.4)]
    table(document, "lines", [*columns, ("IVA", VAT, 1.9)])
    for words, field in (("Imponibile", "taxable"), ("IVA", "tax"), ("Totale", "total")):
        right(document, f"{words}: {{{{ {field} | euro }}}}")
    due = "{% if asks_payment %}Da pagare{% else %}Totale previsto{% endif %}: {{ payable | euro }}"
    right(document, due, bold=True)
    when(document, "payment_terms", "Pagamento: {{ payment_terms }}")
    table(document, "due_dates", [("Scadenza", "due_on", 3.0), ("IBAN", "iban", 8.0), ("Importo", "amount", 3.0)])
    document.add_paragraph("Documento non fiscale: non costituisce fattura ai sensi dell’art. 21 DPR 633/1972.")


BODIES: dict[IssuedKind, Callable[[Any], None]] = {
    IssuedKind.QUOTE: _quote,
    IssuedKind.DELIVERY_NOTE: _delivery_note,
    IssuedKind.WORK_REPORT: _work_report,
    IssuedKind.CONTRACT: _contract,
    IssuedKind.CONTRACT_PROPOSAL: _contract_proposal,
    IssuedKind.SERIAL_HISTORY: _serial_history,
    IssuedKind.ACCOUNT_STATEMENT: _account_statement,
    IssuedKind.INVOICE: _invoice,
    IssuedKind.CREDIT_NOTE: _invoice,
    IssuedKind.PAYMENT_REMINDER: _payment_reminder,
    IssuedKind.RMA_LABEL: _rma_label,
    IssuedKind.PURCHASE_ORDER: _purchase_order,
    IssuedKind.PICK_LIST: _pick_list,
    IssuedKind.PRE_INVOICE: _pre_invoice,
}
