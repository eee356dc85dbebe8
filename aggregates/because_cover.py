"""Why work is covered or charged, and why a technician is proposed (motivi di copertura e di assegnazione)."""

from __future__ import annotations

from aggregates.because_sentence import Sentence

COVER: dict[str, Sentence] = {
    "no-cover": Sentence(
        "No contract or warranty covers this: it is charged.",
        "Nessun contratto o garanzia in vigore: a pagamento.",
    ),
    "legal-warranty": Sentence(
        "Under legal warranty until {ends_on}{proof}.", "In garanzia legale fino al {ends_on}{proof}."
    ),
    "legal-warranty-appeared": Sentence(
        "Under legal warranty: the defect appeared on {appeared_on}, by {ends_on}, and is claimed by {until}{proof}.",
        "In garanzia legale: il difetto si è manifestato il {appeared_on}, entro il {ends_on}, ed è denunciato entro "
        "il {until}{proof}.",
    ),
    "warranty-claimed-late": Sentence(
        "Charged: the defect appeared on {appeared_on}, under the warranty until {ends_on}, and is claimed after "
        "{until}.",
        "Il difetto si è manifestato il {appeared_on}, nella garanzia fino al {ends_on}, ma è denunciato dopo il "
        "{until}: a pagamento.",
    ),
    "warranty-appearance-unknown": Sentence(
        "Charged: the legal warranty ended on {ends_on}. A defect that appeared by then can be claimed until {until}; "
        "say when it appeared.",
        "A pagamento: la garanzia legale è finita il {ends_on}. Un difetto manifestatosi entro quel giorno si può "
        "denunciare fino al {until}; indicare quando si è manifestato.",
    ),
    "repair-warranty": Sentence(
        "Under the warranty of a repair until {ends_on}{proof}.", "In garanzia di riparazione fino al {ends_on}{proof}."
    ),
    "part-warranty": Sentence(
        "Part {article} is under warranty until {ends_on}{proof}.",
        "Ricambio {article} in garanzia fino al {ends_on}{proof}.",
    ),
    "manufacturer-warranty": Sentence(
        "Under the manufacturer's warranty until {ends_on}{proof}.",
        "In garanzia del costruttore fino al {ends_on}{proof}.",
    ),
    "extended-warranty": Sentence(
        "Under extended warranty until {ends_on}{proof}.", "In estensione di garanzia fino al {ends_on}{proof}."
    ),
    "contract": Sentence(
        "Covered by contract {number} until {ends_on}.", "Coperto dal contratto {number} fino al {ends_on}."
    ),
    "contract-prices": Sentence(
        "Contract {number} covers no cost of calls: it is charged at the contract's prices.",
        "Il contratto {number} non copre costi di intervento: a pagamento ai prezzi del contratto.",
    ),
    "hour-pool": Sentence("Taken from hour pool {pool}.", "Scalato dal monte ore {pool}."),
    "not-in-warranty": Sentence(
        "The warranty until {ends_on} does not include this: it is charged.",
        "Voce non compresa nella garanzia fino al {ends_on}: a pagamento.",
    ),
    "not-in-contract": Sentence(
        "Contract {number} does not include this: it is charged.",
        "Voce non compresa nel contratto {number}: a pagamento.",
    ),
    "not-in-pool": Sentence(
        "Hour pool {pool} does not include this: it is charged.",
        "Voce non compresa nel monte ore {pool}: a pagamento.",
    ),
    "charge-by-hand": Sentence("A charge of its own: it is paid.", "Addebito a sé: a pagamento."),
    "hours-drawn": Sentence("Taken from the customer's hour pool.", "Scalato dal monte ore del cliente."),
    "pool-overage": Sentence("Hours beyond those left in the hour pool.", "Ore oltre la disponibilità del monte ore."),
    "blocked-arrears": Sentence(
        "Contract {number} is blocked for arrears: the call is charged and needs approval.",
        "Contratto {number} bloccato per insoluti: a pagamento, serve l'approvazione.",
    ),
    "blocked-expired": Sentence(
        "Contract {number} is blocked because it expired: the call is charged and needs approval.",
        "Contratto {number} bloccato perché scaduto: a pagamento, serve l'approvazione.",
    ),
    "blocked-manual": Sentence(
        "Contract {number} is blocked: the call is charged and needs approval.",
        "Contratto {number} bloccato: a pagamento, serve l'approvazione.",
    ),
    "customer-arrears": Sentence(
        "The customer owes {overdue:euro} euro, due since {oldest_due_on}: the call is charged and needs approval.",
        "Il cliente deve {overdue:euro} euro, scaduti dal {oldest_due_on}: a pagamento, serve l'approvazione.",
    ),
    "unfounded": Sentence(
        "The call was unfounded: it is charged whatever covers it.",
        "Intervento a vuoto: a pagamento qualunque sia la copertura.",
    ),
    "no_fault": Sentence(
        "No fault was found: it is charged whatever covers it.",
        "Nessun guasto riscontrato: a pagamento qualunque sia la copertura.",
    ),
    "abuse": Sentence(
        "The fault comes from misuse: it is charged whatever covers it.",
        "Guasto per uso improprio: a pagamento qualunque sia la copertura.",
    ),
    "rank-on-time": Sentence(
        "On site {minutes} minutes before the service level is due.",
        "Sul posto {minutes} minuti prima della scadenza SLA.",
    ),
    "rank-late": Sentence(
        "On site {minutes} minutes after the service level is due.",
        "Sul posto {minutes} minuti dopo la scadenza SLA.",
    ),
    "rank-travel": Sentence("{minutes} minutes of travel.", "{minutes} minuti di viaggio."),
    "rank-travel-unknown": Sentence(
        "The site has no coordinates: {minutes} minutes of travel are assumed.",
        "Sede senza coordinate: si assumono {minutes} minuti di viaggio.",
    ),
    "rank-onward": Sentence(
        "{minutes} minutes of travel to the visit after it.",
        "{minutes} minuti di viaggio verso l'intervento successivo.",
    ),
    "rank-skill": Sentence("Skill {skill} at level {level}.", "Competenza {skill} di livello {level}."),
    "rank-area": Sentence("Works in the area {area}.", "Lavora nella zona {area}."),
    "rank-usual": Sentence("The customer's usual technician.", "Tecnico abituale del cliente."),
    "rank-parts": Sentence(
        "{there} of {wanted} planned parts are in the van.", "{there} dei {wanted} ricambi previsti sono sul furgone."
    ),
    "rank-load": Sentence(
        "{minutes} minutes are planned on that day already.", "{minutes} minuti già pianificati in quel giorno."
    ),
    "rank-on-call": Sentence("Outside working hours, on call.", "Fuori orario, in reperibilità."),
    "rank-contractor": Sentence("A contractor, who costs more.", "Terzista, costa di più."),
    "goes-no-area": Sentence(
        "The site has no area and no usual technician can be named: plan the visit by hand.",
        "La sede non ha una zona e non c'è un tecnico abituale: pianificare a mano.",
    ),
    "goes-no-usual": Sentence(
        "The contract names no usual technician: plan the visit by hand.",
        "Il contratto non indica un tecnico abituale: pianificare a mano.",
    ),
    "goes-nobody": Sentence(
        "No technician works in the area {area}: plan the visit by hand.",
        "Nessun tecnico lavora nella zona {area}: pianificare a mano.",
    ),
    "goes-no-skill": Sentence(
        "Nobody who could be sent has the skill {skill} on {on}: plan the visit by hand.",
        "Nessuno dei tecnici possibili ha la competenza {skill} il {on}: pianificare a mano.",
    ),
    "goes-nobody-free": Sentence(
        "Nobody who could be sent is free at that time on {on}: plan the visit by hand.",
        "Nessuno dei tecnici possibili è libero a quell'ora il {on}: pianificare a mano.",
    ),
    "out-skill": Sentence("Lacks the skill {skill}.", "Non ha la competenza {skill}."),
    "out-level": Sentence(
        "Has {skill} at level {level}; level {least} is needed.",
        "Ha {skill} di livello {level}; serve il livello {least}.",
    ),
    "out-certificate": Sentence(
        "The certificate of {skill} holds until {until} only.", "Il patentino di {skill} vale solo fino al {until}."
    ),
    "out-instrument": Sentence("Has no instrument {instrument}.", "Non ha lo strumento {instrument}."),
    "out-calibration": Sentence(
        "The calibration of the instrument {instrument} ended on {until}.",
        "La taratura dello strumento {instrument} è scaduta il {until}.",
    ),
    "out-never-calibrated": Sentence(
        "The instrument {instrument} was never calibrated.", "Lo strumento {instrument} non è mai stato tarato."
    ),
    "out-not-working": Sentence(
        "Neither works nor is on call in that time.", "In quel periodo non lavora e non è reperibile."
    ),
    "out-absent": Sentence("Is absent in that time.", "È assente in quel periodo."),
    "out-no-time": Sentence(
        "Has no free time of {minutes} minutes with the way there.",
        "Non ha {minutes} minuti liberi con il viaggio.",
    ),
}
