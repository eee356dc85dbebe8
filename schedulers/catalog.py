"""Everything that acts without being asked, on one page: name, duty, how often."""

from __future__ import annotations

from schedulers import (
    block_for_arrears,
    carry_on_billing_runs,
    erase_when_due,
    escalate,
    expire_proposals,
    expire_quotes,
    forget_positions,
    open_checklists,
    open_practices,
    plan_maintenance,
    propose_invoices,
    remind_consumers,
    remind_of_debts,
    renew_contracts,
    settle_adjustments,
    start_waiting_clocks,
    watch_goods_on_approval,
    watch_hour_pools,
    watch_refused_invoices,
    watch_service_levels,
    watch_workshop,
    write_notices,
)
from schedulers.base import Duty

CATALOG: tuple[Duty, ...] = (
    # A block that has ended lets clocks start before their levels are looked at.
    Duty(start_waiting_clocks.NAME, start_waiting_clocks.tick, every_seconds=60),
    Duty(watch_service_levels.NAME, watch_service_levels.tick, every_seconds=60),
    Duty(escalate.NAME, escalate.tick, every_seconds=60),
    # After what it tells of: escalations are facts by then.
    Duty(write_notices.NAME, write_notices.tick, every_seconds=30),
    # Consumers are told before the last day for notice, after which contracts renew themselves.
    Duty(remind_consumers.NAME, remind_consumers.tick, every_seconds=3600),
    # Renewals come first: a term that begins today is billed today.
    Duty(renew_contracts.NAME, renew_contracts.tick, every_seconds=900),
    Duty(settle_adjustments.NAME, settle_adjustments.tick, every_seconds=900),
    Duty(carry_on_billing_runs.NAME, carry_on_billing_runs.tick, every_seconds=5),
    Duty(propose_invoices.NAME, propose_invoices.tick, every_seconds=3600),
    Duty(block_for_arrears.NAME, block_for_arrears.tick, every_seconds=300),
    Duty(remind_of_debts.NAME, remind_of_debts.tick, every_seconds=3600),
    Duty(watch_hour_pools.NAME, watch_hour_pools.tick, every_seconds=3600),
    Duty(watch_refused_invoices.NAME, watch_refused_invoices.tick, every_seconds=3600),
    Duty(open_checklists.NAME, open_checklists.tick, every_seconds=30),
    Duty(open_practices.NAME, open_practices.tick, every_seconds=900),
    Duty(forget_positions.NAME, forget_positions.tick, every_seconds=300),
    Duty(erase_when_due.NAME, erase_when_due.tick, every_seconds=300),
    Duty(expire_quotes.NAME, expire_quotes.tick, every_seconds=3600),
    Duty(plan_maintenance.NAME, plan_maintenance.tick, every_seconds=3600),
    Duty(expire_proposals.NAME, expire_proposals.tick, every_seconds=3600),
    Duty(watch_workshop.NAME, watch_workshop.tick, every_seconds=3600),
    Duty(watch_goods_on_approval.NAME, watch_goods_on_approval.tick, every_seconds=3600),
)

BY_NAME = {duty.name: duty for duty in CATALOG}
