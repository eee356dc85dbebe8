"""How tests are dealt out to the processes that run them: file by file, in the order of the collection.

A file's tests often share a database, a server or a company's whole history: dealt out one by one, every process would
make its own. Groups (`xdist_group`) stay together beyond their files.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling


class FileByFile(LoadGroupScheduling):  # type: ignore[misc]  # xdist ships no types
    """Hands out a file at a time, and to whoever is done the next one as collected."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # files with the most tests are not those that take longest

    def _split_scope(self, nodeid: str) -> str:
        group: str = super()._split_scope(nodeid)
        return nodeid.split("::", 1)[0] if group == nodeid else group
