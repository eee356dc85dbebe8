"""Answers the commands' questions from the read models (see `commands.base.Lookups`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
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
from projections import (
    accruals,
    billing_runs,
    company,
    dunning,
    installed_base,
    parties,
    purchase_proposals,
    quote_views,
    rma_views,
    technicians,
    users,
    webhooks,
)
from projections.account_statement import account_of
from projections.arrears import arrears_of
from projections.base import Reader
from projections.billing_due import contracts_due
from projections.checklists import checklist_results_for
from projections.collections import due_dates_to_collect, mandate_of
from projections.commissions import commissions_of
from projections.commitments import commitments_of
from projections.contract_coverage import cover_of_serial, covered_by
from projections.coverage import coverage_for
from projections.day_plan_problem import day_plan_problem
from projections.day_reported import day_of
from projections.desk_answers import desk_answer
from projections.document_templates import text_problems
from projections.due_ledger_views import open_due_dates
from projections.exchange_outcomes import invoice_of_exchange_file
from projections.hour_pool_views import hour_pools_of
from projections.intake import named
from projections.invoice_advances import advances_about
from projections.invoice_checks import repeated_lines
from projections.late_interest import records_paid_late
from projections.maintenance_due import services_beside
from projections.mart_jobs import job_matters
from projections.opening import opening_for
from projections.person_holdings import held_keys, held_papers, needed_still, papers_of, warranty_until
from projections.pick_lists import calls_of_day
from projections.positions import is_working
from projections.quote_links import quote_document
from projections.sale_lookups import parties_by_tax, running_contract
from projections.saved_searches import search_problem
from projections.stock_ledgers import places_of_piece
from projections.stock_pieces import calls_that_used
from projections.stock_views import average_costs, van_of, warehouse_of_kind
from projections.technician_areas import technicians_of_site
from projections.work_due import quotes_of_call, work_due


class ReadModelLookups:
    """Lookups over a company's read models."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._company_id: UUID | None = None

    def is_working(self, technician_id: UUID, at: datetime) -> bool:
        """See `Lookups.is_working`."""
        return is_working(self._reader, technician_id, at)

    def company_id(self) -> UUID | None:
        """See `Lookups.company_id`; a company keeps its id."""
        if self._company_id is None:
            self._company_id = company.company_id(self._reader)
        return self._company_id

    def commitments_of(self, technician_id: UUID, slots: Sequence[Slot]) -> Sequence[Commitment]:
        """See `Lookups.commitments_of`."""
        return commitments_of(self._reader, technician_id, slots)

    def day_plan_problem(self, scope: PlanScope) -> PlanProblem:
        """See `Lookups.day_plan_problem`."""
        return day_plan_problem(self._reader, scope)

    def user_by_email(self, email: str) -> UUID | None:
        """See `Lookups.user_by_email`."""
        return users.user_by_email(self._reader, email)

    def party_by_code(self, code: str) -> UUID | None:
        """See `Lookups.party_by_code`."""
        return parties.party_by_code(self._reader, code)

    def parties_by_tax(self, vat_number: str | None, tax_code: str | None) -> Sequence[UUID]:
        """See `Lookups.parties_by_tax`."""
        return parties_by_tax(self._reader, vat_number, tax_code)

    def running_contract(
        self, customer_id: UUID, kind: str, determination: str, site_id: UUID | None, on: date
    ) -> UUID | None:
        """See `Lookups.running_contract`."""
        return running_contract(self._reader, customer_id, kind, determination, site_id, on)

    def site_by_code(self, party_id: UUID, code: str) -> UUID | None:
        """See `Lookups.site_by_code`."""
        return parties.site_by_code(self._reader, party_id, code)

    def party_of_site(self, site_id: UUID) -> UUID | None:
        """See `Lookups.party_of_site`."""
        return parties.party_of_site(self._reader, site_id)

    def technician_by_code(self, code: str) -> UUID | None:
        """See `Lookups.technician_by_code`."""
        return technicians.technician_by_code(self._reader, code)

    def technicians_of_site(self, site_id: UUID, on: date) -> tuple[str | None, Sequence[UUID]]:
        """See `Lookups.technicians_of_site`."""
        return technicians_of_site(self._reader, site_id, on)

    def services_beside(self, plan_id: UUID, owner_id: UUID, site_id: UUID | None) -> Sequence[tuple[UUID, UUID]]:
        """See `Lookups.services_beside`."""
        return services_beside(self._reader, plan_id, owner_id, site_id)

    def serial_items_by_number(self, number: str) -> Sequence[UUID]:
        """See `Lookups.serial_items_by_number`."""
        return installed_base.serial_items_by_number(self._reader, number)

    def parts_of(self, serial_item_id: UUID) -> Sequence[UUID]:
        """See `Lookups.parts_of`."""
        return installed_base.parts_of(self._reader, serial_item_id)

    def cover_of_serial(
        self, serial_item_id: UUID, item: str, from_on: date, to_on: date, except_id: UUID
    ) -> tuple[str, date, date] | None:
        """See `Lookups.cover_of_serial`."""
        return cover_of_serial(self._reader, serial_item_id, item, from_on, to_on, except_id)

    def covered_by(self, contract_id: UUID) -> Sequence[tuple[UUID, date, date]]:
        """See `Lookups.covered_by`."""
        return covered_by(self._reader, contract_id)

    def warehouse_of_kind(self, kind: str) -> UUID | None:
        """See `Lookups.warehouse_of_kind`."""
        return warehouse_of_kind(self._reader, kind)

    def van_of(self, technician_id: UUID) -> UUID | None:
        """See `Lookups.van_of`."""
        return van_of(self._reader, technician_id)

    def open_rma_of_serial(self, serial: str, except_id: UUID) -> str | None:
        """See `Lookups.open_rma_of_serial`."""
        return rma_views.open_rma_of_serial(self._reader, serial, except_id)

    def commissions_of(self, agent_id: UUID, until: date) -> Sequence[CommissionEntry]:
        """See `Lookups`."""
        return commissions_of(self._reader, agent_id, until)

    def job_matters(self, code: str, on: date) -> Sequence[OpenMatter]:
        """See `Lookups`."""
        return job_matters(self._reader, code, on)

    def calls_of_day(self, technician_id: UUID, day: date) -> Sequence[UUID]:
        """See `Lookups.calls_of_day`."""
        return calls_of_day(self._reader, technician_id, day)

    def calls_that_used(self, article_id: UUID, serial: str) -> Sequence[UUID]:
        """See `Lookups.calls_that_used`."""
        return calls_that_used(self._reader, article_id, serial)

    def places_of_piece(self, article_id: UUID, serial: str) -> Sequence[UUID]:
        """See `Lookups.places_of_piece`."""
        return places_of_piece(self._reader, article_id, serial)

    def average_costs(self, article_ids: Sequence[UUID]) -> Mapping[UUID, Decimal]:
        """See `Lookups.average_costs`."""
        return average_costs(self._reader, article_ids)

    def quotes_of_call(self, call_id: UUID) -> Sequence[UUID]:
        """See `Lookups.quotes_of_call`."""
        return quotes_of_call(self._reader, call_id)

    def articles_to_buy(self, supplier_id: UUID) -> Sequence[UUID]:
        """See `Lookups.articles_to_buy`."""
        return purchase_proposals.articles_to_buy(self._reader, supplier_id)

    def places_of(self, article_id: UUID) -> Sequence[tuple[UUID, bool]]:
        """See `Lookups.places_of`."""
        return purchase_proposals.places_of(self._reader, article_id)

    def hour_pools_of(self, customer_id: UUID) -> Sequence[UUID]:
        """See `Lookups.hour_pools_of`."""
        return hour_pools_of(self._reader, customer_id)

    def call_number(self, call_id: UUID) -> str | None:
        """See `Lookups.call_number`."""
        return quote_views.call_number(self._reader, call_id)

    def named(self, said: str) -> Sequence[Named]:
        """See `Lookups.named`."""
        return named(self._reader, said)

    def desk_answer(self, about: CallAbout) -> DeskAnswer:
        """See `Lookups.desk_answer`."""
        return desk_answer(self._reader, about)

    def search_problem(self, view: str, parameters: Mapping[str, str]) -> str | None:
        """See `Lookups.search_problem`."""
        return search_problem(view, parameters)

    def coverage_for(self, about: CallAbout) -> Coverage:
        """See `Lookups.coverage_for`."""
        return coverage_for(self._reader, about)

    def opening_for(self, about: CallAbout) -> Opening:
        """See `Lookups.opening_for`."""
        return opening_for(self._reader, about)

    def work_due(self, until: date, customer_id: UUID | None, limit: int) -> Sequence[tuple[str, UUID]]:
        """See `Lookups.work_due`."""
        return work_due(self._reader, until, customer_id, limit)

    def open_due_dates(self, customer_id: UUID) -> Sequence[tuple[UUID, int]]:
        """See `Lookups.open_due_dates`."""
        return open_due_dates(self._reader, customer_id)

    def invoice_of_exchange_file(self, file_name: str) -> UUID | None:
        """See `Lookups.invoice_of_exchange_file`."""
        return invoice_of_exchange_file(self._reader, file_name)

    def records_paid_late(self, customer_id: UUID, until: date) -> Sequence[UUID]:
        """See `Lookups.records_paid_late`."""
        return records_paid_late(self._reader, customer_id, until)

    def due_dates_to_collect(
        self, method: str, due_by: date, customer_ids: Sequence[UUID] | None, limit: int
    ) -> Sequence[tuple[UUID, int]]:
        """See `Lookups.due_dates_to_collect`."""
        return due_dates_to_collect(self._reader, method, due_by, customer_ids, limit)

    def mandate_of(self, customer_id: UUID) -> UUID | None:
        """See `Lookups.mandate_of`."""
        return mandate_of(self._reader, customer_id)

    def late_due_dates(self, customer_id: UUID, on: date) -> Sequence[tuple[UUID, int]]:
        """See `Lookups.late_due_dates`."""
        return dunning.late_due_dates(self._reader, customer_id, on)

    def account_of(self, customer_id: UUID, from_on: date, to_on: date, currency: str) -> Account:
        """See `Lookups.account_of`."""
        return account_of(self._reader, customer_id, from_on, to_on, currency)

    def open_reminder(self, customer_id: UUID) -> UUID | None:
        """See `Lookups.open_reminder`."""
        return dunning.open_reminder(self._reader, customer_id)

    def on_account(self, customer_id: UUID) -> Decimal:
        """See `Lookups.on_account`."""
        return dunning.on_account(self._reader, customer_id)

    def arrears_of(self, customer_id: UUID, on: date) -> Arrears | None:
        """See `Lookups.arrears_of`."""
        return arrears_of(self._reader, customer_id, on)

    def repeated_lines(self, invoice_id: UUID) -> Sequence[str]:
        """See `Lookups.repeated_lines`."""
        return repeated_lines(self._reader, invoice_id)

    def quote_document(self, quote_id: UUID, alternative: str, revision: int) -> str | None:
        """See `Lookups.quote_document`."""
        found = quote_document(self._reader, quote_id, alternative, revision)
        return found["sha256"] if found else None

    def quote_paper(self, quote_id: UUID, alternative: str, revision: int) -> UUID | None:
        """See `Lookups.quote_paper`."""
        found = quote_document(self._reader, quote_id, alternative, revision)
        return found["document_id"] if found else None

    def advances_about(self, record_ids: Sequence[UUID]) -> Sequence[tuple[UUID, UUID]]:
        """See `Lookups.advances_about`."""
        return advances_about(self._reader, record_ids)

    def contracts_due(self, until: date, customer_id: UUID | None, limit: int) -> Sequence[UUID]:
        """See `Lookups.contracts_due`."""
        return contracts_due(self._reader, until, customer_id, limit)

    def count_customers_due(self, until: date, customer_ids: Sequence[UUID] | None) -> int:
        """See `Lookups.count_customers_due`."""
        return billing_runs.count_customers_due(self._reader, until, customer_ids)

    def customers_due_after(
        self, until: date, after: UUID | None, customer_ids: Sequence[UUID] | None, limit: int
    ) -> Sequence[CustomerDue]:
        """See `Lookups.customers_due_after`."""
        return billing_runs.customers_due_after(self._reader, until, after, customer_ids, limit)

    def checklist_results_for(self, call_id: UUID) -> Sequence[FrozenChecklist]:
        """See `Lookups.checklist_results_for`."""
        return checklist_results_for(self._reader, call_id)

    def contracts_after(self, after: UUID | None, limit: int) -> Sequence[UUID]:
        """See `Lookups.contracts_after`."""
        return accruals.contracts_after(self._reader, after, limit)

    def text_problems(self, kind: IssuedKind, texts: Sequence[str]) -> Sequence[str] | None:
        """See `Lookups.text_problems`."""
        return text_problems(kind, texts)

    def day_of(self, technician_id: UUID, on: date) -> DayReported | None:
        """See `Lookups.day_of`."""
        return day_of(self._reader, technician_id, on)

    def dead_letter_state(self, webhook_id: UUID, event_id: UUID) -> str | None:
        """See `Lookups.dead_letter_state`."""
        return webhooks.dead_letter_state(self._reader, webhook_id, event_id)

    def count_dead_letters(self, webhook_id: UUID) -> int:
        """See `Lookups.count_dead_letters`."""
        return webhooks.count_dead_letters(self._reader, webhook_id)

    def held_keys(self, subject: ErasureSubject) -> Sequence[HeldKey]:
        """See `Lookups.held_keys`."""
        return held_keys(self._reader, subject)

    def held_papers(self, subject: ErasureSubject) -> Sequence[HeldPapers]:
        """See `Lookups.held_papers`."""
        return held_papers(self._reader, subject)

    def needed_still(self, subject: ErasureSubject, on: date) -> Sequence[tuple[StillNeeded, str]]:
        """See `Lookups.needed_still`."""
        return needed_still(self._reader, subject, on)

    def warranty_until(self, subject: ErasureSubject) -> date | None:
        """See `Lookups.warranty_until`."""
        return warranty_until(self._reader, subject)

    def papers_of(
        self, subject: ErasureSubject, keep: Keep, keys: Iterable[UUID]
    ) -> tuple[Sequence[UUID], Sequence[str]]:
        """See `Lookups.papers_of`."""
        return papers_of(self._reader, subject, keep, keys)
