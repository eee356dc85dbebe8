"""Why work, hours and delays cost what they do (motivi di ore, penali, more, offerte e consegne). Amounts are euro."""

from __future__ import annotations

from aggregates.because_sentence import Sentence

WORK: dict[str, Sentence] = {
    # hours drawn from pools (R2.2 to R2.7)
    "pool-work": Sentence(
        "Minutes worked {actual}, counted {charged} (at least {minimum}, in steps of {step}).",
        "Minuti effettivi {actual}, conteggiati {charged} (minimo {minimum}, scatti di {step}).",
    ),
    "pool-ordinary": Sentence(
        "In working hours {minutes} × {factor:number}.", "In orario {minutes} × {factor:number}."
    ),
    "pool-out-of-hours": Sentence(
        "Out of hours {minutes} × {factor:number}.", "Fuori orario {minutes} × {factor:number}."
    ),
    "pool-saturday": Sentence("On Saturday {minutes} × {factor:number}.", "Di sabato {minutes} × {factor:number}."),
    "pool-night": Sentence("At night {minutes} × {factor:number}.", "Di notte {minutes} × {factor:number}."),
    "pool-holiday": Sentence(
        "On a holiday {minutes} × {factor:number}.", "In giorno festivo {minutes} × {factor:number}."
    ),
    "pool-night-holiday": Sentence(
        "In the night of a holiday {minutes} × {factor:number}.", "Di notte festiva {minutes} × {factor:number}."
    ),
    "pool-weighed": Sentence("Weighed {weighed:number}.", "Minuti pesati {weighed:number}."),
    "pool-part": Sentence("From {pool}: {minutes:number}.", "Da {pool}: {minutes:number}."),
    "pool-overdraft": Sentence("On credit: {minutes:number}.", "Allo scoperto: {minutes:number}."),
    "pool-beyond": Sentence("Beyond the pool: {minutes:number}.", "In eccedenza: {minutes:number}."),
    "pool-beyond-rate": Sentence(
        "Beyond the pool: {minutes:number} at {rate:number} euro an hour.",
        "In eccedenza: {minutes:number} a {rate:number} €/h.",
    ),
    "pool-bought": Sentence(
        "{minutes:number} minutes bought on {on} for {price:euro} euro.",
        "{minutes:number} minuti acquistati il {on} per {price:euro} €.",
    ),
    "pool-corrected": Sentence("The work was corrected.", "L'intervento è stato corretto."),
    "pool-not-drawn": Sentence("The call is not to be drawn any more.", "La chiamata non è più da scalare."),
    # penalties (R6.7)
    "penalty-done": Sentence(
        "Due {due_at:moment}, done {done_at:moment}.", "Scadenza {due_at:moment}, fatto {done_at:moment}."
    ),
    "penalty-accrued": Sentence(
        "Due {due_at:moment}, accrued by {until_on}.", "Scadenza {due_at:moment}, maturato al {until_on}."
    ),
    "penalty-hours": Sentence(
        "Late by {minutes} business minutes, hours counted: {units}.",
        "Ritardo di {minutes} minuti lavorativi, ore contate: {units}.",
    ),
    "penalty-days": Sentence(
        "Late by {minutes} business minutes, days counted: {units}.",
        "Ritardo di {minutes} minuti lavorativi, giorni contati: {units}.",
    ),
    "penalty-share": Sentence(
        "{percent:number}% of the fee of {fee:euro} euro from {from_on} to {to_on} = {amount:euro} euro.",
        "{percent:number}% del canone di {fee:euro} euro dal {from_on} al {to_on} = {amount:euro} euro.",
    ),
    "penalty-capped": Sentence(
        "{percent:number}%, the limit, of the fee of {fee:euro} euro from {from_on} to {to_on} = {amount:euro} euro.",
        "{percent:number}%, limite raggiunto, del canone di {fee:euro} euro dal {from_on} al {to_on} = "
        "{amount:euro} euro.",
    ),
    "penalty-rest": Sentence(
        "Given back before {before:euro} euro: {rest:euro} euro remain.",
        "Già riconosciuti {before:euro} euro: restano {rest:euro} euro.",
    ),
    # late payment (R1.11)
    "late-interest": Sentence(
        "{amount:euro} euro for {days} days from {from_on} to {to_on} at {percent:number}%.",
        "{amount:euro} euro per {days} giorni dal {from_on} al {to_on} al {percent:number}%.",
    ),
    "late-recovery": Sentence(
        "{amount:euro} euro for an invoice paid late (art. 6 D.Lgs. 231/2002).",
        "{amount:euro} euro per fattura pagata in ritardo (art. 6 D.Lgs. 231/2002).",
    ),
    # quotes, goods, stamp
    "quote-diagnosis": Sentence("Owed as the quote says.", "Dovuta come indicato nell'offerta."),
    "quote-beyond": Sentence(
        "Work done {performed:euro} euro, quoted {quoted:euro} euro, tolerated up to {limit:euro} euro.",
        "Eseguiti {performed:euro} euro, offerti {quoted:euro} euro, tolleranza fino a {limit:euro} euro.",
    ),
    "goods-sent": Sentence("{reason}, delivery note {number} of {on}.", "{reason}, DDT {number} del {on}."),
    "goods-claim-failed": Sentence("The warranty claim was rejected.", "Richiesta di garanzia respinta."),
    "stamp-duty": Sentence(
        "Stamp duty charged, art. 15 DPR 633/72.", "Addebito dell'imposta di bollo, art. 15 DPR 633/72."
    ),
    # plans of a day
    "plan-unreadable": Sentence(
        "The solver gave an answer that is no plan.", "Il risolutore ha dato una risposta che non è un piano."
    ),
    "plan-died": Sentence("The solver stopped three times.", "Il risolutore si è fermato tre volte."),
}
