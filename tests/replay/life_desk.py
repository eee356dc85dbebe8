"""At the call desk (banco chiamate): calls taken in words, identified, handed over, merged, linked; searches kept."""

from __future__ import annotations

from collections.abc import Callable

from tests.replay.living import Life, named


def desk(life: Life) -> None:
    """Two callers about one machine, one of them unknown at first; another machine; a duplicate; a colleague."""
    owner = {"party_id": named("Desio"), "code": "DESIO", "name": "Bar Desio", "role": "prospect"}
    life.do("register-party", "2026-07-20T08:00", **owner)
    for number in ("DSK-1", "DSK-2"):
        item = {"serial_item_id": named(number), "number": number, "owner_id": named("Desio")}
        life.do("register-serial-item", "2026-07-20T08:05", **item, product="Macchina caffè", type="coffee")
    colleague = {"user_id": named("Desk"), "email": "desk@example.it", "name": "Lia Neri", "roles": ["call_centre"]}
    life.do("register-user", "2026-07-20T08:10", **colleague)
    call, other = {"call_id": named("desk call")}, {"call_id": named("desk duplicate")}
    caller = {"name": "Piero, del bar", "phone": "0362 123456"}
    life.do("take-call", "2026-07-20T09:00", **call, caller=caller, said="il bar di Desio?", fault="Non scalda")
    whose = {"party_id": named("Desio"), "serial_item_ids": [named("DSK-1")]}
    life.do("identify-call", "2026-07-20T09:05", **call, **whose)
    life.do("change-call-items", "2026-07-20T09:10", **call, add=[named("DSK-2")], reason="Anche la seconda")
    life.do("change-call-items", "2026-07-20T09:15", **call, remove=[named("DSK-2")], reason="Era spenta")
    life.do("hand-over-call", "2026-07-20T09:20", **call, user_id=named("Desk"), note="Richiamare alle 15")
    again = {"serial_item_ids": [named("DSK-2")], "caller": caller}
    life.do("take-call", "2026-07-20T10:00", **other, **again, fault="Non scalda ancora")
    life.do("add-call-note", "2026-07-20T10:05", **other, note_id=named("desk note"), text="Ha fretta")
    life.do("merge-call", "2026-07-20T10:10", **other, survivor_id=named("desk call"))
    solved = {"call_id": named("desk solved"), "party_id": named("Desio"), "fault": "Come si pulisce?"}
    life.do("take-call", "2026-07-20T11:00", **solved, solved_on_phone="Spiegato", minutes=5)
    link = {"call_id": named("desk solved"), "other_id": named("desk call"), "kind": "follows"}
    for name in ("link-calls", "unlink-calls", "link-calls"):
        life.do(name, "2026-07-20T11:05", **link)
    search = {"search_id": named("desk search"), "view": "call-board", "parameters": {"live": "true"}}
    life.do("save-search", "2026-07-20T12:00", **search, name="Aperte")
    life.do("save-search", "2026-07-20T12:05", **search, name="Chiamate aperte", shared=True)
    gone = {**search, "search_id": named("desk search dropped")}
    life.do("save-search", "2026-07-20T12:10", **gone, name="Di troppo")
    life.do("drop-saved-search", "2026-07-20T12:15", search_id=gone["search_id"])


CHAPTERS: tuple[Callable[[Life], None], ...] = (desk,)
