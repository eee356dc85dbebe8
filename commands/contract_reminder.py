"""What people and duties may ask of consumers' contracts (contratti di consumatori): reminder, withdrawal (R1.8)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.contract import Contract
from aggregates.contract_refusals import ContractNotSigned
from aggregates.contract_reminder import free_withdrawal_until, remind_by
from aggregates.contract_state import Reminder, ReminderChannel
from aggregates.rules.periods import last_notice_day
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.contract_credit import credit_overbilled

TEXT = (
    "Gentile cliente, il contratto n. {number} scade il {expiry} e si rinnova tacitamente. "
    "Può disdirlo senza costi: la disdetta deve pervenirci entro il {last}."
)


class RemindConsumer(Command):
    """Keep that a consumer was told until when notice may be given, in writing or by another lasting means.

    It counts when it was sent thirty days before the expiry and before the last day for notice.
    """

    contract_id: UUID
    expiry_on: date | None = Field(default=None, description="Left out, the current term's.", examples=["2026-12-31"])
    channel: ReminderChannel = ReminderChannel.LETTER
    sent_on: date | None = Field(default=None, description="Left out, today.")
    proof: str | None = Field(default=None, max_length=200, examples=["Raccomandata 15012345678-9"])


class WithdrawConsumer(Command):
    """End a contract by the free withdrawal of a consumer who was not told in time (recesso, art. 65-bis cod. cons.).

    What was billed for the days after it is credited at once.
    """

    contract_id: UUID
    withdrawn_on: date | None = Field(default=None, description="Day the withdrawal was received; left out, today.")
    last_on: date | None = Field(default=None, description="Last day in force; left out, the day it was received.")
    series: str = Field(default="", max_length=10, description="Number series of the credit notes.")


def remind_consumer(cmd: RemindConsumer, act: Act, service: Service) -> Answer:
    """Handles `RemindConsumer`; answers what was written and whether it was in time."""
    contract = service.load(Contract, cmd.contract_id)
    state = contract.state
    require(bool(state.terms), ContractNotSigned)
    expiry_on, sent_on = cmd.expiry_on or state.terms[-1].ends_on, cmd.sent_on or rome_date(act.at)
    last_on = last_notice_day(expiry_on, state.on(expiry_on).header.notice)
    reminder = Reminder(
        expiry_on=expiry_on, last_notice_on=last_on, sent_on=sent_on, channel=cmd.channel, proof=cmd.proof
    )
    text = TEXT.format(number=state.number, expiry=f"{expiry_on:%d/%m/%Y}", last=f"{last_on:%d/%m/%Y}")
    contract.remind(reminder, text, act)
    service.save(contract)
    by = remind_by(state, state.terms[-1].model_copy(update={"ends_on": expiry_on}))
    return {"text": text, "in_time": sent_on <= by, "remind_by": by}


def withdraw_consumer(cmd: WithdrawConsumer, act: Act, service: Service) -> Answer:
    """Handles `WithdrawConsumer`; answers until when it was free and the credit notes."""
    contract = service.load(Contract, cmd.contract_id)
    on = cmd.withdrawn_on or rome_date(act.at)
    free_until = free_withdrawal_until(contract.state, on)
    contract.withdraw_as_consumer(on, cmd.last_on or on, act)
    service.save(contract)
    notes = credit_overbilled(service, contract, None, cmd.series, act)
    return {"last_on": contract.state.ends_on, "free_until": free_until, "credit_notes": notes}
