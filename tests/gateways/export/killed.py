"""An export in a process of its own that is killed in the middle of writing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from gateways.export import writing
from gateways.export.folder import Asked, export
from gateways.settings import Settings
from gateways.wiring import Installation


def exporting(dsn: str, data_dir: str, slug: str, folder: str, files: str) -> None:
    """Says that it is ready and kills itself before it has closed so many files."""
    left = int(files)
    keep = writing._keep

    def dying(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        keep(descriptor)

    writing._keep = dying
    with Installation(Settings(database_url=dsn, data_dir=Path(data_dir))) as installation:
        house = installation.house(slug)
        print("ready", flush=True)
        export(house, Path(folder), Asked())
