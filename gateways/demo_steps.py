"""What happens to a call of the demo's month, as commands (copione): the steps of `examples/demo/visits.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from aggregates import roles
from aggregates.article import article_id
from aggregates.call import Call
from aggregates.call_refusals import ApprovalMissing
from aggregates.call_values import Approver
from aggregates.party import party_id, site_id
from aggregates.serial_item import SerialItem, serial_item_id
from aggregates.technician import technician_id
from aggregates.warehouse import warehouse_id
from examples.demo.company import Company
from examples.demo.machines import reference
from gateways.demo_stage import Stage
from gateways.imports.sheets.calls import OpenCallRow
from gateways.imports.sheets.serial_items import SerialItemRow
from gateways.imports.taking.balances import visit_id_of
from gateways.imports.taking.finding import call_id_of

Step = Mapping[str, Any]
MINUTE = timedelta(minutes=1)
OUTCOMES = {"done": "closed", "to_continue": "to_continue", "quote": "quote", "rma": "to_continue"}
RMA_OUTCOMES = {"repaired": "repaired", "not_repairable": "not_repairable", "no_fault": "no_fault_found"}
FINDINGS = {"repaired": "Guasto riparato in laboratorio", "not_repairable": "Riparazione non conveniente"}
WAITING_PART = "waiting_part"
NUMBERED = frozenset({"quote", "accept-quote", "authorise-rma", "return-rma"})


class PlayedCall:
    """One call of the month: opens it, then plays one step after the other."""

    def __init__(self, stage: Stage, call: Mapping[str, Any]) -> None:
        self.stage, self.call, self.ref = stage, call, str(call["ref"])
        self.call_id = stage.id(f"call/{self.ref}")
        self.quote_id = stage.id(f"quote/{self.ref}")
        self.rma_id = stage.id(f"rma/{self.ref}")
        self.party = party_id(call["customer"])
        self.item_id = serial_item_id(call["serial"]["manufacturer"], call["serial"]["serial_number"])
        self._visit: UUID | None = None
        self._visits = 0
        self._waiting: set[str] = set()
        self._plays: dict[str, Callable[[str, datetime, Step], None]] = {
            "assign": self._assign, "load-van": self._load_van, "report": self._report, "pause": self._pause,
            "resume": self._resume, "quote": self._quote, "accept-quote": self._accept,
            "decline-quote": self._decline, "authorise-rma": self._authorise, "receive-rma": self._receive,
            "decide-rma": self._decide, "return-rma": self._return, "close": self._close, "reopen": self._reopen,
            "cancel": self._cancel,
        }  # fmt: skip

    def open(self) -> None:
        """The customer calls."""
        call = self.call
        self._do(
            "open-call", "open", datetime.fromisoformat(call["opened_at"]), roles.CALL_CENTRE,
            party_id=self.party, site_id=site_id(self.party, call["site"]) if call["site"] else None,
            serial_item_ids=[self.item_id], fault=call["fault"], channel=call["channel"],
            priority=call["priority"], skill=call["skill"],
            caller={"name": call["caller"]} if call["caller"] else None,
        )  # fmt: skip

    def play(self, number: int) -> None:
        """One of its steps."""
        step = self.call["steps"][number]
        self._plays[step["do"]](f"{number}", datetime.fromisoformat(step["at"]), step)

    def takes_number(self, number: int) -> bool:
        """Whether a step makes a document with a number of its own."""
        return self.call["steps"][number]["do"] in NUMBERED

    def _do(self, name: str, key: str, at: datetime, role: str, /, **fields: Any) -> dict[str, Any] | None:
        return self.stage.do(name, f"{self.ref}/{key}", at, role, call_id=self.call_id, **fields)

    def _assign(self, key: str, at: datetime, step: Step) -> None:
        self._visits += 1
        self._visit = self.stage.id(f"visit/{self.ref}/{self._visits}")
        slot = {"starts_at": step["starts_at"], "ends_at": step["ends_at"]}
        self._do("plan-activity", key, at, roles.DISPATCHER, activity_id=self._visit, kind="visit")
        visit = {"activity_id": self._visit, "technician_id": technician_id(step["technician"]), "slot": slot}
        asked = {"call_id": self.call_id, **visit}
        if isinstance(
            self.stage.attempt("assign-technician", f"{self.ref}/{key}", at, roles.DISPATCHER, **asked), ApprovalMissing
        ):
            self._do("approve-chargeable-work", key, at, roles.DISPATCHER, approver=Approver.CUSTOMER)
        self._do("assign-technician", key, at, roles.DISPATCHER, **visit)

    def _load_van(self, key: str, at: datetime, step: Step) -> None:
        self.stage.do(
            "move-stock", f"{self.ref}/{key}", at, roles.WAREHOUSE,
            article_id=article_id(step["article"]), quantity=step["quantity"],
            from_warehouse_id=warehouse_id(step["from"]), to_warehouse_id=warehouse_id(step["to"]),
            for_record_id=self.call_id,
        )  # fmt: skip

    def _report(self, key: str, at: datetime, step: Step) -> None:
        """Arrival, work, parts off the van, meters, report, and a signature or the reason for none."""
        started_at, ended_at = (datetime.fromisoformat(step[name]) for name in ("started_at", "ended_at"))
        if not step["remote"]:
            self._do("record-arrival", key, started_at, roles.TECHNICIAN, activity_id=self._visit)
        self._do(
            "perform-activity", key, ended_at, roles.TECHNICIAN,
            activity_id=self._visit, starts_at=started_at, ends_at=ended_at, text=step["work"],
            mode="phone" if step["remote"] else None, travel_minutes=step["travel_minutes"],
            travel_km=step["km"], serial_item_ids=[self.item_id],
        )  # fmt: skip
        for number, part in enumerate(step["parts"]):
            self._part(f"{key}/part-{number}", ended_at, part)
        for reading in step["readings"]:
            self._reading(f"{key}/{reading['counter']}", ended_at, reading)
        if step["outcome"] == "done":
            self._do("restore-service", key, ended_at, roles.TECHNICIAN)
        declared = {"outcome": OUTCOMES[step["outcome"]], "work_done": step["work"], "activity_ids": [self._visit]}
        made = self._do("report-work", key, at, roles.TECHNICIAN, **declared)
        if made is not None:
            self._sign(key, at, step, made)

    def _part(self, key: str, at: datetime, part: Step) -> None:
        self._do(
            "use-part", key, at, roles.TECHNICIAN,
            article_id=article_id(part["article"]), code=part["article"], quantity=part["quantity"],
            description=self.stage.article_name(part["article"]), warehouse_id=warehouse_id(part["warehouse"]),
            activity_id=self._visit, serial_item_id=self.item_id,
        )  # fmt: skip

    def _reading(self, key: str, at: datetime, reading: Step) -> None:
        value, kind = reading["value"], reading["counter"]
        self._do("note-reading", key, at, roles.TECHNICIAN, serial_item_id=self.item_id, meter=kind, value=value)
        told = {"serial_item_id": self.item_id, "kind": kind, "value": value, "read_at": at}
        self.stage.do("record-reading", f"{self.ref}/{key}", at, roles.TECHNICIAN, **told)

    def _sign(self, key: str, at: datetime, step: Step, made: Mapping[str, Any]) -> None:
        report = {"report_id": made["report_id"], "revision": made["revision"]}
        if "signed_by" not in step:
            reason = step["unsigned_because"]
            self._do("explain-absent-signature", key, at, roles.TECHNICIAN, **report, reason=reason)
            return
        seen = f"{made['report_id']}/{made['revision']}"
        hashes = {name: sha256(f"{name}/{seen}".encode()).hexdigest() for name in ("image_sha256", "document_sha256")}
        self._do("sign-report", key, at, roles.TECHNICIAN, **report, **hashes, signer_name=step["signed_by"])

    def _pause(self, key: str, at: datetime, step: Step) -> None:
        """Waiting for a part stops the clocks only where the contract says so (R6.6); otherwise it is noted."""
        record = self.stage.house.reader.record(self.call_id) if step["reason"] == WAITING_PART else None
        if isinstance(record, Call) and not record.service.waiting_part_pauses:
            self._waiting.add(step["reason"])
            self._do("add-call-note", key, at, roles.DISPATCHER, text="In attesa del ricambio ordinato.")
            return
        self._do("pause-call", key, at, roles.DISPATCHER, reason=step["reason"].replace("_", "-"))

    def _resume(self, key: str, at: datetime, _step: Step) -> None:
        if self._waiting:
            self._waiting.clear()
            self._do("add-call-note", key, at, roles.DISPATCHER, text="Ricambio arrivato.")
            return
        self._do("resume-call", key, at, roles.DISPATCHER)

    def _quote(self, key: str, at: datetime, step: Step) -> None:
        self.stage.settle()
        lines = [{"article_id": article_id(line["article"]), "quantity": line["quantity"]} for line in step["lines"]]
        self._do("quote-call", key, at, roles.SALES, quote_id=self.quote_id, lines=lines)
        self._on_quote("send-quote", key, at)

    def _accept(self, key: str, at: datetime, step: Step) -> None:
        self._on_quote("accept-quote", key, at, revision=0, person={"name": step["by"]}, channel="email")
        self._on_quote("order-quote", key, at + MINUTE, order_id=self.stage.id(f"order/{self.ref}"))

    def _decline(self, key: str, at: datetime, step: Step) -> None:
        self._on_quote("decline-quote", key, at, reason=step["reason"])

    def _on_quote(self, name: str, key: str, at: datetime, **fields: Any) -> None:
        self.stage.do(name, f"{self.ref}/{key}", at, roles.SALES, quote_id=self.quote_id, **fields)

    def _authorise(self, key: str, at: datetime, _step: Step) -> None:
        self.stage.settle()
        row = self.stage.house.reader.row("select number from {call} where call_id = %(id)s", {"id": self.call_id})
        item = self.stage.house.reader.record(self.item_id)
        assert isinstance(item, SerialItem)
        code = item.details.article_code
        goods = {
            "item_id": self.stage.id(f"rma-item/{self.ref}"),
            "description": item.details.product,
            "serial": item.number,
            "serial_item_id": self.item_id,
            "article_id": article_id(code) if code else None,
            "fault": self.call["fault"],
        }
        self.stage.do(
            "request-rma", f"{self.ref}/{key}", at, roles.CALL_CENTRE,
            rma_id=self.rma_id, customer_id=self.party,
            site_id=site_id(self.party, self.call["site"]) if self.call["site"] else None, items=[goods],
            call={"kind": "call", "id": self.call_id, "number": row["number"] if row else None},
        )  # fmt: skip

    def _receive(self, key: str, at: datetime, step: Step) -> None:
        note = {"number": step["customer_note"]["number"], "dated_on": step["customer_note"]["on"]}
        items = [{"item_id": self.stage.id(f"rma-item/{self.ref}")}]
        self._on_rma("receive-rma", key, at, items=items, sender_note=note)

    def _decide(self, key: str, at: datetime, step: Step) -> None:
        item = {"item_id": self.stage.id(f"rma-item/{self.ref}")}
        findings = FINDINGS.get(step["outcome"], "Nessun guasto riscontrato")
        self._on_rma("diagnose-rma-item", key, at, **item, findings=findings)
        self._on_rma("decide-rma-outcome", key, at + MINUTE, **item, outcome=RMA_OUTCOMES[step["outcome"]])

    def _return(self, key: str, at: datetime, _step: Step) -> None:
        self._on_rma("return-rma", key, at, note_id=self.stage.id(f"note/{self.ref}"), transport=TRANSPORT)
        self._on_rma("close-rma", key, at + MINUTE)

    def _on_rma(self, name: str, key: str, at: datetime, **fields: Any) -> None:
        self.stage.do(name, f"{self.ref}/{key}", at, roles.WAREHOUSE, rma_id=self.rma_id, **fields)

    def _close(self, key: str, at: datetime, _step: Step) -> None:
        self._do("close-call", key, at, roles.DISPATCHER)

    def _reopen(self, key: str, at: datetime, step: Step) -> None:
        self._do("reopen-call", key, at, roles.CALL_CENTRE, reason=step["reason"])

    def _cancel(self, key: str, at: datetime, step: Step) -> None:
        self._do("cancel-call", key, at, roles.CALL_CENTRE, reason=step["reason"])


class InheritedCall(PlayedCall):
    """A call that the old program left open, with an appointment: the visit takes place."""

    def __init__(self, stage: Stage, row: OpenCallRow, item: SerialItemRow) -> None:
        assert row.planned_start_at is not None
        assert row.planned_end_at is not None
        report = {
            "do": "report",
            "at": (row.planned_end_at + 10 * MINUTE).isoformat(),
            "started_at": row.planned_start_at.isoformat(),
            "ended_at": row.planned_end_at.isoformat(),
            "travel_minutes": 20,
            "km": "24",
            "remote": False,
            "work": "Verificato il guasto segnalato e rimesso in funzione",
            "parts": [],
            "readings": [],
            "outcome": "done",
            "unsigned_because": "Cliente assente",
        }
        close = {"do": "close", "at": (row.planned_end_at + 12 * MINUTE).isoformat()}
        serial = {"manufacturer": item.manufacturer, "serial_number": item.serial_number}
        call = {
            "ref": row.number, "customer": row.customer_code, "site": row.site_code, "serial": serial,
            "opened_at": row.opened_at.isoformat(), "steps": [report, close],
        }  # fmt: skip
        super().__init__(stage, call)
        self.call_id = call_id_of(row.number)
        self._visit = visit_id_of(self.call_id)

    def open(self) -> None:
        """It is open already."""


def inherited(stage: Stage, company: Company) -> list[PlayedCall]:
    """The calls with an appointment that the company brings with it."""
    items = {reference(item): item for item in company.machines.items}
    return [
        InheritedCall(stage, row, items[row.serial_number])
        for row in company.balances.open_calls
        if row.planned_start_at is not None and row.serial_number is not None
    ]


TRANSPORT = {"carried_by": "sender", "packages": 1, "packaging": "sfuso"}
