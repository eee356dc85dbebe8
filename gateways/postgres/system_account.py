"""The account a database server runs under when we are root.

PostgreSQL refuses to run as root, which is what a bare container is. The server then runs as `postgres` where that
account exists, otherwise as `nobody`; no account is ever made. The one thing touched outside the server's own folder
is the search bit (`o+x`, neither read nor write) of parent folders that would otherwise lock the account out, and
only of those; each change is logged.
"""

from __future__ import annotations

import logging
import os
import pwd
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_CANDIDATES = ("postgres", "nobody")

logger = logging.getLogger(__name__)


class NoAccount(RuntimeError):
    """We are root and the machine has no unprivileged account to run the server with."""


@dataclass(frozen=True)
class SystemAccount:
    """Who runs the server's programs: `uid` and `gid` when we are root, nobody in particular otherwise."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def choose(cls, data_dir: Path) -> SystemAccount:
        """The account for a data folder: ours when we are not root, the folder's owner when it has one already."""
        if os.geteuid() != 0:
            return cls()
        if data_dir.exists() and data_dir.stat().st_uid != 0:
            owner = data_dir.stat()
            return cls(owner.st_uid, owner.st_gid)
        for name in _CANDIDATES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise NoAccount(f"a database server cannot run as root; make one of the accounts {', '.join(_CANDIDATES)}")

    def make_folder(self, folder: Path) -> None:
        """Make a folder that only this account (and root) may enter."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def open_the_way(self, folder: Path) -> None:
        """Let this account reach `folder`: adds the search bit to the parents that lack it."""
        if self.uid is None:
            return
        for parent in folder.resolve().parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH and parent.stat().st_uid != self.uid:
                logger.warning("letting the database server's account pass through %s (chmod o+x)", parent)
                parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], cwd: Path, timeout_seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs as this account; its output is in the result, errors raise nothing."""
        return subprocess.run(  # noqa: S603 (arguments are ours)
            list(command),
            env=dict(environment),
            cwd=cwd,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_seconds,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )
