"""Keys of persons on their way between installations: never in the clear, under a key made from a passphrase.

Without a passphrase they stay under the installation's master key; then only an installation with the same one can take
them in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from aggregates.base import Refusal
from gateways.postgres.database import Connection

BATCH = 5000


class PassphraseWrong(Refusal):
    """This is not the passphrase of the file, or the file was exported without one by another installation."""


@dataclass(frozen=True)
class Wrapping:
    """The key that wraps keys in a file; `salt` is empty where it is the installation's own."""

    key: bytes
    salt: str

    @property
    def check(self) -> str:
        """Tells one key from another without telling the key."""
        return hmac.new(self.key, b"libretto company", "sha256").hexdigest()[:32]


def wrapping(master_key: bytes, passphrase: str | None, salt: str | None = None) -> Wrapping:
    """How keys are wrapped for a file: under a passphrase, or as they are without one."""
    if passphrase is None:
        return Wrapping(master_key, "")
    salt = os.urandom(16).hex() if salt is None else salt
    made = hashlib.scrypt(passphrase.encode(), salt=bytes.fromhex(salt), n=2**15, r=8, p=1, maxmem=2**26, dklen=32)
    return Wrapping(made, salt)


def wrapped_keys(connection: Connection, company_id: UUID, master_key: bytes, under: Wrapping) -> Iterator[bytes]:
    """A company's keys, a line of JSON each; a destroyed one is told as destroyed."""
    with connection.cursor("keys") as cursor:
        cursor.itersize = BATCH
        cursor.execute(
            """select subject_id, wrapped, created_at::text, destroyed_at::text from subject_key
                where company_id = %s order by subject_id""",
            (company_id,),
        )
        for subject_id, wrapped, created_at, destroyed_at in cursor:
            again = aes_key_wrap(under.key, aes_key_unwrap(master_key, wrapped)).hex() if wrapped else None
            line = {"subject": str(subject_id), "key": again, "created_at": created_at, "destroyed_at": destroyed_at}
            yield json.dumps(line).encode() + b"\n"


def take_in(
    connection: Connection, company_id: UUID, lines: Iterable[bytes], master_key: bytes, under: Wrapping
) -> int:
    """Put a file's keys under this installation's master key; how many. Raises `PassphraseWrong`."""
    count = 0
    with connection.cursor() as cursor, cursor.copy(_INTO) as copy:
        for line in lines:
            copy.write_row(_row(company_id, json.loads(line), master_key, under))
            count += 1
    return count


_INTO = "copy subject_key (company_id, subject_id, wrapped, created_at, destroyed_at) from stdin"


def _row(company_id: UUID, told: dict[str, Any], master_key: bytes, under: Wrapping) -> tuple[Any, ...]:
    try:
        plain = aes_key_unwrap(under.key, bytes.fromhex(told["key"])) if told["key"] else None
    except InvalidUnwrap as error:
        raise PassphraseWrong from error
    wrapped = aes_key_wrap(master_key, plain) if plain is not None else None
    return company_id, told["subject"], wrapped, told["created_at"], told["destroyed_at"]
