"""What people may ask about the company itself (azienda), and how other commands find its parameters."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.company import (
    DEFAULT_PARAMETERS,
    AlreadyFounded,
    Company,
    LegalIdentity,
    ParameterChange,
    Parameters,
)
from aggregates.values import rome_date
from commands.base import Answer, Command, NotFound, Service


class FoundCompany(Command):
    """Begin the company's records: who it is before the law and the parameters it starts with."""

    company_id: UUID = Field(description="The company's own id in this installation.")
    identity: LegalIdentity
    parameters: Parameters = Parameters()


class ChangeCompanyIdentity(Command):
    """Change the company's name, address or other legal data from now on; issued documents keep the old ones."""

    company_id: UUID | None = Field(default=None, description="Left out, the company that is asked.")
    identity: LegalIdentity


class SetCompanyParameters(Command):
    """Set parameters (such as notice, validity of quotes, payment terms) from a day on; the others stay."""

    company_id: UUID | None = Field(default=None, description="Left out, the company that is asked.")
    from_on: date | None = Field(default=None, description="Left out, from today on.", examples=["2027-01-01"])
    change: ParameterChange = Field(examples=[{"quote_validity_days": 60}])


def found_company(cmd: FoundCompany, act: Act, service: Service) -> Answer:
    """Handles `FoundCompany`; the same founding again records nothing."""
    known = service.find(Company, cmd.company_id)
    if known is not None:
        require((known.identity, known.first_parameters) == (cmd.identity, cmd.parameters), AlreadyFounded)
        return {"company_id": cmd.company_id}
    require(service.lookups.company_id() in (None, cmd.company_id), AlreadyFounded)
    service.save(Company.found(cmd.company_id, cmd.identity, cmd.parameters, act))
    return {"company_id": cmd.company_id}


def change_company_identity(cmd: ChangeCompanyIdentity, act: Act, service: Service) -> None:
    """Handles `ChangeCompanyIdentity`."""
    company = the_company(service, cmd.company_id)
    company.change_identity(cmd.identity, act)
    service.save(company)


def set_company_parameters(cmd: SetCompanyParameters, act: Act, service: Service) -> None:
    """Handles `SetCompanyParameters`."""
    company = the_company(service, cmd.company_id)
    company.set_parameters(cmd.change, cmd.from_on or rome_date(act.at), act)
    service.save(company)


def the_company(service: Service, company_id: UUID | None = None) -> Company:
    """The company. Raises `NotFound` before it was founded."""
    known = company_id or service.lookups.company_id()
    if known is None:
        raise NotFound(kind="Company", id="")
    return service.load(Company, known)


def parameters(service: Service, on: date) -> Parameters:
    """The company's parameters on a day; the defaults before it was founded."""
    company_id = service.lookups.company_id()
    company = service.find(Company, company_id) if company_id else None
    return company.parameters_on(on) if company else DEFAULT_PARAMETERS
