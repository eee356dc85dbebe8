"""What people may ask about reminders (solleciti): propose, confirm, drop, and leave a customer in peace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.dunning import DunningFile, Letter, Reminder, ReminderSettled, total_of
from aggregates.exchange_receipt import ExchangeState
from aggregates.invoice import Invoice
from aggregates.open_item import OpenItem
from aggregates.party import Party
from aggregates.rules.dunning import DunningTerms, LatePayment, RemindedPart, letter_level, reminder
from aggregates.rules.numbering import Document
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.invoice_document import customer_of
from commands.number_register import take_number
from commands.payables import payable
from commands.words import Words


class ProposeReminder(Command):
    """Propose a letter to a customer about what is late, where a due date has reached its next level.

    A proposal that still stands is answered again, or replaced where the debts have changed. Where the company wants
    letters to go out by themselves, it is confirmed at once.
    """

    customer_id: UUID
    on: date | None = Field(default=None, description="Left out, today.")


class ConfirmReminder(Command):
    """Let a proposed letter go out: it takes its number and is printed; what was paid meanwhile is left out."""

    reminder_id: UUID
    dated_on: date | None = Field(default=None, description="Left out, today.")


class DropReminder(Command):
    """Give a proposed letter up; its due dates may be reminded later."""

    reminder_id: UUID
    reason: Words = Field(min_length=1, max_length=200, examples=["Pagamento concordato per fine mese"])


class HoldReminders(Command):
    """Send a customer no reminders, for a reason."""

    customer_id: UUID
    reason: Words = Field(min_length=1, max_length=200, examples=["Contestazione in corso"])


class LiftReminderHold(Command):
    """Send a customer reminders again."""

    customer_id: UUID


def propose_reminder(cmd: ProposeReminder, act: Act, service: Service) -> Answer:
    """Handles `ProposeReminder`. Raises `ReminderHeld`."""
    on = cmd.on or rome_date(act.at)
    party, file = service.load(Party, cmd.customer_id), _file(service, cmd.customer_id)
    if file is not None:
        file.check_not_held(party.code)
    terms = parameters(service, on).dunning or DunningTerms()
    parts = reminder(_late(service, party.id, on), file.reminded if file else {}, on, terms)
    standing = _standing(service, party.id)
    if standing is not None and standing.parts == parts:
        return _answer(standing)
    if standing is not None:
        standing.drop("Importi cambiati", act)
        service.save(standing)
    if not parts:
        return {"reminder_id": None, "level": None, "total": None, "state": None}
    made = Reminder.propose(service.new_id("reminder"), party.id, on, parts, act)
    service.save(made)
    if terms.is_automatic:
        _confirm(service, made, parts, on, terms, act)
    return _answer(made)


def confirm_reminder(cmd: ConfirmReminder, act: Act, service: Service) -> Answer:
    """Handles `ConfirmReminder`. Raises `ReminderConfirmed`, `ReminderDropped`, `ReminderSettled`, `ReminderHeld`."""
    made = service.load(Reminder, cmd.reminder_id)
    if made.letter is not None:
        return _answer(made)
    made.check_open()
    on = cmd.dated_on or rome_date(act.at)
    terms = parameters(service, on).dunning or DunningTerms()
    still = {each.key: each for each in _late(service, made.customer_id, on)}
    parts = [part.model_copy(update={"open": still[part.key].open}) for part in made.parts if part.key in still]
    _confirm(service, made, parts, on, terms, act)
    return _answer(made)


def drop_reminder(cmd: DropReminder, act: Act, service: Service) -> None:
    """Handles `DropReminder`."""
    made = service.load(Reminder, cmd.reminder_id)
    made.drop(cmd.reason, act)
    service.save(made)


def hold_reminders(cmd: HoldReminders, act: Act, service: Service) -> None:
    """Handles `HoldReminders`."""
    service.load(Party, cmd.customer_id)
    file = _file(service, cmd.customer_id) or DunningFile.open(cmd.customer_id, act)
    file.hold(cmd.reason, act)
    service.save(file)


def lift_reminder_hold(cmd: LiftReminderHold, act: Act, service: Service) -> None:
    """Handles `LiftReminderHold`."""
    file = _file(service, cmd.customer_id)
    if file is not None:
        file.lift_hold(act)
        service.save(file)


def _confirm(
    service: Service, made: Reminder, parts: Sequence[RemindedPart], on: date, terms: DunningTerms, act: Act
) -> None:
    """Number, letter and the levels reached are one append."""
    party = service.load(Party, made.customer_id)
    file = _file(service, party.id) or DunningFile.open(party.id, act)
    file.check_not_held(party.code)
    require(any(each.is_new for each in parts), ReminderSettled)
    file.note(made.id, on, parts, act)
    number = take_number(service, Document.REMINDER, made.id, on, act)
    level = letter_level(parts)
    words = terms.levels[min(level, len(terms.levels)) - 1]
    on_account = min(service.lookups.on_account(party.id), total_of(parts))
    asked = f"{total_of(parts) - on_account:,.2f}".translate(str.maketrans(",.", ".,"))
    days = str(max((on - each.due_on).days for each in parts))
    letter = Letter(
        number=number,
        dated_on=on,
        level=level,
        subject=words.subject,
        text=words.text.replace("{total}", asked).replace("{days}", days),
        customer=customer_of(party, on),
        parts=tuple(parts),
        on_account=on_account,
    )
    made.confirm(letter, act)
    service.save(file, made)


def _late(service: Service, customer_id: UUID, on: date) -> list[LatePayment]:
    """The customer's late due dates as their documents have them; not those in a batch or refused invoices."""
    found = service.lookups.late_due_dates(customer_id, on)
    service.preload(*{record_id for record_id, _ in found})
    late: list[LatePayment] = []
    for record_id, part in found:
        owed = payable(service, record_id)
        balance = owed.settlement.part(part)
        is_refused = isinstance(owed, Invoice) and owed.exchange_state is ExchangeState.REFUSED
        if balance is None or balance.open <= 0 or part in owed.settlement.presented or is_refused:
            continue
        late.append(
            LatePayment(
                record_id=record_id,
                part=part,
                number=owed.payable_number,
                issued_on=owed.terms.issued_on if isinstance(owed, OpenItem) else owed.require_issued().issued_on,
                due_on=balance.due_on,
                open=balance.open,
            )
        )
    return late


def _standing(service: Service, customer_id: UUID) -> Reminder | None:
    """The customer's proposal that nobody confirmed or dropped."""
    known = service.lookups.open_reminder(customer_id)
    made = service.find(Reminder, known) if known else None
    return made if made is not None and made.letter is None and not made.is_dropped else None


def _file(service: Service, customer_id: UUID) -> DunningFile | None:
    return service.find(DunningFile, DunningFile.stream_of(customer_id))


def _answer(made: Reminder) -> Answer:
    total: Decimal = made.letter.total if made.letter else total_of(made.parts)
    state = "confirmed" if made.letter else "dropped" if made.is_dropped else "proposed"
    return {
        "reminder_id": made.id,
        "number": made.letter.number if made.letter else None,
        "level": made.letter.level if made.letter else made.level,
        "total": total,
        "state": state,
    }
