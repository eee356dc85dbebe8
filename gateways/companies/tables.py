"""The tables that hold what a company owns (tabelle dell'azienda), found by looking: whoever adds one is not forgotten.

Read models are not among them: they are folded from the log wherever it comes to.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier, Literal

from gateways.postgres.database import Connection

DIRECTORY = ("company", "company_place")
"""Who is here and where: made anew in every place."""
FOLDED = ("read_model_position", "parked_fact", "view_checkpoint")
HEAD, FACTS, COMMANDS, KEYS = "company_head", "fact", "command", "subject_key"
LOG = (HEAD, FACTS, COMMANDS, KEYS)
"""Tables whose copying knows more of them than their columns."""
ALL = SQL("true")
OWNED = """
select c.relname, array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '')
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
   and (c.relname ~ '^v_.*_[0-9]+$') = %s
 group by c.oid, c.relname having bool_or(a.attname = 'company_id')
 order by not exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal), c.oid"""


@dataclass(frozen=True)
class OwnedTable:
    """A table with a company_id, and its columns."""

    name: str
    columns: tuple[str, ...]

    def out_of(self, company_id: UUID, condition: Composed | SQL = ALL, order: str | None = None) -> Composed:
        """The statement that copies a company's rows out, as PostgreSQL keeps them."""
        return SQL("copy (select {} from {} where company_id = {} and {} {}) to stdout (format binary)").format(
            self._listed(),
            Identifier(self.name),
            Literal(company_id),
            condition,
            SQL("order by {}").format(Identifier(order)) if order else SQL("order by 1, 2"),
        )

    def into(self, target: str | None = None) -> Composed:
        """The statement that copies rows in, into this table or one like it."""
        return SQL("copy {} ({}) from stdin (format binary)").format(Identifier(target or self.name), self._listed())

    def _listed(self) -> Composed:
        return SQL(", ").join(map(Identifier, self.columns))


def owned(connection: Connection) -> dict[str, OwnedTable]:
    """What companies own, by name: first what fills other tables by a trigger, then in the order of their making."""
    rows = connection.execute(OWNED, (False,)).fetchall()
    return {name: OwnedTable(name, tuple(columns)) for name, columns in rows if name not in (*DIRECTORY, *FOLDED)}


def beside_the_log(connection: Connection) -> list[OwnedTable]:
    """Those that are copied as they are: claims, cursors, seals and whatever will be added."""
    return [table for name, table in owned(connection).items() if name not in LOG]


def every_table(connection: Connection) -> list[str]:
    """Every table with rows of companies, read models as well, those that refer to others first; not the directory."""
    folded = [name for name, _ in connection.execute(OWNED, (True,)).fetchall()]
    kept = [name for name, _ in connection.execute(OWNED, (False,)).fetchall() if name not in DIRECTORY]
    return [*folded, *reversed(kept)]
