"""What people may ask about maintenance plans (piani di manutenzione): define, change, suspend, end them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.maintenance_plan import MaintenancePlan, PlanExists
from aggregates.maintenance_terms import PlanTerms
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.words import Words


class DefineMaintenancePlan(Command):
    """Define a maintenance plan: for which machines, when, what is done, who goes.

    Services due before its first day are not made up for.
    """

    plan_id: UUID | None = None
    code: str = Field(min_length=1, max_length=60, examples=["COP-6M"])
    name: Words = Field(min_length=1, max_length=200, examples=["Revisione semestrale fotocopiatrici"])
    starts_on: date | None = Field(default=None, description="Left out, the day of the request.")
    ends_on: date | None = None
    terms: PlanTerms


class ChangeMaintenanceTerms(Command):
    """Let other terms of a plan hold from a day on; calls already made stay as they are."""

    plan_id: UUID
    from_on: date
    terms: PlanTerms


class SuspendMaintenancePlan(Command):
    """Have a plan make nothing from a day on."""

    plan_id: UUID
    from_on: date
    reason: Words = Field(min_length=1, max_length=400, examples=["Stabilimento fermo"])


class ResumeMaintenancePlan(Command):
    """Have a suspended plan go on; dates that passed meanwhile are not made up for."""

    plan_id: UUID
    from_on: date


class EndMaintenancePlan(Command):
    """Give a plan its last day."""

    plan_id: UUID
    last_on: date
    reason: Words = Field(min_length=1, max_length=400, examples=["Contratto disdetto"])


def define_maintenance_plan(cmd: DefineMaintenancePlan, act: Act, service: Service) -> Answer:
    """Handles `DefineMaintenancePlan`. The same plan under its id again records nothing. Raises `PlanExists`."""
    plan_id, starts_on = cmd.plan_id or service.new_id("plan"), cmd.starts_on or rome_date(act.at)
    known = service.find(MaintenancePlan, plan_id)
    if known is not None:
        require((known.code, known.versions[0].terms) == (cmd.code.strip(), cmd.terms), PlanExists)
        return {"plan_id": plan_id}
    plan = MaintenancePlan.define(plan_id, cmd.code, cmd.name, starts_on, cmd.ends_on, cmd.terms, act)
    service.save(plan)
    return {"plan_id": plan_id}


def change_maintenance_terms(cmd: ChangeMaintenanceTerms, act: Act, service: Service) -> None:
    """Handles `ChangeMaintenanceTerms`."""
    plan = service.load(MaintenancePlan, cmd.plan_id)
    plan.change_terms(cmd.from_on, cmd.terms, act)
    service.save(plan)


def suspend_maintenance_plan(cmd: SuspendMaintenancePlan, act: Act, service: Service) -> None:
    """Handles `SuspendMaintenancePlan`."""
    plan = service.load(MaintenancePlan, cmd.plan_id)
    plan.suspend(cmd.from_on, cmd.reason, act)
    service.save(plan)


def resume_maintenance_plan(cmd: ResumeMaintenancePlan, act: Act, service: Service) -> None:
    """Handles `ResumeMaintenancePlan`."""
    plan = service.load(MaintenancePlan, cmd.plan_id)
    plan.resume(cmd.from_on, act)
    service.save(plan)


def end_maintenance_plan(cmd: EndMaintenancePlan, act: Act, service: Service) -> None:
    """Handles `EndMaintenancePlan`."""
    plan = service.load(MaintenancePlan, cmd.plan_id)
    plan.end(cmd.last_on, cmd.reason, act)
    service.save(plan)
