"""The whole demo company (azienda dimostrativa): Service Srl of Forlì, which starts with Libretto on 01/09/2026.

Everything is drawn from one seeded generator: the same seed always gives the same company.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from examples.demo.balances import Balances, make_balances
from examples.demo.catalogue import Catalogue, make_catalogue
from examples.demo.contract_lines import Contracts
from examples.demo.contracts import make_contracts
from examples.demo.customers import Customers
from examples.demo.machines import Machines, make_machines
from examples.demo.parties import make_customers

SEED = 20260901


@dataclass(frozen=True)
class Company:
    """All the rows of the import files, by part."""

    customers: Customers
    catalogue: Catalogue
    machines: Machines
    contracts: Contracts
    balances: Balances


def make_company(seed: int = SEED) -> Company:
    """The company of a seed."""
    random = Random(seed)  # noqa: S311 - invented names and dates, nothing secret
    customers = make_customers(random)
    catalogue = make_catalogue(random)
    machines = make_machines(random, customers, catalogue)
    contracts = make_contracts(random, customers, machines)
    balances = make_balances(random, customers, catalogue, machines, contracts)
    return Company(customers, catalogue, machines, contracts, balances)
