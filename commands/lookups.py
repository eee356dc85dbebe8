"""What commands may ask of the read models: a protocol, joined to its answers at the composition root."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from aggregates.absence import Commitment
from aggregates.billable import CustomerDue
from aggregates.checklist import FrozenChecklist
from aggregates.commission_agent import CommissionEntry
from aggregates.coverage import CallAbout, Coverage
from aggregates.daily_report import DayReported
from aggregates.desk_answer import DeskAnswer, Named, Opening
from aggregates.erasure import ErasureSubject, HeldKey, HeldPapers, StillNeeded
from aggregates.issued_document import IssuedKind
from aggregates.job import OpenMatter
from aggregates.party import Arrears
from aggregates.rules.account import Account
from aggregates.rules.day_plan_values import PlanProblem, PlanScope
from aggregates.values import Keep, Slot


class Lookups(Protocol):
    """What commands may ask of the read models. Answers may lag behind the log by a moment: use them to find
    ids, and let aggregates, claims and registers hold the rules that must never break."""

    def commitments_of(self, technician_id: UUID, slots: Sequence[Slot]) -> Sequence[Commitment]:
        """What takes a technician's time within some slots: visits to come and approved absences, by time."""

    def is_working(self, technician_id: UUID, at: datetime) -> bool:
        """Whether a technician works at an instant: in their hours, on call or on a visit."""

    def day_plan_problem(self, scope: PlanScope) -> PlanProblem:
        """The question of a day plan: technicians' free time, visits that stay, visits to be placed."""

    def company_id(self) -> UUID | None:
        """The id of the founded company's own stream; None before it was founded."""

    def user_by_email(self, email: str) -> UUID | None:
        """The user with this e-mail address, whatever its capitals."""

    def party_by_code(self, code: str) -> UUID | None:
        """The party with this code, whatever its capitals."""

    def parties_by_tax(self, vat_number: str | None, tax_code: str | None) -> Sequence[UUID]:
        """The parties with this VAT number, or with this tax code where none has the number."""

    def running_contract(
        self, customer_id: UUID, kind: str, determination: str, site_id: UUID | None, on: date
    ) -> UUID | None:
        """The customer's contract of a kind that is active on a day and computes its fee so; the site's own first."""

    def site_by_code(self, party_id: UUID, code: str) -> UUID | None:
        """The party's site with this code, whatever its capitals."""

    def party_of_site(self, site_id: UUID) -> UUID | None:
        """The party that a site belongs to."""

    def technician_by_code(self, code: str) -> UUID | None:
        """The technician with this code, whatever its capitals."""

    def technicians_of_site(self, site_id: UUID, on: date) -> tuple[str | None, Sequence[UUID]]:
        """A site's area and who works there: employees first, then whoever has less planned on that day."""

    def services_beside(self, plan_id: UUID, owner_id: UUID, site_id: UUID | None) -> Sequence[tuple[UUID, UUID]]:
        """The other maintenance plans that may share visits, each with the machines of a place, by their ids."""

    def serial_items_by_number(self, number: str) -> Sequence[UUID]:
        """The items with exactly this serial number, of whatever manufacturer; several makers may share one."""

    def parts_of(self, serial_item_id: UUID) -> Sequence[UUID]:
        """The items that were ever part of one; their own facts say on which days."""

    def named(self, said: str) -> Sequence[Named]:
        """Who and what may be meant by what a caller said, the most like first."""

    def desk_answer(self, about: CallAbout) -> DeskAnswer:
        """The coverage of a call opened on a date, and what else its caller is told; a machine says whose it is."""

    def search_problem(self, view: str, parameters: Mapping[str, str]) -> str | None:
        """Why a list cannot be asked this; None when it can."""

    def coverage_for(self, about: CallAbout) -> Coverage:
        """Who pays for a call, why, and the terms of service that hold for it."""

    def opening_for(self, about: CallAbout) -> Opening:
        """That coverage with what else a call is opened with, in one question; a machine says whose it is and where."""

    def cover_of_serial(
        self, serial_item_id: UUID, item: str, from_on: date, to_on: date, except_id: UUID
    ) -> tuple[str, date, date] | None:
        """Number and days of another contract that covers a serial item on some of these days."""

    def covered_by(self, contract_id: UUID) -> Sequence[tuple[UUID, date, date]]:
        """What a contract covers, from which day to which: serial items, sites or customers."""

    def warehouse_of_kind(self, kind: str) -> UUID | None:
        """The first warehouse of a kind, by code."""

    def van_of(self, technician_id: UUID) -> UUID | None:
        """The warehouse that is a technician's van, the first by code."""

    def open_rma_of_serial(self, serial: str, except_id: UUID) -> str | None:
        """The number of another open return that holds a serial."""

    def calls_that_used(self, article_id: UUID, serial: str) -> Sequence[UUID]:
        """The calls on which a piece of an article was used and did not come back, the newest first."""

    def places_of_piece(self, article_id: UUID, serial: str) -> Sequence[UUID]:
        """The stock items that ever knew a piece; it is in one of them at most."""

    def average_costs(self, article_ids: Sequence[UUID]) -> Mapping[UUID, Decimal]:
        """The weighted average cost of our own stock of articles, euro per unit; those never stocked are left out."""

    def quotes_of_call(self, call_id: UUID) -> Sequence[UUID]:
        """The accepted quotes that charge a call in its place, the first accepted in front; none once cancelled."""

    def articles_to_buy(self, supplier_id: UUID) -> Sequence[UUID]:
        """The articles that miss something somewhere and are bought of a supplier first (R11.5)."""

    def places_of(self, article_id: UUID) -> Sequence[tuple[UUID, bool]]:
        """The main warehouse and others that keep an article, mains first: each with whether it is a van."""

    def hour_pools_of(self, customer_id: UUID) -> Sequence[UUID]:
        """A customer's hour pools, the one whose hours expire first in front."""

    def call_number(self, call_id: UUID) -> str | None:
        """The number people know a call by; None before the board has it."""

    def work_due(self, until: date, customer_id: UUID | None, limit: int) -> Sequence[tuple[str, UUID]]:
        """Kind and id of the closed calls and accepted quotes to bill by a day, of one customer or of all."""

    def open_due_dates(self, customer_id: UUID) -> Sequence[tuple[UUID, int]]:
        """The customer's due dates that are still to be paid and in no batch, the oldest first: record and part."""

    def invoice_of_exchange_file(self, file_name: str) -> UUID | None:
        """The invoice whose electronic file had this name, with or without its signature's ending."""

    def records_paid_late(self, customer_id: UUID, until: date) -> Sequence[UUID]:
        """The customer's invoices and open items that were paid late or are late by a day, the oldest first."""

    def due_dates_to_collect(
        self, method: str, due_by: date, customer_ids: Sequence[UUID] | None, limit: int
    ) -> Sequence[tuple[UUID, int]]:
        """Record and due date of what is open in no batch, by method of payment and day, the oldest first."""

    def mandate_of(self, customer_id: UUID) -> UUID | None:
        """The newest mandate of a customer that is not revoked."""

    def late_due_dates(self, customer_id: UUID, on: date) -> Sequence[tuple[UUID, int]]:
        """Record and due date of what a customer has not paid in time by a day, the oldest first."""

    def account_of(self, customer_id: UUID, from_on: date, to_on: date, currency: str) -> Account:
        """A customer's account over a period, both days included."""

    def open_reminder(self, customer_id: UUID) -> UUID | None:
        """The customer's proposed reminder that nobody confirmed or dropped."""

    def on_account(self, customer_id: UUID) -> Decimal:
        """What stands on a customer's account or is owed to it by credit notes; euro."""

    def arrears_of(self, customer_id: UUID, on: date) -> Arrears | None:
        """What the customer has not paid in time by a day, from the ledger and as reported; None when nothing is."""

    def repeated_lines(self, invoice_id: UUID) -> Sequence[str]:
        """The documents on which lines of a proposal that bill no key stand already: same words, days and amount."""

    def quote_document(self, quote_id: UUID, alternative: str, revision: int) -> str | None:
        """The SHA-256 of the printed document of a sent revision; None until it is printed."""

    def quote_paper(self, quote_id: UUID, alternative: str, revision: int) -> UUID | None:
        """The printed document of a sent revision; None until it is printed."""

    def advances_about(self, record_ids: Sequence[UUID]) -> Sequence[tuple[UUID, UUID]]:
        """Issued advances not wholly deducted on these quotes and contracts: the record's id and the advance's."""

    def contracts_due(self, until: date, customer_id: UUID | None, limit: int) -> Sequence[UUID]:
        """The contracts that have something to bill by a day, of one customer or of all, by customer."""

    def count_customers_due(self, until: date, customer_ids: Sequence[UUID] | None) -> int:
        """How many customers have something to bill by a day, of these or of all."""

    def customers_due_after(
        self, until: date, after: UUID | None, customer_ids: Sequence[UUID] | None, limit: int
    ) -> Sequence[CustomerDue]:
        """The customers with something to bill by a day, by their id, that come after one; of these or of all."""

    def checklist_results_for(self, call_id: UUID) -> Sequence[FrozenChecklist]:
        """The checklists of a call with what was answered, as a work report keeps them."""

    def contracts_after(self, after: UUID | None, limit: int) -> Sequence[UUID]:
        """Signed contracts by their id, after one of them."""

    def text_problems(self, kind: IssuedKind, texts: Sequence[str]) -> Sequence[str] | None:
        """What in texts of a kind of document names no field of it; None for a kind that has no texts."""

    def commissions_of(self, agent_id: UUID, until: date) -> Sequence[CommissionEntry]:
        """What is due to an agent by a day, line by line."""

    def job_matters(self, code: str, on: date) -> Sequence[OpenMatter]:
        """What of a job is not finished on a day: open calls, work and fees not billed."""

    def calls_of_day(self, technician_id: UUID, day: date) -> Sequence[UUID]:
        """The calls that a technician visits on a day, in the order of the visits."""

    def day_of(self, technician_id: UUID, on: date) -> DayReported | None:
        """A technician's day as it may be handed in; None for one who is not known."""

    def dead_letter_state(self, webhook_id: UUID, event_id: UUID) -> str | None:
        """What is to become of a webhook's dead letter: `dead`, `resend` or `discarded`; None where there is none."""

    def count_dead_letters(self, webhook_id: UUID) -> int:
        """How many dead letters of a webhook wait for a decision."""

    def held_keys(self, subject: ErasureSubject) -> Sequence[HeldKey]:
        """The keys that something of a person lies under and that nothing has erased."""

    def held_papers(self, subject: ErasureSubject) -> Sequence[HeldPapers]:
        """Why printed documents and payments of a person are kept, and the day of the last for each reason."""

    def needed_still(self, subject: ErasureSubject, on: date) -> Sequence[tuple[StillNeeded, str]]:
        """What a person's data are still needed for on a day: the reason and the numbers of the records."""

    def warranty_until(self, subject: ErasureSubject) -> date | None:
        """The last day of the longest warranty on what the person owns."""

    def papers_of(
        self, subject: ErasureSubject, keep: Keep, keys: Iterable[UUID]
    ) -> tuple[Sequence[UUID], Sequence[str]]:
        """Printed documents kept for a reason, and the uploaded files (SHA-256) that lie under these keys alone."""
