"""Dimensions of the datamart (dimensioni): who, what and where, as they are now; rows of the mart carry their ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from aggregates.article import Article, ArticleDetails, article_id
from aggregates.contract import Contract
from aggregates.contract_terms import ContractHeader, ContractLine
from aggregates.invoice import Invoice
from aggregates.job import Job, JobStatus, JobTerms, job_code
from aggregates.job_place import JobPlace
from aggregates.party import Party
from aggregates.serial_item import SerialItem
from aggregates.serial_item_values import ItemDetails, Move
from aggregates.technician import Technician, TechnicianDetails
from aggregates.values import Address
from projections.base import ReadModel, Row, Rows, Table, on
from projections.mart_tables import (
    AREA,
    CONTRACT,
    CONTRACT_LINE,
    CUSTOMER,
    DIMENSIONS,
    JOB,
    PLACE,
    PRODUCT,
    SERIAL,
    SITE,
    TECHNICIAN,
)


class MartDimensions(ReadModel):
    """Customers, places, contracts, items, articles, technicians and jobs by their ids and codes."""

    NAME = "mart-dimensions"
    TABLES = DIMENSIONS

    @on(Party.Registered, Party.IdentityChanged)
    def party(self, fact: Party.Registered | Party.IdentityChanged, rows: Rows) -> None:
        """A customer, or another identity of one; the code stays."""
        known = rows.get(CUSTOMER, fact.stream_id) or {"is_active": True}
        code = fact.code if isinstance(fact, Party.Registered) else known.get("code")
        told = {"code": code, "role": fact.role.value, "nature": fact.nature.value}
        _put(CUSTOMER, {**known, "customer_id": fact.stream_id, **told, **_town(fact.address)}, rows)

    @on(Party.Converted)
    def converted(self, fact: Party.Converted, rows: Rows) -> None:
        """A prospect is a customer."""
        _patch(CUSTOMER, rows, fact.stream_id, role="customer", **_town(fact.address))

    @on(Party.Deactivated, Party.Reactivated)
    def party_switched(self, fact: Party.Deactivated | Party.Reactivated, rows: Rows) -> None:
        """Nothing new is made for it, or again."""
        _patch(CUSTOMER, rows, fact.stream_id, is_active=isinstance(fact, Party.Reactivated))

    @on(Party.SiteAdded)
    def site_added(self, fact: Party.SiteAdded, rows: Rows) -> None:
        """A place, perhaps in an area."""
        site = fact.site
        told = {"site_id": site.site_id, "customer_id": fact.stream_id, "code": site.code, "area": site.area}
        _put(SITE, {**told, **_town(site.address)}, rows)
        _areas((site.area,), rows)

    @on(Technician.Registered, Technician.DetailsChanged)
    def technician(self, fact: Technician.Registered | Technician.DetailsChanged, rows: Rows) -> None:
        """A technician by code; the name is theirs."""
        known = rows.get(TECHNICIAN, fact.stream_id) or {"technician_id": fact.stream_id, "is_active": True}
        code = fact.code if isinstance(fact, Technician.Registered) else known.get("code")
        details: TechnicianDetails = fact.details
        told = {"code": code, "is_external": details.external, "areas": list(details.areas)}
        _put(TECHNICIAN, {**known, **told}, rows)
        _areas(details.areas, rows)

    @on(Technician.Deactivated, Technician.Reactivated)
    def technician_switched(self, fact: Technician.Deactivated | Technician.Reactivated, rows: Rows) -> None:
        """They take no more work, or again."""
        _patch(TECHNICIAN, rows, fact.stream_id, is_active=isinstance(fact, Technician.Reactivated))

    @on(Article.Registered)
    def article(self, fact: Article.Registered, rows: Rows) -> None:
        """An article."""
        known = {"article_id": article_id(fact.code), "code": fact.code, "is_active": True}
        _put(PRODUCT, {**known, **_article(fact.details)}, rows)

    @on(Article.Changed)
    def article_changed(self, fact: Article.Changed, rows: Rows) -> None:
        """It is described otherwise."""
        _patch(PRODUCT, rows, fact.stream_id, **_article(fact.details))

    @on(Article.Discontinued, Article.Resumed)
    def article_switched(self, fact: Article.Discontinued | Article.Resumed, rows: Rows) -> None:
        """It is no longer offered, or again."""
        _patch(PRODUCT, rows, fact.stream_id, is_active=isinstance(fact, Article.Resumed))

    @on(SerialItem.Registered)
    def serial(self, fact: SerialItem.Registered, rows: Rows) -> None:
        """An item, where it stands first."""
        told = fact.model_dump(include={"number", "manufacturer", "installed_on", "parent_id"})
        moves = {str(fact.installed_on or fact.status.from_on): fact.place.model_dump(mode="json")}
        place = {"customer_id": fact.place.owner_id, "site_id": fact.place.site_id, "moves": moves}
        _put(SERIAL, {"serial_item_id": fact.stream_id, **told, **_item(fact.details), **place}, rows)

    @on(SerialItem.DetailsChanged)
    def serial_described(self, fact: SerialItem.DetailsChanged, rows: Rows) -> None:
        """It is described otherwise."""
        _patch(SERIAL, rows, fact.stream_id, **_item(fact.details))

    @on(SerialItem.ParentSet)
    def parent_set(self, fact: SerialItem.ParentSet, rows: Rows) -> None:
        """It is part of another one, or stands alone."""
        _patch(SERIAL, rows, fact.stream_id, parent_id=fact.parent_id)

    @on(SerialItem.Moved)
    def moved(self, fact: SerialItem.Moved, rows: Rows) -> None:
        """It is elsewhere from a day on."""
        _move(fact.stream_id, None, fact.move, rows)

    @on(SerialItem.MoveCorrected)
    def move_corrected(self, fact: SerialItem.MoveCorrected, rows: Rows) -> None:
        """A move was another one, or none."""
        _move(fact.stream_id, str(fact.was_from_on), fact.move, rows)

    @on(Contract.Drafted, Contract.HeaderChanged)
    def contract(self, fact: Contract.Drafted | Contract.HeaderChanged, rows: Rows) -> None:
        """A contract with its header."""
        known = rows.get(CONTRACT, fact.stream_id) or {"contract_id": fact.stream_id}
        _put(CONTRACT, {**known, **_header(fact.header)}, rows)
        _used((fact.header.job,), rows)

    @on(Contract.Signed)
    def signed(self, fact: Contract.Signed, rows: Rows) -> None:
        """Its number and first term."""
        _patch(CONTRACT, rows, fact.stream_id, number=fact.number, **fact.term.model_dump())

    @on(Contract.Renewed)
    def renewed(self, fact: Contract.Renewed, rows: Rows) -> None:
        """One more term."""
        _patch(CONTRACT, rows, fact.stream_id, ends_on=fact.term.ends_on)

    @on(Contract.Ended)
    def ended(self, fact: Contract.Ended, rows: Rows) -> None:
        """It ended before."""
        if fact.ending.last_on is not None:
            _patch(CONTRACT, rows, fact.stream_id, ends_on=fact.ending.last_on)

    @on(Contract.LineAdded)
    def line_added(self, fact: Contract.LineAdded, rows: Rows) -> None:
        """A line, or another version of one."""
        _put(CONTRACT_LINE, {"contract_id": fact.stream_id, **_line(fact.line)}, rows)
        _used((fact.line.job,), rows)

    @on(Contract.LineRemoved)
    def line_removed(self, fact: Contract.LineRemoved, rows: Rows) -> None:
        """A line ends; a draft's is gone."""
        if fact.last_on is None:
            rows.drop(CONTRACT_LINE, fact.stream_id, fact.line_id)
        else:
            _patch(CONTRACT_LINE, rows, fact.stream_id, fact.line_id, ends_on=fact.last_on)

    @on(Contract.TermsChanged)
    def terms_changed(self, fact: Contract.TermsChanged, rows: Rows) -> None:
        """Job, centre, agent and account as agreed last; what was billed keeps its own."""
        header = fact.change.header
        if header is not None:
            given = header.model_dump(
                include={"title", "agent_id", "job", "cost_centre", "revenue_account"}, exclude_none=True
            )
            _patch(CONTRACT, rows, fact.stream_id, **_coded(given))
            _used((header.job,), rows)
        for line in fact.change.lines:
            given = line.model_dump(include={"description", "job", "cost_centre"}, exclude_none=True)
            _patch(CONTRACT_LINE, rows, fact.stream_id, line.line_id, **_coded(given))
            _used((line.job,), rows)

    @on(Contract.SerialReplaced)
    def serial_replaced(self, fact: Contract.SerialReplaced, rows: Rows) -> None:
        """The machine that a line serves from now on; what was billed keeps its own."""
        known = rows.get(CONTRACT_LINE, fact.stream_id, fact.swap.line_id)
        ids = fact.swap.in_ids(tuple(UUID(each) for each in known["serial_item_ids"])) if known else ()
        _patch(CONTRACT_LINE, rows, fact.stream_id, fact.swap.line_id, serial_item_ids=[str(each) for each in ids])

    @on(Invoice.Issued)
    def invoiced(self, fact: Invoice.Issued, rows: Rows) -> None:
        """Codes on documents appear though nobody registered them."""
        _used(tuple(line.job for line in fact.document.lines), rows)

    @on(Job.Opened)
    def job_opened(self, fact: Job.Opened, rows: Rows) -> None:
        """A registered job."""
        told = {"job_id": fact.stream_id, "status": "open", "opened_on": fact.opened_on}
        _put(JOB, {"job": job_code(fact.code), **told, **_job(fact.terms)}, rows)

    @on(Job.TermsChanged)
    def job_changed(self, fact: Job.TermsChanged, rows: Rows) -> None:
        """It is described otherwise."""
        _on_job(fact.stream_id, rows, lambda _: _job(fact.terms))

    @on(Job.Closed)
    def job_closed(self, fact: Job.Closed, rows: Rows) -> None:
        """Nothing new is put on it."""
        matters = [each.model_dump(mode="json") for each in fact.matters]
        told = {"closed_on": fact.closed_on, "closed_reason": fact.reason, "matters": matters}
        _on_job(fact.stream_id, rows, lambda _: {"status": "closed", **told})

    @on(Job.Reopened)
    def job_reopened(self, fact: Job.Reopened, rows: Rows) -> None:
        """Work goes on."""
        gone = {"closed_on": None, "closed_reason": None, "matters": None}
        _on_job(fact.stream_id, rows, lambda _: {"status": "open", **gone})

    @on(JobPlace.Given, JobPlace.Changed)
    def placed(self, fact: JobPlace.Given | JobPlace.Changed, rows: Rows) -> None:
        """A record stands on a job."""
        record = fact.record
        told = {"record_id": record.id, "record_kind": record.kind, "record_number": record.number}
        _put(PLACE, {**told, "job": job_code(fact.job), "cost_centre": fact.cost_centre}, rows)


