"""Proposals of contracts (proposte di contratto) with their lines and revisions, and the rules that make them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.contract_proposal import ContractProposal
from aggregates.contract_proposal_values import ProposalStatus, ProposalTerms
from aggregates.proposal_rules import ProposalRules
from aggregates.sold_goods import SoldGoods
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

PROPOSAL = Table(
    "contract_proposal",
    {
        "proposal_id": "uuid", "number": "text", "dated_on": "date", "customer_id": "uuid", "customer": "text",
        "status": "text", "revision": "integer", "kind": "text", "title": "text", "annual_total": "numeric",
        "is_direct": "boolean", "joins_id": "uuid", "joins_number": "text", "source_kind": "text",
        "source_number": "text", "source_on": "date", "source_key": "text", "goods_id": "uuid",
        "source_changed_at": "timestamptz", "sent_on": "date", "valid_until": "date", "accepted_by": "text",
        "accepted_on": "date", "channel": "text", "reason": "text", "contract_id": "uuid", "contract_number": "text",
        "contracted": "jsonb", "terms": "jsonb",
    },
    ("proposal_id",),
    ("status", "customer_id", "goods_id, source_key", "contract_id", "dated_on"),
)  # fmt: skip
STEP = Table(
    "contract_proposal_step",
    {
        "proposal_id": "uuid", "version": "integer", "step": "text", "at": "timestamptz", "by": "text",
        "revision": "integer", "annual_total": "numeric", "document_kind": "text", "document_number": "text",
    },
    ("proposal_id", "version"),
)  # fmt: skip
RULE = Table(
    "proposal_rule",
    {
        "code": "text", "from_on": "date", "to_on": "date", "articles": "text", "kind": "text", "is_direct": "boolean",
        "rule": "jsonb",
    },
    ("code", "from_on"),
)  # fmt: skip


class ContractProposals(ReadModel):
    """Every proposal as it stands, step by step, and the rules."""

    NAME = "contract-proposals"
    TABLES = (PROPOSAL, STEP, RULE)

    @on(ProposalRules.RuleSet)
    def rule_set(self, fact: ProposalRules.RuleSet, rows: Rows) -> None:
        """A rule, or another version of it."""
        rule, offer = fact.rule, fact.rule.offer
        rows.put(
            RULE,
            {
                **rule.model_dump(include={"code", "from_on", "to_on", "articles"}),
                "kind": offer.kind.value if offer else None,
                "is_direct": offer.is_direct if offer else None,
                "rule": rule.model_dump(mode="json"),
            },
        )

    @on(ContractProposal.Made)
    def made(self, fact: ContractProposal.Made, rows: Rows) -> None:
        """A proposal appears."""
        status = ProposalStatus.DIRECT if fact.terms.offer.is_direct else ProposalStatus.MADE
        rows.put(
            PROPOSAL,
            {
                "proposal_id": fact.stream_id,
                "number": fact.number,
                "dated_on": fact.dated_on,
                "customer_id": fact.customer.party_id,
                "customer": fact.customer.name,
                "status": status.value,
                "revision": 0,
                "source_kind": fact.document.kind.value,
                "source_number": fact.document.number,
                "source_on": fact.document.dated_on,
                "source_key": fact.document.key,
                "goods_id": fact.goods.id,
                "contracted": [],
                **_terms(fact.terms),
            },
        )
        _step(rows, fact, "made", 0, fact.terms)

    @on(ContractProposal.GoodsTold)
    def goods_told(self, fact: ContractProposal.GoodsTold, rows: Rows) -> None:
        """A later document told more."""
        row = rows.get(PROPOSAL, fact.stream_id)
        if row is not None:
            before = ProposalTerms.model_validate(row["terms"])
            terms = before.model_copy(update={"lines": fact.lines})
            done = set(row["contracted"])
            parts = [str(new.line_id) for new in fact.lines if before.line(new.line_id) is None]
            kept = {str(new.line_id): str(new.split_from) for new in fact.lines}
            contracted = [*row["contracted"], *(part for part in parts if kept[part] in done)]
            rows.put(PROPOSAL, {**row, **_terms(terms), "contracted": contracted})
            told = {"document_kind": fact.document.kind.value, "document_number": fact.document.number}
            _step(rows, fact, "goods_told", row["revision"], terms, **told)

    @on(ContractProposal.Revised)
    def revised(self, fact: ContractProposal.Revised, rows: Rows) -> None:
        """Another offer stands."""
        fresh = {"status": ProposalStatus.MADE.value, "sent_on": None, "valid_until": None, "reason": None}
        rows.patch(PROPOSAL, fact.stream_id, revision=fact.revision, **fresh, **_terms(fact.terms))
        _step(rows, fact, "revised", fact.revision, fact.terms)

    @on(ContractProposal.Sent)
    def sent(self, fact: ContractProposal.Sent, rows: Rows) -> None:
        """The customer has it."""
        dates = {"sent_on": fact.sent_on, "valid_until": fact.valid_until, "channel": fact.channel}
        rows.patch(PROPOSAL, fact.stream_id, status=ProposalStatus.SENT.value, **dates)
        _step(rows, fact, "sent", fact.revision)

    @on(ContractProposal.Accepted)
    def accepted(self, fact: ContractProposal.Accepted, rows: Rows) -> None:
        """The customer said yes."""
        yes = {"accepted_by": fact.person.name, "accepted_on": fact.accepted_on, "channel": fact.channel}
        rows.patch(PROPOSAL, fact.stream_id, status=ProposalStatus.ACCEPTED.value, **yes)
        _step(rows, fact, "accepted", fact.revision)

    @on(ContractProposal.Rejected)
    def rejected(self, fact: ContractProposal.Rejected, rows: Rows) -> None:
        """Nothing comes of it."""
        rows.patch(PROPOSAL, fact.stream_id, status=ProposalStatus.REJECTED.value, reason=fact.reason)
        _step(rows, fact, "rejected", None)

    @on(ContractProposal.Expired)
    def expired(self, fact: ContractProposal.Expired, rows: Rows) -> None:
        """Nobody answered in time."""
        rows.patch(PROPOSAL, fact.stream_id, status=ProposalStatus.EXPIRED.value)
        _step(rows, fact, "expired", fact.revision)

    @on(ContractProposal.BecameContract)
    def became_contract(self, fact: ContractProposal.BecameContract, rows: Rows) -> None:
        """Its delivered goods are in a contract."""
        row = rows.get(PROPOSAL, fact.stream_id)
        if row is not None:
            contract = {"contract_id": fact.contract.id, "contract_number": fact.contract.number}
            contracted = [*row["contracted"], *(str(line_id) for line_id in fact.line_ids)]
            rows.put(PROPOSAL, {**row, **contract, "contracted": contracted})
            _step(rows, fact, "became_contract", row["revision"])

    @on(SoldGoods.SaleCorrected)
    def source_changed(self, fact: SoldGoods.SaleCorrected, rows: Rows) -> None:
        """The document that a proposal was made from says otherwise now; the proposal stays as it is."""
        for row in rows.select(PROPOSAL, goods_id=fact.stream_id, source_key=fact.document.key):
            rows.patch(PROPOSAL, row["proposal_id"], source_changed_at=fact.act.at)


def _terms(terms: ProposalTerms) -> Row:
    offer, joins = terms.offer, terms.contract
    return {
        "kind": offer.kind.value,
        "title": offer.title,
        "is_direct": offer.is_direct,
        "annual_total": terms.annual_total,
        "joins_id": joins.id if joins else None,
        "joins_number": joins.number if joins else None,
        "terms": terms.model_dump(mode="json"),
    }


def _step(
    rows: Rows,
    fact: ContractProposal.Event,
    step: str,
    revision: int | None,
    terms: ProposalTerms | None = None,
    **document: str,
) -> None:
    rows.put(
        STEP,
        {
            "proposal_id": fact.stream_id,
            "version": fact.originator_version,
            "step": step,
            "at": fact.act.at,
            "by": fact.act.by,
            "revision": revision,
            "annual_total": terms.annual_total if terms else None,
            **document,
        },
    )


class FindContractProposals(Page):
    """Proposals by customer, where they stand, words, or those whose last day is before a day."""

    customer_id: UUID | None = None
    status: str | None = None
    text: str | None = None
    ends_before: date | None = None
    """Only proposals waiting for an answer whose last day is before this one."""


def find_contract_proposals(reader: Reader, ask: FindContractProposals) -> dict[str, Any]:
    """The proposals that match, the latest first."""
    return page(
        reader,
        ask,
        """select proposal_id, number, dated_on, customer_id, customer, status, revision, kind, title, annual_total,
                  is_direct, joins_id, joins_number, source_kind, source_number, source_on,
                  source_changed_at is not null as source_changed, sent_on, valid_until, accepted_on, contract_id,
                  contract_number
             from {contract_proposal}
            where (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
              and (%(status)s::text is null or status = %(status)s)
              and (%(text)s::text is null
                   or concat_ws(' ', number, customer, title, source_number) ilike '%%' || %(text)s || '%%')
              and (%(ends_before)s::date is null or (status = 'sent' and valid_until < %(ends_before)s))""",
        order=("-dated_on", "-proposal_id"),
    )


class ContractProposalSheet(Ask):
    """One proposal."""

    proposal_id: UUID


def contract_proposal_sheet(reader: Reader, ask: ContractProposalSheet) -> dict[str, Any] | None:
    """The proposal with what it offers, each line with its fee and where it stands, and every step."""
    row = reader.row("select * from {contract_proposal} where proposal_id = %(proposal_id)s", ask.model_dump())
    if row is None:
        return None
    terms, contracted = row.pop("terms"), set(row.pop("contracted"))
    row["source_changed"] = row["source_changed_at"] is not None
    row["offer"] = terms["offer"]
    row["lines"] = [{**line, "is_in_contract": line["line_id"] in contracted} for line in terms["lines"]]
    row["steps"] = reader.rows(
        """select version, step, at, by, revision, annual_total, document_kind, document_number
             from {contract_proposal_step} where proposal_id = %(proposal_id)s order by version""",
        ask.model_dump(),
    )
    return row


class FindProposalRules(Page):
    """The rules of proposals, all their versions or only what holds on a day."""

    on: date | None = None


def find_proposal_rules(reader: Reader, ask: FindProposalRules) -> dict[str, Any]:
    """The rules by code, each version with all it says."""
    return page(
        reader,
        ask,
        """select * from {proposal_rule} r
            where %(on)s::date is null
               or (r.from_on <= %(on)s and (r.to_on is null or r.to_on >= %(on)s)
                   and not exists (select 1 from {proposal_rule} l
                                    where l.code = r.code and l.from_on > r.from_on and l.from_on <= %(on)s))""",
        order=("code", "from_on"),
    )
