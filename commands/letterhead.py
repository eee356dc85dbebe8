"""What people may ask about the looks of documents (carta intestata)."""

from __future__ import annotations

from aggregates.attachment import StoredFile, stored_file_id
from aggregates.base import Act
from aggregates.letterhead import LetterheadLook, LogoUnknown, check_logo
from commands.base import Command, Service
from commands.company import the_company


class SetLetterhead(Command, LetterheadLook):
    """Give documents a logo, a colour, a footer and other data from now on; issued ones keep their looks.

    Upload the logo first and name it by its hash.
    """


def set_letterhead(cmd: SetLetterhead, act: Act, service: Service) -> None:
    """Handles `SetLetterhead`; the same again records nothing.

    Raises `LogoUnknown`, `LogoUnusable`, `ColourUnreadable`.
    """
    look = LetterheadLook(**dict(cmd))
    if look.logo_sha256 is not None:
        file = service.find(StoredFile, stored_file_id(look.logo_sha256))
        if file is None:
            raise LogoUnknown(sha256=look.logo_sha256)
        check_logo(file.media_type, file.bytes)
    company = the_company(service)
    company.set_letterhead(look, act)
    service.save(company)