def _put(table: Table, row: Row, rows: Rows) -> None:
    rows.put(table, {**row, "position": rows.now.position})


def _patch(table: Table, rows: Rows, *key: Any, **columns: Any) -> None:
    rows.patch(table, *key, **columns, position=rows.now.position)


def _town(address: Address | None) -> Row:
    return {"town": address.town, "province": address.province} if address else {"town": None, "province": None}


def _areas(areas: tuple[str | None, ...], rows: Rows) -> None:
    for area in areas:
        if area and rows.get(AREA, area) is None:
            _put(AREA, {"area": area}, rows)


def _used(codes: tuple[str | None, ...], rows: Rows) -> None:
    for code in {job_code(each) for each in codes} - {None}:
        if rows.get(JOB, code) is None:
            _put(JOB, {"job": code, "status": JobStatus.UNREGISTERED.value}, rows)


def _article(details: ArticleDetails) -> Row:
    return {"description": details.description, "kind": details.kind.value, "unit": details.unit}


def _item(details: ItemDetails) -> Row:
    return details.model_dump(include={"product", "type", "article_code"})


def _move(serial_item_id: UUID, was: str | None, move: Move | None, rows: Rows) -> None:
    known = rows.get(SERIAL, serial_item_id)
    if known is None:
        return
    moves = {day: place for day, place in known["moves"].items() if day != was}
    if move is not None:
        moves[str(move.from_on)] = move.place.model_dump(mode="json")
    place = moves[max(moves)]
    site_id = UUID(place["site_id"]) if place["site_id"] else None
    _patch(SERIAL, rows, serial_item_id, customer_id=UUID(place["owner_id"]), site_id=site_id, moves=moves)


