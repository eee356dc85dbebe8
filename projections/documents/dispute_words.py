"""What each fact of a dispute is called on paper (fatti in parole): Italian, because a judge reads it."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "call": "Chiamata", "contract": "Contratto", "invoice": "Fattura", "serial-item": "Matricola", "quote": "Offerta",
    "rma": "Reso", "delivery-note": "Documento di trasporto", "workshop-job": "Scheda di officina",
    "issued-document": "Documento emesso", "party": "Cliente", "hour-pool": "Monte ore",
    "pool-sale": "Vendita di ore", "contract-proposal": "Proposta di contratto", "notice": "Messaggio",
    "attachment": "Allegato", "stored-file": "File", "filed-document": "Documento di terzi",
    "word-copy": "Copia Word", "appointment": "Appuntamento", "call-link": "Collegamento tra chiamate",
    "call-notes": "Ricambi in DDT", "checklist": "Lista di controllo", "contractor-work": "Lavoro affidato a terzi",
    "device-conflict": "Conflitto di dispositivo", "expense-claim": "Nota spese", "removed-part": "Parte smontata",
    "signing-link": "Firma a distanza", "quote-link": "Risposta a distanza", "sold-goods": "Merce venduta",
    "stock-item": "Magazzino", "sales-order": "Ordine", "disposal": "Smaltimento",
    "customer-payment": "Incasso", "late-interest-claim": "Interessi di mora", "open-item": "Partita aperta",
    "reminder": "Sollecito", "collection": "Distinta d'incasso", "maintenance-course": "Manutenzione programmata",
    "maintenance-plan": "Piano di manutenzione",
}  # fmt: skip
"""Kinds of records."""

BILLING = {
    "billing-proposed": "messo in proposta di fattura", "billing-released": "tolto dalla proposta di fattura",
    "billing-reopened": "di nuovo da fatturare", "invoiced": "fatturato",
}  # fmt: skip
LINK = {
    "asked": "chiesta per via telematica", "code-made": "codice inviato", "code-wrong": "codice errato",
    "confirmed": "identità confermata dal codice", "used": "data", "revoked": "revocata",
}  # fmt: skip
FACTS: Mapping[str, Mapping[str, str]] = {
    "call": {
        **BILLING,
        "absorbed": "altra chiamata assorbita", "activity-performed": "attività eseguita",
        "activity-planned": "attività pianificata", "arrived": "tecnico arrivato sul posto",
        "booking-added": "altra prenotazione in agenda", "booking-dropped": "prenotazione tolta dall'agenda",
        "booking-moved": "prenotazione spostata", "cancelled": "annullata", "charge-added": "addebito aggiunto",
        "chargeable-work-approved": "lavoro a pagamento approvato dal cliente", "checklist-done": "lista completata",
        "checklist-opened": "lista di controllo aperta", "clocks-started": "avvio degli orologi di servizio",
        "closed": "chiusa", "coverage-decided-again": "copertura decisa di nuovo",
        "escalated": "inoltrata a un livello superiore",
        "expense-noted": "spesa annotata", "found-free": "niente da fatturare",
        "handed-over": "passata a un altro tecnico",
        "identified": "cliente identificato", "items-changed": "macchine cambiate",
        "merged-into": "unita a un'altra chiamata",
        "note-added": "nota aggiunta", "opened": "aperta", "part-planned": "ricambio previsto",
        "part-returned": "ricambio reso", "part-used": "ricambio impiegato", "pause-corrected": "pausa corretta",
        "paused": "orologi in pausa", "priority-changed": "priorità cambiata", "reading-noted": "lettura annotata",
        "reassigned": "riassegnata o spostata", "reopened": "riaperta", "report-signed": "rapporto firmato",
        "restored": "servizio ripristinato", "resumed": "orologi ripresi",
        "service-level-breached": "termine di servizio superato", "service-level-warned": "preavviso di termine",
        "signature-absent": "firma mancante, con motivo", "taken-in-charge": "presa in carico",
        "technician-assigned": "tecnico assegnato", "unassigned": "tolta dall'agenda",
        "work-reported": "rapporto di intervento",
    },
    "contract": {
        "billed-elsewhere": "periodo fatturato altrove", "billed-through-set": "fatturato fino a (ripresa)",
        "billing-parked": "fatturazione sospesa", "blocked": "bloccato", "charge-raised": "addebito",
        "charge-withdrawn": "addebito ritirato", "consumer-reminded": "avviso di rinnovo al consumatore",
        "document-asked": "stampa richiesta", "drafted": "preparato",
        "elsewhere-undone": "fatturazione altrove annullata",
        "ended": "cessato", "fees-adjusted": "canoni adeguati", "fees-proposed": "canone messo in proposta di fattura",
        "fees-released": "canone tolto dalla proposta", "header-changed": "testata cambiata",
        "line-added": "riga aggiunta",
        "line-removed": "riga cessata", "meter-periods-settled": "periodi a contatore conguagliati",
        "notice-received": "disdetta ricevuta", "notice-withdrawn": "disdetta ritirata",
        "overbilled-credited": "eccedenza accreditata", "period-billed": "periodo fatturato",
        "period-credited": "periodo accreditato", "renewed": "rinnovato",
        "serial-replaced": "matricola sostituita", "signed": "firmato",
        "terms-changed": "condizioni cambiate", "took-place-of": "in sostituzione di un altro",
        "unblocked": "sbloccato",
    },
    "invoice": {
        "confirmed": "proposta verificata", "copy-delivered": "copia consegnata",
        "credit-returned": "credito restituito",
        "credit-used": "credito usato", "credited": "stornata da nota di credito", "deducted": "acconto dedotto",
        "deduction-proposed": "deduzione di acconto proposta", "deduction-released": "deduzione tolta",
        "discarded": "proposta scartata", "exchange-outcome-recorded": "esito dello SdI", "held": "trattenuta",
        "hold-lifted": "non più trattenuta", "issued": "emessa", "line-excluded": "riga esclusa",
        "lines-added": "righe aggiunte", "lines-moved": "righe spostate", "payment-recorded": "pagamento registrato",
        "payment-request-withdrawn": "richiesta di pagamento ritirata", "payment-requested": "pagamento richiesto",
        "payment-reversed": "pagamento stornato", "presentation-ended": "presentazione all'incasso finita",
        "presented": "presentata all'incasso", "proposed": "proposta", "refusal-noted": "scarto da trattare",
        "resent": "inviata di nuovo", "statement-issued": "prospetto emesso", "terms-changed": "condizioni cambiate",
        "voided": "annullata dopo lo scarto",
    },
    "serial-item": {
        "details-changed": "dati cambiati", "history-asked": "storia stampata", "meter-added": "contatore aggiunto",
        "meter-replaced": "contatore sostituito", "move-corrected": "spostamento corretto", "moved": "spostata",
        "parent-set": "parte di un'altra", "place-given-back": "posizione ripresa",
        "reading-corrected": "lettura corretta",
        "reading-recorded": "lettura", "registered": "registrata", "replaced": "sostituita",
        "replacement-undone": "sostituzione annullata", "status-changed": "stato cambiato",
        "supplier-warranty-recorded": "garanzia del fornitore", "took-place-of": "in sostituzione di un'altra",
        "warranty-given": "garanzia concessa", "warranty-withdrawn": "garanzia ritirata",
    },
    "quote": {
        **BILLING,
        "accepted": "accettata", "alternative-added": "alternativa aggiunta", "approval-asked": "approvazione chiesta",
        "approval-refused": "approvazione negata", "approved": "approvata", "declined": "rifiutata",
        "drafted": "preparata",
        "expired": "scaduta", "fee-waived": "diagnosi abbuonata", "lines-set": "righe", "ordered": "diventata ordine",
        "revised": "nuova revisione", "sent": "inviata", "texts-set": "testi",
    },
    "rma": {
        "authorised": "autorizzato", "back-from-supplier": "tornato dal fornitore", "brought-in": "portato al banco",
        "cancelled": "annullato", "claim-decided": "reclamo deciso", "closed": "chiuso", "diagnosed": "diagnosticato",
        "diagnosis-fee-proposed": "diagnosi addebitata", "diagnosis-fee-waived": "diagnosi abbuonata",
        "faulty-decided": "pezzo guasto: deciso", "item-charged": "addebitato", "item-credited": "accreditato",
        "item-handed-on": "passato ad altri", "item-identified": "apparecchio identificato",
        "labels-asked": "etichette",
        "loaner-given": "muletto consegnato", "loaner-returned": "muletto reso", "loaner-sold": "muletto venduto",
        "missing-noted": "mancanza annotata", "note-cancelled": "DDT annullato", "outcome-decided": "esito deciso",
        "picked-up": "ritirato", "received": "ricevuto", "replacement-sent": "sostituto inviato",
        "requested": "chiesto",
        "sent-to-supplier": "inviato al fornitore", "shipped": "spedito", "supplier-answered": "risposta del fornitore",
        "worked": "lavorato",
    },
    "workshop-job": {
        "abandoned": "abbandonata", "alert-noted": "avviso", "assigned": "assegnata", "begun": "iniziata",
        "finished": "finita",
        "handed-over": "riconsegnata", "held": "sospesa", "loaner-given": "muletto consegnato",
        "loaner-returned": "muletto reso", "made-ready": "pronta", "promise-changed": "promessa cambiata",
        "stored": "in deposito", "taken-in": "presa in consegna", "taken-up-again": "ripresa",
    },
    "party": {
        "arrears-reported": "insoluti comunicati", "contact-added": "referente", "contact-removed": "referente tolto",
        "converted": "da potenziale a cliente", "customer-linked": "collegato a un cliente",
        "deactivated": "disattivato",
        "identity-changed": "anagrafica cambiata", "reactivated": "riattivato", "registered": "registrato",
        "site-added": "sede", "site-closed": "sede chiusa", "site-reopened": "sede riaperta", "terms-set": "condizioni",
    },
    "delivery-note": {
        **BILLING,
        "cancelled": "annullato", "claim-decided": "reclamo deciso", "goods-kept": "merce trattenuta",
        "goods-returned": "merce resa", "issued": "emesso", "priced": "valorizzato",
        "return-extended": "termine prorogato",
        "return-reminded": "reso sollecitato",
    },
    "hour-pool": {
        "alert-noted": "avviso", "draw-reversed": "prelievo annullato", "hours-drawn": "ore scalate",
        "lot-bought": "ore acquistate", "lot-expired": "ore scadute", "lot-refunded": "ore rimborsate",
        "opened": "aperto",
        "subject-changed": "oggetto cambiato", "terms-set": "condizioni",
    },
    "pool-sale": {**BILLING, "agreed": "concordata", "withdrawn": "ritirata"},
    "contract-proposal": {
        "accepted": "accettata", "became-contract": "diventata contratto", "expired": "scaduta", "goods-told": "merce",
        "made": "preparata", "rejected": "rifiutata", "revised": "nuova revisione", "sent": "inviata",
    },
    "appointment": {
        "begun": "iniziato", "confirmed-by-customer": "confermato dal cliente",
        "confirmed-by-technician": "confermato dal tecnico", "declined": "rifiutato", "missed": "mancato",
        "moved": "spostato", "proposed": "proposto",
    },
    "call-link": {"linked": "stabilito", "removed": "tolto", "restored": "ristabilito"},
    "call-notes": {"begun": "registro iniziato", "note-undone": "DDT annullato", "parts-noted": "messi in DDT"},
    "checklist": {
        "answered": "risposta", "completed": "completata", "dropped": "tolta", "opened": "aperta",
        "taken-up": "ripresa",
    },
    "contractor-work": {
        "accepted": "accettato", "approved": "approvato", "declined": "rifiutato", "offered-again": "offerto di nuovo",
        "offered": "offerto", "withdrawn": "ritirato",
    },
    "signing-link": LINK,
    "quote-link": LINK,
    "notice": {
        "failed": "non recapitato", "given-up": "rinunciato", "lapsed": "decaduto", "sent": "inviato",
        "tried-again": "tentato di nuovo", "undelivered": "tornato indietro", "written": "scritto",
    },
    "late-interest-claim": {**BILLING, "made": "calcolati", "revised": "ricalcolati"},
    "customer-payment": {
        "allocated": "imputato", "allocation-taken-back": "imputazione tolta", "received": "ricevuto",
        "refunded": "rimborsato", "reversed": "stornato",
    },
    "collection": {
        "cancelled": "annullata", "prepared": "preparata", "returned": "insoluto", "sent": "inviata",
        "settled": "incassata",
    },
    "open-item": {
        "corrected": "corretta", "credit-returned": "credito restituito", "credit-used": "credito usato",
        "imported": "ripresa", "payment-recorded": "pagamento", "payment-reversed": "pagamento stornato",
        "presentation-ended": "presentazione finita", "presented": "presentata all'incasso",
    },
    "reminder": {"confirmed": "inviato", "dropped": "scartato", "proposed": "proposto"},
    "filed-document": {"filed": "archiviato", "text-read": "testo letto", "withdrawn": "ritirato"},
    "device-conflict": {"raised": "segnalato", "refused-again": "rifiutato di nuovo", "settled": "risolto"},
    "disposal": {"copy-received": "quarta copia ricevuta", "handed-over": "consegnato", "taken-in": "preso in carico"},
    "attachment": {"attached-again": "di nuovo", "attached": "aggiunto", "detached": "tolto"},
    "stored-file": {"stored": "caricato"},
    "word-copy": {"made": "preparata"},
    "issued-document": {"issued": "archiviato"},
    "removed-part": {"removed": "registrata"},
    "sold-goods": {
        "begun": "registro iniziato", "offered": "offerta", "sale-corrected": "vendita corretta",
        "sale-recorded": "vendita",
    },
    "expense-claim": {
        "approved": "approvata", "begun": "iniziata", "line-noted": "spesa annotata",
        "line-passed-on": "spesa riaddebitata",
        "line-removed": "spesa tolta", "paid": "pagata", "rejected": "respinta", "submitted": "presentata",
    },
    "stock-item": {
        "counted": "contato", "issued": "scarico", "minimum-set": "scorta minima",
        "moved-in": "arrivo da altro magazzino",
        "moved-out": "invio ad altro magazzino", "received": "carico", "reservation-released": "impegno tolto",
        "reserved": "impegno", "returned": "rientro", "shortfall-accepted": "ammanco accettato",
        "stocked": "giacenza iniziale",
        "supply-expected": "arrivo atteso",
    },
    "sales-order": {
        "billing-reopened": "di nuovo da fatturare", "cancelled": "annullato", "delivered": "consegnato",
        "delivery-undone": "consegna annullata", "invoiced": "fatturato", "placed": "ricevuto",
        "quantities-dropped": "quantità tolte",
    },
    "maintenance-plan": {
        "defined": "definito", "ended": "finito", "resumed": "ripreso", "suspended": "sospeso",
        "terms-changed": "condizioni cambiate",
    },
    "maintenance-course": {
        "begun": "iniziata", "occurrence-done": "visita eseguita", "occurrence-generated": "visita generata",
        "occurrence-held": "visita trattenuta", "occurrence-postponed": "visita rinviata",
        "occurrence-reopened": "visita riaperta", "occurrence-returned": "visita restituita",
        "occurrence-skipped": "visita saltata",
    },
}  # fmt: skip
"""By kind of record and name of the fact."""


def told(topic: str) -> str:
    """A fact in words: `Chiamata: aperta`; its topic where it has none."""
    kind, name = topic.split(".")[:2]
    word = FACTS.get(kind, {}).get(name)
    return f"{KINDS[kind]}: {word}" if word else topic
