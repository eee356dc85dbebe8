"""Instrument (strumento di misura): what a technician measures with, who has it, and how long its calibration holds."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.values import Value


class InstrumentDetails(Value):
    """What an instrument is. Its kind is the word that activity types ask for."""

    kind: str = Field(min_length=1, max_length=60, examples=["ANALIZZATORE"])
    model: str = Field(min_length=1, max_length=120, examples=["Testo 330i"])
    serial: str | None = Field(default=None, max_length=60, description="The maker's number.")
    needs_calibration: bool = True


class Calibration(Value):
    """A check that makes an instrument's readings count, until its last day."""

    done_on: date
    valid_until_on: date
    certificate: str | None = Field(default=None, max_length=60, description="Number of the certificate.")


class InstrumentWithdrawn(Refusal):
    """This instrument is out of use since {on}; choose another one."""


class InstrumentInTwoPlaces(Refusal):
    """An instrument is with a technician or in a vehicle; give one of the two."""

    status = 422


class CalibrationBackwards(Refusal):
    """A calibration of {done_on} cannot end on {until}, before it was done; correct one of the two days."""

    status = 422


class Instrument(Aggregate):
    """A measuring instrument of ours."""

    TOPIC = "instrument"

    class Registered(FirstEvent):
        """The instrument is known; nobody has it yet."""

        TOPIC = "instrument.registered.v1"
        code: str
        details: InstrumentDetails

    class DetailsChanged(Aggregate.Event):
        """It is something else than was said."""

        TOPIC = "instrument.details-changed.v1"
        details: InstrumentDetails

    class Given(Aggregate.Event):
        """A technician has it from now on, or it stays in a vehicle; without either it lies in store."""

        TOPIC = "instrument.given.v1"
        technician_id: UUID | None
        vehicle_id: UUID | None = None

    class Calibrated(Aggregate.Event):
        """It was calibrated; of several calibrations the one that holds longest counts."""

        TOPIC = "instrument.calibrated.v1"
        calibration: Calibration

    class Withdrawn(Aggregate.Event):
        """It is used no more."""

        TOPIC = "instrument.withdrawn.v1"
        on: date
        reason: str

    # Decide

    @classmethod
    def register(cls, instrument_id: UUID, code: str, details: InstrumentDetails, act: Act) -> Instrument:
        """Make an instrument known."""
        return cls.begin(cls.Registered, id=instrument_id, act=act, code=code.strip(), details=details)

    def change_details(self, details: InstrumentDetails, act: Act) -> None:
        """Say what it is; the same again records nothing. Raises `InstrumentWithdrawn`."""
        if self.details != details:
            self._require_in_use()
            self.trigger_event(self.DetailsChanged, act=act, details=details)

    def give(self, technician_id: UUID | None, act: Act, vehicle_id: UUID | None = None) -> None:
        """Give it to a technician, leave it in a vehicle for whoever drives that, or take it back into store.

        Raises `InstrumentInTwoPlaces`, `InstrumentWithdrawn`.
        """
        require(technician_id is None or vehicle_id is None, InstrumentInTwoPlaces)
        if (self.technician_id, self.vehicle_id) != (technician_id, vehicle_id):
            self._require_in_use()
            self.trigger_event(self.Given, act=act, technician_id=technician_id, vehicle_id=vehicle_id)

    def calibrate(self, calibration: Calibration, act: Act) -> None:
        """Note a calibration. Raises `CalibrationBackwards`, `InstrumentWithdrawn`."""
        days = {"done_on": str(calibration.done_on), "until": str(calibration.valid_until_on)}
        require(calibration.done_on <= calibration.valid_until_on, CalibrationBackwards, **days)
        if calibration not in self.calibrations:
            self._require_in_use()
            self.trigger_event(self.Calibrated, act=act, calibration=calibration)

    def withdraw(self, on: date, reason: str, act: Act) -> None:
        """Use it no more; withdrawn once is withdrawn."""
        if self.withdrawn_on is None:
            self.trigger_event(self.Withdrawn, act=act, on=on, reason=reason)

    def _require_in_use(self) -> None:
        require(self.withdrawn_on is None, InstrumentWithdrawn, on=str(self.withdrawn_on))

    # Evolve

    @event(Registered)
    def __init__(self, code: str, details: InstrumentDetails) -> None:
        self.code, self.details = code, details
        self.technician_id: UUID | None = None
        self.vehicle_id: UUID | None = None
        self.calibrations: tuple[Calibration, ...] = ()
        self.withdrawn_on: date | None = None

    @event(DetailsChanged)
    def _details_changed(self, details: InstrumentDetails) -> None:
        self.details = details

    @event(Given)
    def _given(self, technician_id: UUID | None, vehicle_id: UUID | None) -> None:
        self.technician_id, self.vehicle_id = technician_id, vehicle_id

    @event(Calibrated)
    def _calibrated(self, calibration: Calibration) -> None:
        self.calibrations = (*self.calibrations, calibration)

    @event(Withdrawn)
    def _withdrawn(self, on: date) -> None:
        self.withdrawn_on, self.technician_id, self.vehicle_id = on, None, None