def _header(header: ContractHeader) -> Row:
    told = header.model_dump(
        include={"title", "customer_id", "site_id", "agent_id", "job", "cost_centre", "revenue_account"}
    )
    kinds = {"kind": header.kind.value, "nature": header.nature.value, "technician_id": header.usual_technician_id}
    return {**_coded(told), **kinds, "starts_on": header.starts_on}


def _line(line: ContractLine) -> Row:
    told = line.model_dump(
        include={"line_id", "description", "article_code", "job", "cost_centre", "starts_on", "ends_on"}
    )
    return {**_coded(told), "serial_item_ids": [str(each) for each in line.serial_item_ids]}


def _coded(row: Row) -> Row:
    return {**row, "job": job_code(row["job"])} if "job" in row else row


def _job(terms: JobTerms) -> Row:
    told = terms.model_dump(include={"name", "customer_id", "contract_id", "planned_revenue", "planned_cost", "note"})
    record = terms.record
    named = {
        "record_kind": record.kind if record else None,
        "record_id": record.id if record else None,
        "record_number": record.number if record else None,
    }
    return {**told, "kind": terms.kind.value, **named}


def _on_job(job_id: UUID, rows: Rows, change: Callable[[Row], Row]) -> None:
    for row in rows.select(JOB, job_id=job_id):
        _patch(JOB, rows, row["job"], **change(row))
