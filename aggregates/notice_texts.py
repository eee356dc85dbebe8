"""The texts that we ship (testi predefiniti), in Italian; a company's own come before them."""

from __future__ import annotations

from collections.abc import Mapping

from aggregates.notice_terms import Happening, NoticeText
from aggregates.rules.service_level import Clock

SHIPPED: Mapping[Happening, NoticeText] = {
    Happening.CALL_RECEIVED: NoticeText(
        subject="Chiamata {number}: ricevuta",
        text="Gentile {recipient},\n\nabbiamo ricevuto la chiamata {number} ({customer}, {site}): {fault}.\n"
        "La terremo al corrente.\n\n{company}\n",
    ),
    Happening.MAINTENANCE_ANNOUNCED: NoticeText(
        subject="Manutenzione in programma: {customer}, {site}",
        text="Gentile {recipient},\n\nè in programma una manutenzione presso {site}: {fault}, entro il {by}.\n"
        "Riferimento: chiamata {number}. La contatteremo per l'appuntamento.\n\n{company}\n",
    ),
    Happening.TECHNICIAN_ASSIGNED: NoticeText(
        subject="Chiamata {number}: intervento il {starts}",
        text="Gentile {recipient},\n\nl'intervento per la chiamata {number} ({customer}, {site}: {fault}) "
        "è previsto il {starts} con {technician}.\n\n{company}\n",
    ),
    Happening.APPOINTMENT_PROPOSED: NoticeText(
        subject="Chiamata {number}: appuntamento proposto",
        text="Gentile {recipient},\n\nper la chiamata {number} ({site}: {fault}) proponiamo:\n{times}\n\n"
        "La preghiamo di confermare.\n\n{company}\n",
    ),
    Happening.APPOINTMENT_CONFIRMED: NoticeText(
        subject="Chiamata {number}: appuntamento confermato per il {starts}",
        text="Gentile {recipient},\n\nè confermato l'appuntamento del {starts} con {technician} "
        "per la chiamata {number} ({customer}, {site}: {fault}).\n\n{company}\n",
    ),
    Happening.APPOINTMENT_MOVED: NoticeText(
        subject="Chiamata {number}: appuntamento spostato al {starts}",
        text="Gentile {recipient},\n\nl'intervento per la chiamata {number} ({customer}, {site}: {fault}), "
        "previsto il {previous_starts}, è spostato al {starts} con {technician}.\n\n{company}\n",
    ),
    Happening.TECHNICIAN_DELAYED: NoticeText(
        subject="Chiamata {number}: il tecnico è in ritardo",
        text="Gentile {recipient},\n\nper la chiamata {number} ({customer}, {site}) il tecnico era atteso il "
        "{previous_starts} ed è in ritardo. Nuovo orario: {starts}. Ci scusiamo per l'attesa.\n\n{company}\n",
    ),
    Happening.VISIT_MISSED: NoticeText(
        subject="Chiamata {number}: intervento non avvenuto",
        text="Gentile {recipient},\n\nl'intervento del {starts} per la chiamata {number} ({customer}, {site}) "
        "non ha avuto luogo: {reason}. Va concordato un nuovo appuntamento.\n\n{company}\n",
    ),
    Happening.REPORT_READY: NoticeText(
        subject="Chiamata {number}: rapporto di intervento",
        text="Gentile {recipient},\n\nin allegato il rapporto di intervento della chiamata {number} "
        "({customer}, {site}: {fault}).\n\n{company}\n",
    ),
    Happening.CALL_CLOSED: NoticeText(
        subject="Chiamata {number}: chiusa",
        text="Gentile {recipient},\n\nla chiamata {number} ({customer}, {site}: {fault}) è chiusa.\n"
        "Soluzione: {solution}.\n\n{company}\n",
    ),
    Happening.WORKSHOP_READY: NoticeText(
        subject="Chiamata {number}: pronta per il ritiro",
        text="Gentile {recipient},\n\nla riparazione della chiamata {number} ({fault}) è pronta: "
        "può passare a ritirare.\n\n{company}\n",
    ),
    Happening.ESCALATION: NoticeText(
        subject="Chiamata {number}: {clock} al livello {level}",
        text="Chiamata {number} ({customer}, {site}, {town}): {fault}.\nOrologio: {clock}, livello {level}, "
        "scadenza {due}.\nTecnico: {technician}.\nNota: {note}\n",
    ),
    Happening.VISIT_LOST: NoticeText(
        subject="Chiamata {number}: l'intervento del {starts} non è più suo",
        text="Gentile {recipient},\n\nl'intervento del {starts} per la chiamata {number} ({customer}, {site}: {fault}) "
        "non è più nella sua agenda: {reason}.\n\n{company}\n",
    ),
    Happening.QUOTE_EXPIRING: NoticeText(
        subject="Preventivo {number}: scade il {until}",
        text="Gentile {recipient},\n\nil preventivo {number} ({customer}: {subject}) vale fino al {until} "
        "e non ha ancora avuto risposta.\n\n{company}\n",
    ),
    Happening.GOODS_DUE_BACK: NoticeText(
        subject="Documento di trasporto {number}: rientro entro il {until}",
        text="Gentile {recipient},\n\nla merce consegnata con il documento di trasporto {number} "
        "({customer}, {subject}) deve rientrare entro il {until}.\n\n{company}\n",
    ),
    Happening.GOODS_OVERDUE: NoticeText(
        subject="Documento di trasporto {number}: merce non rientrata",
        text="Gentile {recipient},\n\nla merce consegnata con il documento di trasporto {number} "
        "({customer}, {subject}) doveva rientrare entro il {until} e non è rientrata.\n\n{company}\n",
    ),
    Happening.PARTS_ARRIVED: NoticeText(
        subject="{number}: ricambi arrivati",
        text="Gentile {recipient},\n\nsono arrivati tutti i ricambi attesi per {number} ({customer}, {site}: {fault}), "
        "con l'ordine {order}.\n\n{company}\n",
    ),
    Happening.PURCHASE_ORDER: NoticeText(
        subject="Ordine {number}",
        text="Spettabile {customer},\n\nin allegato il nostro ordine {number}. Vi preghiamo di confermarlo."
        "\n\n{company}\n",
    ),
    Happening.ACCOUNT_STATEMENT: NoticeText(
        subject="Estratto conto {number}",
        text="Gentile {recipient},\n\nin allegato l'estratto conto di {customer}. Se qualcosa non torna, ci scriva."
        "\n\n{company}\n",
    ),
    Happening.PAYMENT_REMINDER: NoticeText(
        subject="Sollecito di pagamento {number}",
        text="Gentile {recipient},\n\nin allegato il sollecito di pagamento {number} per {customer}. "
        "Se il pagamento è già partito, non ne tenga conto.\n\n{company}\n",
    ),
}
"""One text for each happening."""
SHIPPED_ENGLISH: Mapping[Happening, NoticeText] = {
    Happening.ACCOUNT_STATEMENT: NoticeText(
        language="en",
        subject="Statement of account {number}",
        text="Dear {recipient},\n\nplease find attached the statement of account of {customer}. "
        "If anything looks wrong, write to us.\n\n{company}\n",
    ),
    Happening.PAYMENT_REMINDER: NoticeText(
        language="en",
        subject="Payment reminder {number}",
        text="Dear {recipient},\n\nplease find attached payment reminder {number} for {customer}. "
        "If the payment is already on its way, please disregard it.\n\n{company}\n",
    ),
}
"""Papers that customers get are mailed in English, too, where that is their language."""
TO_BE_AGREED = "da definire"
"""What a new time reads that nobody has given yet."""
GIVEN_TO_ANOTHER, CALL_ENDED = "assegnato a un altro tecnico", "la chiamata è chiusa"
"""Why a visit is lost, where nobody gave a reason."""
CLOCKS: Mapping[Clock, str] = {
    Clock.RESPONSE: "presa in carico",
    Clock.ON_SITE: "arrivo sul posto",
    Clock.RESTORE: "ripristino",
    Clock.RESOLVE: "risoluzione",
}
"""What the clocks are called in a notice."""
