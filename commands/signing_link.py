"""What may be asked about signing from afar (firma a distanza): ask somebody, and take the link back.

A code needs a secret of the installation; trying one and signing come from the link's own address. So these are not in
the catalogue, and nobody signed in can sign for a customer.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.call import Call
from aggregates.call_refusals import DocumentNotCurrent, ReportUnknown, RevisionPassed
from aggregates.signing_link import AskedSigner, SignatureAsked, SigningLink
from aggregates.work_report import SHA256, Signature, Signer, document_sha256
from commands.base import Answer, Command, Entry, Service
from commands.words import Words


class AskSignature(Command):
    """Ask somebody to sign a report from afar; whoever has the secret may see it. Only the secret's hash is kept."""

    call_id: UUID
    report_id: UUID
    name: Words = Field(min_length=1, max_length=200, examples=["Anna Verdi"])
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=40)
    valid_days: int = Field(default=7, ge=1, le=60)
    secret_sha256: str = Field(pattern=SHA256, description="SHA-256 of the secret in the address, hexadecimal.")


class MakeSigningCode(Command):
    """Make a one-time code for a link, sent apart from it; it holds ten minutes. Only its hash is kept."""

    link_id: UUID
    code_sha256: str = Field(pattern=SHA256)


class RevokeSigningLink(Command):
    """Take a signing link back."""

    link_id: UUID
    reason: Words = Field(min_length=1, max_length=500, examples=["Inviato alla persona sbagliata"])


class TrySigningCode(Command):
    """The signer enters the code."""

    link_id: UUID
    code_sha256: str = Field(pattern=SHA256)


class SignByLink(Command):
    """The signer signs what was shown."""

    link_id: UUID
    name: Words = Field(min_length=1, max_length=200)
    role: str | None = Field(default=None, max_length=100)
    document_sha256: str = Field(pattern=SHA256)
    image_sha256: str | None = Field(default=None, pattern=SHA256)
    user_agent: str | None = Field(default=None, max_length=300)


def ask_signature(cmd: AskSignature, act: Act, service: Service) -> Answer:
    """Handles `AskSignature`. Raises `ReportUnknown`."""
    call = service.load(Call, cmd.call_id)
    require(cmd.report_id in call.reports, ReportUnknown, report_id=str(cmd.report_id))
    report = call.reports[cmd.report_id]
    asked = SignatureAsked(
        call_id=call.id,
        report_id=report.report_id,
        revision=report.revision,
        document_sha256=document_sha256(call.id, report),
    )
    signer = AskedSigner(signer_id=service.new_id("signer"), **cmd.model_dump(include={"name", "email", "phone"}))
    expires_at = act.at + timedelta(days=cmd.valid_days)
    link = SigningLink.ask(service.new_id("link"), asked, signer, cmd.secret_sha256, expires_at, act)
    service.save(link)
    return {"link_id": link.id, "expires_at": expires_at, "revision": report.revision}


def make_signing_code(cmd: MakeSigningCode, act: Act, service: Service) -> None:
    """Handles `MakeSigningCode`."""
    link = service.load(SigningLink, cmd.link_id)
    link.make_code(cmd.code_sha256, act)
    service.save(link)


def revoke_signing_link(cmd: RevokeSigningLink, act: Act, service: Service) -> None:
    """Handles `RevokeSigningLink`."""
    link = service.load(SigningLink, cmd.link_id)
    link.revoke(cmd.reason, act)
    service.save(link)


def try_signing_code(cmd: TrySigningCode, act: Act, service: Service) -> Answer:
    """Handles `TrySigningCode`: a wrong code is a fact, and so no refusal."""
    link = service.load(SigningLink, cmd.link_id)
    confirmed = link.try_code(cmd.code_sha256, act)
    service.save(link)
    return {"confirmed": confirmed, "tries": link.tries}


def sign_by_link(cmd: SignByLink, act: Act, service: Service) -> None:
    """Handles `SignByLink`: the link is used and the revision signed in one append. Raises as signing does."""
    link = service.load(SigningLink, cmd.link_id)
    call = service.load(Call, link.asked.call_id)
    link.use(cmd.user_agent, act)
    require(cmd.document_sha256 == link.asked.document_sha256, DocumentNotCurrent)
    signer = Signer(signer_id=link.signer.signer_id, name=cmd.name, role=cmd.role)
    signature = Signature(
        signer=signer,
        image_sha256=cmd.image_sha256,
        document_sha256=cmd.document_sha256,
        signed_at=act.at,
        channel="remote",
        link_id=link.id,
    )
    call.sign_report(link.asked.report_id, link.asked.revision, signature, act, as_made=True)
    service.save(link, call)


def check_current(link: SigningLink, call: Call) -> None:
    """Whether the report still is the revision that the link shows. Raises `RevisionPassed`."""
    current = call.reports[link.asked.report_id].revision
    require(current == link.asked.revision, RevisionPassed, current=current)


NOBODY: frozenset[str] = frozenset()
MAKE_CODE = Entry("make-signing-code", "/signing-links/code", MakeSigningCode, make_signing_code, NOBODY, "link_id")
TRY = Entry("try-signing-code", "/signing-links/try", TrySigningCode, try_signing_code, NOBODY, "link_id")
SIGN = Entry("sign-by-link", "/signing-links/sign", SignByLink, sign_by_link, NOBODY, "link_id")
"""What the routes of signing do, with a role for nobody."""
