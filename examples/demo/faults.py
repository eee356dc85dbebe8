"""What customers say is wrong, and what technicians find (guasti), by skill."""

from __future__ import annotations

from random import Random

FAULTS = {
    "fotocopiatori": (
        "Carta inceppata di continuo nel cassetto 2",
        "Righe nere verticali sulle copie",
        "Errore SC542: non scalda",
        "Non stampa dalla rete dopo il cambio del router",
        "Colori sbiaditi, il ciano non esce più",
        "Rumore forte durante l'avvio",
    ),
    "caldaie": (
        "Blocco E01: non parte la fiamma",
        "Perdita d'acqua sotto la caldaia",
        "Acqua calda solo a tratti",
        "Pressione che scende ogni due giorni",
        "Controllo annuale dei fumi",
    ),
    "ascensori": (
        "Fermo al secondo piano con le porte aperte",
        "Rumore metallico in salita",
        "Pulsante del piano terra non risponde",
        "Si ferma qualche centimetro sotto il piano",
    ),
    "macchine caffè": (
        "Il caffè esce freddo",
        "Non macina: spia rossa fissa",
        "Perde acqua dal gruppo",
        "Display spento dopo il temporale",
    ),
    "informatica": (
        "Licenza scaduta, il programma non si apre",
        "Errore durante la stampa del registro IVA",
        "Aggiornamento fallito: «versione non compatibile»",
        "Richiesta di una nuova postazione",
    ),
}
WORKS = (
    "Pulizia e regolazione, prova eseguita con esito positivo",
    "Sostituito il componente guasto, collaudo positivo",
    "Aggiornato il firmware e riavviato",
    "Smontaggio e rimozione del corpo estraneo",
    "Verificato l'impianto: nessuna anomalia riscontrata",
)


def fault_of(random: Random, skill: str) -> str:
    """A fault as a customer words it."""
    return random.choice(FAULTS[skill])
