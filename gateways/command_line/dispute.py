"""Evidence for a dispute on the command line (prova documentale): one file that a third party can verify (AUD-2)."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from aggregates.evidence import About
from aggregates.values import ROME
from gateways.command_line.session import CompanyOption, Failed, house_of, opened, out
from gateways.command_line.texts import _
from gateways.evidence.bundle import Asked, write_evidence


def dispute(
    kind: Annotated[About, typer.Argument(help=_("What the dispute is about."))],
    record: Annotated[str, typer.Argument(help=_("Its number as it is printed, or its id."))],
    company: CompanyOption = "",
    folder: Annotated[Path, typer.Option("--out", help=_("The folder to write into."))] = Path(),
    known_at: Annotated[
        str, typer.Option("--known-at", help=_("Only what was recorded by this instant, as 2026-09-30T18:00."))
    ] = "",
    unpack: Annotated[bool, typer.Option("--unpack", help=_("Also unpack it into a folder of its own."))] = False,
) -> None:
    """Writes an evidence file."""
    instant = _instant(known_at) if known_at else None
    with opened() as installation:
        house = house_of(installation, company)
        folder.mkdir(parents=True, exist_ok=True)
        asked = Asked(kind, record, "system:command-line", datetime.now(UTC), instant)
        with TemporaryDirectory(dir=folder, prefix=".evidence-") as making:
            unfinished = Path(making) / "evidence.zip"
            with unfinished.open("wb") as target:
                evidence = write_evidence(house, asked, target)
            file = unfinished.replace(folder / f"{evidence.name}.zip")
    if unpack:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(folder / evidence.name)
    out.print(str(file), markup=False)
    text = _("{facts} facts ({withheld} withheld), {documents} documents, {erased} personal words erased")
    out.print(text.format(**{name: getattr(evidence, name) for name in ("facts", "withheld", "documents", "erased")}))
    out.print(_("Hash of manifest.json: {hash}").format(hash=evidence.manifest_sha256), markup=False)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Failed(_("{text} is no instant; write it as 2026-09-30T18:00.").format(text=text)) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=ROME)
