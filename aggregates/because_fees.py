"""Why a contract bills what it bills (motivi di canoni, copie, conguagli e adeguamenti). Amounts are euro."""

from __future__ import annotations

from aggregates.because_sentence import Sentence

FEES: dict[str, Sentence] = {
    # instalments (R1.2 to R1.7)
    "fee-whole": Sentence(
        "Period {number}, {from_on} to {to_on}: a whole period.", "Periodo {number}, dal {from_on} al {to_on}: intero."
    ),
    "fee-first-full": Sentence(
        "Period {number}, {from_on} to {to_on}: the first period is billed in full.",
        "Periodo {number}, dal {from_on} al {to_on}: il primo periodo si fattura per intero.",
    ),
    "fee-first-full-part": Sentence(
        "Period {number}, {from_on} to {to_on}: {days} of the {whole} days of the first period, billed in full.",
        "Periodo {number}, dal {from_on} al {to_on}: {days} dei {whole} giorni del primo periodo, fatturato intero.",
    ),
    "fee-part-actual": Sentence(
        "Period {number}, {from_on} to {to_on}: {days} of the {whole} days from {nominal_from} to {nominal_to}.",
        "Periodo {number}, dal {from_on} al {to_on}: {days} dei {whole} giorni dal {nominal_from} al {nominal_to}.",
    ),
    "fee-part-30-360": Sentence(
        "Period {number}, {from_on} to {to_on}: {days} of {whole} days, every month having thirty.",
        "Periodo {number}, dal {from_on} al {to_on}: {days} di {whole} giorni, contando mesi di trenta.",
    ),
    "fee-part-365": Sentence(
        "Period {number}, {from_on} to {to_on}: {days} days, a year being 365.",
        "Periodo {number}, dal {from_on} al {to_on}: {days} giorni su un anno di 365.",
    ),
    "fee-part-months": Sentence(
        "Period {number}, {from_on} to {to_on}: {days} of {whole} months.",
        "Periodo {number}, dal {from_on} al {to_on}: {days} di {whole} mesi.",
    ),
    "fee-idle": Sentence(
        "Days left out because the service was blocked: {days}.", "Giorni esclusi per servizio bloccato: {days}."
    ),
    "fee-annual": Sentence("Annual fee {fee:euro} euro.", "Canone annuo {fee:euro} euro."),
    "fee-annual-from": Sentence(
        "Annual fee {fee:euro} euro for the {days} days from {from_on}.",
        "Canone annuo {fee:euro} euro per i {days} giorni dal {from_on}.",
    ),
    "fee-amount-year": Sentence("Amount {amount:euro} euro.", "Importo {amount:euro} euro."),
    "fee-amount-month": Sentence(
        "Billed every month; amount {amount:euro} euro.", "Fatturato ogni mese; importo {amount:euro} euro."
    ),
    "fee-amount": Sentence(
        "Billed every {months} months; amount {amount:euro} euro.",
        "Fatturato ogni {months} mesi; importo {amount:euro} euro.",
    ),
    "fee-advance": Sentence("To be billed in advance on {on}.", "Da fatturare in anticipo il {on}."),
    "fee-arrears": Sentence("To be billed in arrears on {on}.", "Da fatturare in via posticipata il {on}."),
    # what was billed against the terms (R1.12)
    "settle-billed": Sentence(
        "Period {number}, {from_on} to {to_on}: {billed:euro} euro billed.",
        "Periodo {number}, dal {from_on} al {to_on}: fatturati {billed:euro} euro.",
    ),
    "settle-credited": Sentence("Of it credited: {credited:euro} euro.", "Di cui accreditati {credited:euro} euro."),
    "settle-terms": Sentence("By the terms:", "Secondo le condizioni:"),
    "settle-nothing": Sentence("By the terms nothing is owed for it.", "Secondo le condizioni non è dovuto nulla."),
    # copies (R3.1 to R3.9)
    "meter-period": Sentence(
        "Meter period {number}, {from_on} to {to_on}.", "Periodo contatori {number}, dal {from_on} al {to_on}."
    ),
    "meter-periods": Sentence(
        "Meter periods {first} to {last}, {from_on} to {to_on}.",
        "Periodi contatori da {first} a {last}, dal {from_on} al {to_on}.",
    ),
    "meter-minimum": Sentence(
        "Variable sum {sum:euro} euro, missing to the minimum {missing:euro} euro.",
        "Somma variabile {sum:euro} euro, mancano al minimo {missing:euro} euro.",
    ),
    "meter-count": Sentence(
        "{counter}: counted {consumption:number}, included {included:number}, excess {excess:number}.",
        "{counter}: consumo {consumption:number}, incluse {included:number}, eccedenza {excess:number}.",
    ),
    "meter-tier": Sentence(
        "Tier {tier}: {quantity:number} × {unit_price:number} = {amount:euro} euro.",
        "Scaglione {tier}: {quantity:number} × {unit_price:number} = {amount:euro} euro.",
    ),
    "meter-price": Sentence(
        "{quantity:number} × {unit_price:number} = {amount:euro} euro.",
        "{quantity:number} × {unit_price:number} = {amount:euro} euro.",
    ),
    "meter-difference": Sentence(
        "By the readings {rated:euro} euro, billed before {billed:euro} euro, difference {difference:euro} euro.",
        "Secondo le letture {rated:euro} euro, già fatturati {billed:euro} euro, differenza {difference:euro} euro.",
    ),
    "meter-advance": Sentence(
        "{counter}: {volume:number} copies beyond the included ones are billed in advance on {on}; "
        "the readings at the period's end settle them.",
        "{counter}: {volume:number} copie oltre le incluse, fatturate in anticipo il {on}; "
        "si conguagliano con le letture di fine periodo.",
    ),
    "meter-advance-credited": Sentence(
        "What is not made is given back with the settlement.", "Quanto non consumato si restituisce con il conguaglio."
    ),
    "meter-advance-carried": Sentence(
        "What is not made is set off against later periods, and given back when the contract ends.",
        "Quanto non consumato si riporta ai periodi successivi e si restituisce alla fine del contratto.",
    ),
    "meter-advance-lost": Sentence("What is not made is lost.", "Quanto non consumato è perso."),
    "meter-least": Sentence(
        "To the volume agreed in advance {amount:euro} euro are missing; they are owed all the same.",
        "Al volume concordato in anticipo mancano {amount:euro} euro, comunque dovuti.",
    ),
    "meter-carried": Sentence(
        "Of what was billed before, earlier periods left over {amount:euro} euro.",
        "Del già fatturato, {amount:euro} euro sono riportati da periodi precedenti.",
    ),
    "meter-gone": Sentence(
        "Period {number} of {counter} is no longer served: {amount:euro} euro billed are taken back.",
        "Periodo {number} di {counter} non più servito: si restituiscono i {amount:euro} euro fatturati.",
    ),
    "meter-estimated": Sentence("Not read at the end: estimated.", "Fine periodo senza lettura: stima."),
    "meter-use": Sentence(
        "{serial} {meter}: from {opening:number} ({opened_on}) to {closing:number} ({closed_on}), "
        "clicks {clicks:number}.",
        "{serial} {meter}: da {opening:number} ({opened_on}) a {closing:number} ({closed_on}), scatti {clicks:number}.",
    ),
    "meter-weighed": Sentence("Each click weighs {weight:number}.", "Ogni scatto vale {weight:number}."),
    "meter-replaced": Sentence(
        "Meter replaced: taken out at {final:number}, put in at {initial:number}.",
        "Contatore sostituito: tolto a {final:number}, messo a {initial:number}.",
    ),
    "meter-from-start": Sentence("On {on} the meter began.", "Il {on} il contatore è partito."),
    "meter-between": Sentence(
        "The count of {on} lies between two readings.", "Il conteggio del {on} è interpolato fra due letture."
    ),
    "meter-guessed": Sentence("The count of {on} is estimated.", "Il conteggio del {on} è stimato."),
    # invoices that wait (R1.19)
    "payment-requested": Sentence(
        "Payment is asked for by notice {number}; the invoice follows when it is paid.",
        "Pagamento richiesto con l'avviso {number}; la fattura segue al pagamento.",
    ),
    # fees adjusted (R1.20 to R1.22)
    "adjust-percent": Sentence(
        "{old:euro} euro {percent:signed} % = {new:euro} euro.", "{old:euro} euro {percent:signed} % = {new:euro} euro."
    ),
    "adjust-percent-each": Sentence("{percent:signed} % on each line.", "{percent:signed} % su ogni riga."),
    "adjust-amount": Sentence(
        "{amount:signed} euro a year on each line, of {lines}.", "{amount:signed} euro l'anno su ogni riga, di {lines}."
    ),
    "adjust-total": Sentence(
        "New total {total:euro} euro agreed, spread over the lines.",
        "Nuovo totale concordato {total:euro} euro, ripartito sulle righe.",
    ),
    "adjust-index": Sentence(
        "{original:euro} euro × (1 + {share:number} % of the change) = {free:euro} euro.",
        "{original:euro} euro × (1 + {share:number} % della variazione) = {free:euro} euro.",
    ),
    "adjust-index-each": Sentence(
        "{share:number} % of the change, each line by itself.", "{share:number} % della variazione, riga per riga."
    ),
    "adjust-no-decrease": Sentence("No decrease: {new:euro} euro.", "Nessuna diminuzione: {new:euro} euro."),
    "adjust-floor": Sentence(
        "At least {percent:signed} %: {new:euro} euro.", "Almeno {percent:signed} %: {new:euro} euro."
    ),
    "adjust-cap": Sentence(
        "At most {percent:signed} %: {new:euro} euro.", "Al massimo {percent:signed} %: {new:euro} euro."
    ),
    "index-published": Sentence(
        "{series} from {from_month} to {to_month}: {percent:signed} % as published.",
        "{series} da {from_month} a {to_month}: {percent:signed} % come pubblicato.",
    ),
    "index-moved": Sentence(
        "{series} {from_month} {from_value:number} → {to_month} {to_value:number}: {percent:signed} %.",
        "{series} {from_month} {from_value:number} → {to_month} {to_value:number}: {percent:signed} %.",
    ),
    "index-ratio": Sentence(
        "{series} {from_month} {from_value:number} → {to_month} {to_value:number}: {percent:signed} % by ratio.",
        "{series} {from_month} {from_value:number} → {to_month} {to_value:number}: {percent:signed} % a rapporto.",
    ),
    "index-linked": Sentence(
        "Link of base {from_base} to base {to_base}: {coefficient:number}.",
        "Raccordo da base {from_base} a base {to_base}: {coefficient:number}.",
    ),
    "adjust-index-unknown": Sentence(
        "Renewed at the old fee: the index {series} of {month} is not known; to be settled when it is.",
        "Rinnovato al vecchio canone: l'indice {series} di {month} non è noto; da conguagliare quando lo sarà.",
    ),
    "index-unknown": Sentence(
        "The index {series} of {month} is not known.", "L'indice {series} di {month} non è noto."
    ),
    "adjust-unchanged": Sentence(
        "This change was made from that day.", "Questo adeguamento è già stato fatto da quel giorno."
    ),
    "adjust-waits": Sentence(
        "Renewed at the old fee: the renewal of {from_on} still waits for its index; to be settled when it is known.",
        "Rinnovato al vecchio canone: il rinnovo del {from_on} attende ancora il suo indice; da conguagliare poi.",
    ),
}
