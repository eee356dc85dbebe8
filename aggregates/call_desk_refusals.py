"""What the call desk refuses (banco chiamate), and what to do about it."""

from __future__ import annotations

from aggregates.base import Refusal


class CallIsMerged(Refusal):
    """This call was merged into call {number} ({call_id}); go on there."""


class MergeIntoItself(Refusal):
    """A call cannot be merged into itself, nor into one that was merged into it; choose the call that goes on."""

    status = 422


class CustomersDiffer(Refusal):
    """The two calls belong to different customers; correct the customer first, or link the calls instead."""


class AlreadyIdentified(Refusal):
    """Work was already done for the customer known; close this call and open another one."""


class ItemInUse(Refusal):
    """Work, parts or costs of the call stand on the machine {serial_item_id}; it cannot be taken off."""


class LinkToItself(Refusal):
    """A call cannot be linked to itself; choose another one."""

    status = 422


class SearchNotPossible(Refusal):
    """The list {view} cannot be searched so: {problem}."""

    status = 422


class SearchPrivate(Refusal):
    """This saved search belongs to somebody else; save one of your own."""
