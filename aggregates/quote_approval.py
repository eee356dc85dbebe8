"""Approval of a quote inside the company (approvazione interna): asked, given or refused by another person (QUO-1)."""

from __future__ import annotations

from collections.abc import Sequence

from aggregates import quote_facts as facts
from aggregates.base import Act, Aggregate, require
from aggregates.quote_refusals import (
    ApprovalAboveLimit,
    ApprovalNotAsked,
    NothingToApprove,
    OwnQuote,
    QuoteNeedsApproval,
    RevisionIsSent,
)
from aggregates.quote_values import Approval, ApprovalState, Revision, RevisionState
from aggregates.rules.quote_approval import PassedThreshold, Threshold

WORDS = {
    Threshold.NET: "imponibile {value} oltre {limit} euro",
    Threshold.DISCOUNT: "{description}: sconto {value}% oltre {limit}%",
    Threshold.BELOW_COST: "{description}: {value} sotto il costo di {limit} euro",
}


class QuoteApprovals:
    """What people decide about the approval of a revision."""

    def latest(self, alternative: str) -> Revision:
        """The last revision of an alternative; see `Quote`."""
        raise AssertionError(alternative)

    def ask_approval(self, alternative: str, passed: Sequence[PassedThreshold], note: str | None, act: Act) -> None:
        """Ask for the approval of a draft; asked or approved already for the same, nothing is recorded.

        Raises `RevisionIsSent`, `NothingToApprove`.
        """
        latest = self._draft(alternative)
        require(bool(passed), NothingToApprove)
        known = latest.approval
        if known is not None and known.state is not ApprovalState.REFUSED and known.passed == tuple(passed):
            return
        if known is not None and known.state is ApprovalState.APPROVED:
            return
        self._note_of(facts.ApprovalAsked, latest, act, passed=tuple(passed), note=note)

    def approve(self, alternative: str, may: bool, approvers: str, act: Act) -> None:
        """Let a draft be sent. `may`: whether this person's limits allow what it passes.

        Raises `ApprovalNotAsked`, `OwnQuote`, `ApprovalAboveLimit`, `RevisionIsSent`.
        """
        latest, known = self._asked(alternative, ApprovalState.APPROVED)
        self._require_other_eyes(latest, known, act)
        require(may, ApprovalAboveLimit, passed=passed_in_words(known.passed), approvers=approvers)
        if known.state is ApprovalState.ASKED:
            self._note_of(facts.Approved, latest, act)

    def refuse_approval(self, alternative: str, reason: str, may: bool, approvers: str, act: Act) -> None:
        """Do not let a draft be sent as it is. Raises as `approve` does."""
        latest, known = self._asked(alternative, ApprovalState.REFUSED)
        self._require_other_eyes(latest, known, act)
        require(may, ApprovalAboveLimit, passed=passed_in_words(known.passed), approvers=approvers)
        if known.state is ApprovalState.ASKED:
            self._note_of(facts.ApprovalRefused, latest, act, reason=reason)

    def require_approved(self, alternative: str, passed: Sequence[PassedThreshold], approvers: str) -> None:
        """Raises `QuoteNeedsApproval` where the last revision passes thresholds and nobody approved exactly it."""
        latest = self.latest(alternative)
        if latest.state is not RevisionState.DRAFT or not passed:
            return
        is_approved = latest.approval is not None and latest.approval.state is ApprovalState.APPROVED
        require(is_approved, QuoteNeedsApproval, passed=passed_in_words(passed), approvers=approvers)

    def _draft(self, alternative: str) -> Revision:
        latest = self.latest(alternative)
        is_draft = latest.state is RevisionState.DRAFT
        require(is_draft, RevisionIsSent, revision=latest.revision, alternative=alternative)
        return latest

    def _asked(self, alternative: str, repeated: ApprovalState) -> tuple[Revision, Approval]:
        latest = self._draft(alternative)
        known = latest.approval
        is_open = known is not None and known.state in (ApprovalState.ASKED, repeated)
        require(is_open, ApprovalNotAsked, revision=latest.revision, alternative=alternative)
        assert known is not None
        return latest, known

    def _require_other_eyes(self, latest: Revision, known: Approval, act: Act) -> None:
        require(act.by not in (known.asked_by, *latest.prepared_by), OwnQuote)

    def _note_of(self, kind: type[Aggregate.Event], of: Revision, act: Act, **values: object) -> None:
        assert isinstance(self, Aggregate)
        place = {"alternative": of.alternative, "revision": of.revision}
        self.trigger_event(getattr(type(self), kind.__name__), act=act, **place, **values)


def passed_in_words(passed: Sequence[PassedThreshold]) -> str:
    """What is passed, as people read it."""
    told = (WORDS[one.threshold].format(**_shown(one)) for one in passed)
    return "; ".join(told)


def _shown(one: PassedThreshold) -> dict[str, str]:
    return {
        "value": f"{one.value:f}".replace(".", ","),
        "limit": f"{one.limit:f}".replace(".", ","),
        "description": one.description or "",
    }
