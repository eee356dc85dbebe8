"""DocumentTemplate (modello di documento): a Word file of the company that its documents are also written with.

One template for each kind, language and, where it is wanted, sort of customer; every version of it is kept, at most one
is in use, and an older one can be taken back. A version with errors is never used. The legal document stays the printed
one: the Word file is made beside it, from the same frozen content.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.document_texts import LANGUAGE
from aggregates.issued_document import SHA256, IssuedKind
from aggregates.values import Value

TEMPLATES = UUID("b1c7d9e0-52f4-5e3a-8d16-94a7c03e5b62")
Customers = Literal["business", "consumer", "public_body"]
Part = Literal["body", "header", "footer", "footnotes", "properties"]


class TemplateUse(Value):
    """What a template is for."""

    kind: IssuedKind
    language: str = Field(default="it", pattern=LANGUAGE, description="Of the customer it is for.")
    customers: Customers | None = Field(default=None, description="Only for this sort of customer; left out, for all.")

    @property
    def template_id(self) -> UUID:
        """There is one template for each use."""
        return uuid5(TEMPLATES, f"{self.kind}/{self.language}/{self.customers or ''}")


class TemplatePlace(Value):
    """Where in a template: the part, the paragraph counted in it from 1, the cell, the words around."""

    part: Part
    paragraph: int = Field(ge=1)
    table: int | None = Field(default=None, ge=1, description="The table counted in its part from 1.")
    row: int | None = Field(default=None, ge=1)
    column: int | None = Field(default=None, ge=1)
    near: str = Field(max_length=200)


class TemplateProblem(Value):
    """What is wrong in a template, in which words of it, and where."""

    code: Literal["unknown-field", "unknown-filter", "not-allowed", "syntax", "not-a-list", "not-a-value"]
    found: str = Field(max_length=200)
    suggestion: str | None = Field(default=None, description="A field that is called much alike.")
    place: TemplatePlace


class TemplateUpload(Value):
    """A version of a template: the file in the archive and what the check found in it."""

    version: int = Field(ge=1)
    sha256: str = Field(pattern=SHA256)
    bytes: int = Field(ge=1)
    name: str = Field(min_length=1, max_length=200)
    problems: tuple[TemplateProblem, ...] = ()


class TemplateVersionUnknown(Refusal):
    """This template has no version {version}; the newest is {newest}."""

    status = 404


class TemplateHasErrors(Refusal):
    """Version {version} has {count} errors, the first: {found} near "{near}". Put them right and upload it anew."""

    status = 422


class TemplateReasonMissing(Refusal):
    """Say why the template is not used any more."""

    status = 422


class DocumentTemplate(Aggregate):
    """A template and its versions."""

    TOPIC = "document-template"

    class Begun(FirstEvent):
        """The company has a template for this use."""

        TOPIC = "document-template.begun.v1"
        use: TemplateUse
        upload: TemplateUpload

    class VersionAdded(Aggregate.Event):
        """A new version was uploaded; the one in use stays in use."""

        TOPIC = "document-template.version-added.v1"
        upload: TemplateUpload

    class Published(Aggregate.Event):
        """Documents are written with this version from now on."""

        TOPIC = "document-template.published.v1"
        version: int
        sha256: str
        use: TemplateUse

    class Withdrawn(Aggregate.Event):
        """The template is not used any more; its versions stay."""

        TOPIC = "document-template.withdrawn.v1"
        reason: str

    # Decide

    @classmethod
    def begin_with(cls, use: TemplateUse, upload: TemplateUpload, act: Act) -> DocumentTemplate:
        """The first version of a template."""
        return cls.begin(cls.Begun, id=use.template_id, act=act, use=use, upload=upload)

    def add(self, upload: TemplateUpload, act: Act) -> None:
        """A further version; the newest one's file again records nothing, unless another check found other things."""
        newest = self.versions[self.newest]
        if (upload.sha256, upload.problems) != (newest.sha256, newest.problems):
            numbered = upload.model_copy(update={"version": self.newest + 1})
            self.trigger_event(self.VersionAdded, act=act, upload=numbered)

    def publish(self, version: int, act: Act) -> None:
        """Use a version, or go back to an older one. Raises `TemplateVersionUnknown`, `TemplateHasErrors`."""
        upload = self.require_sound(version)
        if self.current != version:
            self.trigger_event(self.Published, act=act, version=version, sha256=upload.sha256, use=self.use)

    def withdraw(self, reason: str, act: Act) -> None:
        """Use none any more; nothing when none is used. Raises `TemplateReasonMissing`."""
        if self.current is None:
            return
        require(bool(reason.strip()), TemplateReasonMissing)
        self.trigger_event(self.Withdrawn, act=act, reason=reason.strip())

    # Answers

    def require_sound(self, version: int) -> TemplateUpload:
        """A version in which nothing is wrong. Raises `TemplateVersionUnknown`, `TemplateHasErrors`."""
        upload = self.versions.get(version)
        if upload is None:
            raise TemplateVersionUnknown(version=version, newest=self.newest)
        if upload.problems:
            first = upload.problems[0]
            count = len(upload.problems)
            raise TemplateHasErrors(version=version, count=count, found=first.found, near=first.place.near)
        return upload

    @property
    def newest(self) -> int:
        """The number of the version uploaded last."""
        return max(self.versions)

    @property
    def in_use(self) -> TemplateUpload | None:
        """The version that documents are written with."""
        return None if self.current is None else self.versions[self.current]

    # Evolve

    @event(Begun)
    def __init__(self, use: TemplateUse, upload: TemplateUpload) -> None:
        self.use = use
        self.versions = {upload.version: upload}
        self.current: int | None = None

    @event(VersionAdded)
    def _version_added(self, upload: TemplateUpload) -> None:
        self.versions[upload.version] = upload

    @event(Published)
    def _published(self, version: int) -> None:
        self.current = version

    @event(Withdrawn)
    def _withdrawn(self) -> None:
        self.current = None
