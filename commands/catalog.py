"""Everything people may ask, on one page: name, path, command, handler, roles. Data; no web framework here.

Paths lie below `/v1/{company}`; a name in braces is a field of the command. `stream` is the field that names the
record the command is about.
"""

from __future__ import annotations

from aggregates import roles
from commands import number_register, party
from commands.base import Entry

# fmt: off
PARTIES = (
    Entry("register-party", "/parties", party.RegisterParty, party.register_party, roles.OFFICE),
    Entry("change-party-identity", "/parties/{party_id}/change-identity", party.ChangePartyIdentity, party.change_party_identity, roles.OFFICE, "party_id"),
    Entry("add-site", "/parties/{party_id}/add-site", party.AddSite, party.add_site, roles.OFFICE, "party_id"),
    Entry("add-contact", "/parties/{party_id}/add-contact", party.AddContact, party.add_contact, roles.OFFICE, "party_id"),
)
NUMBERS = (
    Entry("open-number-register", "/number-registers", number_register.OpenNumberRegister, number_register.open_number_register, roles.MONEY),
)
# fmt: on

CATALOG: tuple[Entry, ...] = (*PARTIES, *NUMBERS)

BY_NAME = {entry.name: entry for entry in CATALOG}
