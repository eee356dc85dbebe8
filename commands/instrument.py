"""What people may ask about instruments (strumenti di misura): who has them, and how long their calibration holds."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.instrument import Calibration, Instrument, InstrumentDetails
from aggregates.natural_key import KeyKind
from aggregates.technician import Technician
from aggregates.values import rome_date
from aggregates.vehicle import Vehicle
from commands.base import Answer, Command, Service
from commands.natural_key import begin_id, part
from commands.words import Words


class RegisterInstrument(Command, InstrumentDetails):
    """Make a measuring instrument known by the company's code for it; it lies in store until it is given away."""

    instrument_id: UUID | None = Field(default=None, description="Left out, it is made from the code.")
    code: str = Field(min_length=1, max_length=60, examples=["STR-01"])


class ChangeInstrument(Command, InstrumentDetails):
    """Change an instrument's kind, model, number, or whether it needs calibration."""

    instrument_id: UUID


class GiveInstrument(Command):
    """Give an instrument to a technician, leave it in a vehicle, or take it back into store.

    One that stays in a vehicle counts for the technician who drives it on the day.
    """

    instrument_id: UUID
    technician_id: UUID | None = Field(default=None, description="Left out, in the vehicle, or else back in store.")
    vehicle_id: UUID | None = Field(default=None, description="The vehicle that it stays in, whoever drives it.")


class CalibrateInstrument(Command):
    """Note that an instrument was calibrated, and until which day that holds."""

    instrument_id: UUID
    done_on: date | None = Field(default=None, description="Left out, today.")
    valid_until_on: date = Field(examples=["2027-09-30"])
    certificate: str | None = Field(default=None, max_length=60, examples=["LAT 024-1187"])


class WithdrawInstrument(Command):
    """Use an instrument no more; whoever has it has it no longer."""

    instrument_id: UUID
    on: date | None = Field(default=None, description="Left out, today.")
    reason: Words = Field(min_length=1, max_length=400, examples=["Sonda rotta"])


def register_instrument(cmd: RegisterInstrument, act: Act, service: Service) -> Answer:
    """Handles `RegisterInstrument`. Raises `CodeTaken`, `IdTaken`."""
    instrument_id = begin_id(service, KeyKind.INSTRUMENT, cmd.code, given=cmd.instrument_id, act=act)
    service.save(Instrument.register(instrument_id, cmd.code, part(InstrumentDetails, cmd), act))
    return {"instrument_id": instrument_id}


def change_instrument(cmd: ChangeInstrument, act: Act, service: Service) -> None:
    """Handles `ChangeInstrument`."""
    instrument = service.load(Instrument, cmd.instrument_id)
    instrument.change_details(part(InstrumentDetails, cmd), act)
    service.save(instrument)


def give_instrument(cmd: GiveInstrument, act: Act, service: Service) -> None:
    """Handles `GiveInstrument`. Raises `NotFound`, `TechnicianInactive`, `VehicleDisposedOf`."""
    instrument = service.load(Instrument, cmd.instrument_id)
    if cmd.technician_id is not None and cmd.technician_id != instrument.technician_id:
        service.load(Technician, cmd.technician_id).profile(rome_date(act.at))
    if cmd.vehicle_id is not None and cmd.vehicle_id != instrument.vehicle_id:
        service.load(Vehicle, cmd.vehicle_id).require_ours(rome_date(act.at))
    instrument.give(cmd.technician_id, act, cmd.vehicle_id)
    service.save(instrument)


def calibrate_instrument(cmd: CalibrateInstrument, act: Act, service: Service) -> None:
    """Handles `CalibrateInstrument`."""
    instrument = service.load(Instrument, cmd.instrument_id)
    done_on = cmd.done_on or rome_date(act.at)
    told = Calibration(done_on=done_on, valid_until_on=cmd.valid_until_on, certificate=cmd.certificate)
    instrument.calibrate(told, act)
    service.save(instrument)


def withdraw_instrument(cmd: WithdrawInstrument, act: Act, service: Service) -> None:
    """Handles `WithdrawInstrument`."""
    instrument = service.load(Instrument, cmd.instrument_id)
    instrument.withdraw(cmd.on or rome_date(act.at), cmd.reason, act)
    service.save(instrument)
