"""Everything people may see, on one page: name, path, parameters, query, read models, roles.

Paths lie below `/v1/{company}`; a name in braces is a field of the query's parameters.
"""

from __future__ import annotations

from aggregates import roles
from projections import parties
from projections.base import ReadModel, View

READ_MODELS: tuple[type[ReadModel], ...] = (parties.Parties,)

# fmt: off
VIEWS: tuple[View, ...] = (
    View("parties", "/parties", parties.FindParties, parties.find_parties, (parties.Parties,), roles.ALL),
    View("party", "/parties/{party_id}", parties.PartySheet, parties.party_sheet, (parties.Parties,), roles.ALL),
)
# fmt: on

BY_NAME = {view.name: view for view in VIEWS}
