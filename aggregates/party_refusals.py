"""Why something is not done to a party (rifiuti delle anagrafiche)."""

from __future__ import annotations

from aggregates.base import Refusal


class VatNumberWrong(Refusal):
    """{vat_number} is not a valid VAT number; check its digits."""

    status = 422


class TaxCodeWrong(Refusal):
    """{tax_code} is not a valid tax code; check its characters."""

    status = 422


class RecipientCodeWrong(Refusal):
    """{recipient_code} is not a recipient code: six characters for public bodies, seven for everyone else."""

    status = 422


class TaxIdentityMissing(Refusal):
    """A customer needs a VAT number or a tax code to be invoiced."""

    status = 422


class IbanWrong(Refusal):
    """{iban} is not a valid IBAN; check its digits."""

    status = 422


class SiteCodeTaken(Refusal):
    """This party already has a site with the code {code}; change that one, or choose another code."""


class PartyInactive(Refusal):
    """{code} was deactivated; reactivate the party first."""


class NoSuchSite(Refusal):
    """This party has no such site; look at its sites."""

    status = 404


class ContactUnknown(Refusal):
    """This party has no such contact; look at its contacts."""

    status = 404


class SiteIsClosed(Refusal):
    """The site {code} is closed since {on}; reopen it first, or choose another one."""


class NotAProspect(Refusal):
    """{code} is no prospect; only a prospect is converted to a customer."""


class NotAnEndUser(Refusal):
    """{code} is no end user; only an end user belongs to a customer of ours."""

    status = 422


class OwnCustomer(Refusal):
    """A party cannot be its own end user; choose the customer it belongs to."""

    status = 422
