"""Row-level security: which rows a transaction may see and write.

PostgreSQL itself refuses rows outside the regions that a transaction has named, so that a query
that forgets its filter returns nothing. A transaction names its regions, and the person and the
account whose own rows it may see, by settings that end with it: a setting of the session would
leak to the next request that gets the same connection from the pool.

    with rows_of("73.71"):            # Makassar and everything below it
        Person.objects.count()

Regions are named by codes whose parts are joined by dots; a code opens everything below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import connections, migrations, transaction

T = TypeVar("T")
EVERYWHERE = "*"
"""Opens every region: for the command line, migrations of data, and network-wide accounts."""

FUNCTIONS = """
CREATE FUNCTION balai_regions() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN value = '*' THEN ARRAY[''] ELSE string_to_array(value, ',') END
    FROM (SELECT nullif(current_setting('balai.regions', true), '')) AS setting (value)
$$;
CREATE FUNCTION balai_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT nullif(current_setting('balai.person', true), '')::uuid
$$;
"""
ACCOUNT = "(SELECT nullif(current_setting('balai.account', true), '')::bigint)"
"""The account whose own rows are open, in a policy: what an account asked for while no resident is
known to stand behind it."""
DROP_FUNCTIONS = "DROP FUNCTION balai_regions(); DROP FUNCTION balai_person();"


@dataclass(frozen=True, slots=True)
class Rows:
    """What a transaction sees: rows of these regions, those about this person, and what this
    account made as its own.
    """

    regions: tuple[str, ...] = ()
    person: UUID | None = None
    account: int | None = None


@contextmanager
def rows_of(
    *regions: str, person: UUID | None = None, account: int | None = None, using: str = "default"
) -> Iterator[Rows]:
    """Open the rows of these region codes, of one person and of one account to the queries inside.

    Everything inside is one transaction (a savepoint where one is open already); what was open
    before is open again after it. Without regions, person and account nothing is seen.
    """
    wanted = Rows(regions, person, account)
    # What an outermost transaction names ends with it: nothing was open before.
    is_inner = connections[using].in_atomic_block
    with transaction.atomic(using=using):
        before = opened(using=using) if is_inner else None
        name(wanted, using=using)
        yield wanted
        # After an error the rollback has put the former settings back already.
        if before is not None and not connections[using].needs_rollback:
            name(before, using=using)


def opened(*, using: str = "default") -> Rows:
    """The rows that are open to the current transaction."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('balai.regions', true), current_setting('balai.person', true),"
            " current_setting('balai.account', true)"
        )
        regions, person, account = cursor.fetchone() or ("", "", "")
    codes = tuple(code.removesuffix(".") for code in (regions or "").split(",") if code)
    return Rows(codes, UUID(person) if person else None, int(account) if account else None)


def name(rows: Rows, *, using: str = "default") -> None:
    """Name the rows of the transaction that is open; RuntimeError outside of one."""
    if not connections[using].in_atomic_block:
        raise RuntimeError("rows are named for a transaction, and none is open")
    if any("," in code for code in rows.regions):
        raise ValueError("a region code holds a comma")
    # The closing dot keeps a code from opening another that merely begins alike.
    codes = EVERYWHERE if EVERYWHERE in rows.regions else ",".join(f"{c}." for c in rows.regions)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('balai.regions', %s, true), set_config('balai.person', %s, true),"
            " set_config('balai.account', %s, true)",
            [codes, str(rows.person or ""), str(rows.account or "")],
        )


def carried(lines: Iterable[T], *, using: str = "default") -> Iterator[T]:
    """`lines`, drawn later under the rows that are open now: for an answer that is streamed after
    the request's own transaction has ended.
    """
    rows = opened(using=using)

    def drawn() -> Iterator[T]:
        with rows_of(*rows.regions, person=rows.person, account=rows.account, using=using):
            yield from lines

    return drawn()


class RowSecurity(migrations.RunSQL):
    """A migration's operation: guard a table by region, by person, or by the row it belongs to.

    - `region`: the column with the row's region code; `person`: the column with the person whose
      own row it is. Either opens the row.
    - `through`: `(column, table)` of the guarded row this one belongs to; it is seen where that
      one is.
    - `read_only_person`: the person may see the row, but neither write nor delete it.

    The policy binds the table's owner too; only a superuser passes it.
    """

    def __init__(
        self,
        table: str,
        *,
        region: str = "",
        person: str = "",
        through: tuple[str, str] | None = None,
        read_only_person: bool = False,
    ) -> None:
        if not (region or person or through):
            raise ValueError(f"the rows of {table} are guarded by nothing")
        seen = _condition(table, region, person, through)
        written = _condition(table, region, "" if read_only_person else person, through)
        # A deletion is held against no WITH CHECK: what may be seen may go, unless this forbids it.
        kept = (
            f"CREATE POLICY {table}_kept ON {table} AS RESTRICTIVE FOR DELETE USING ({written});"
            if read_only_person
            else ""
        )
        super().__init__(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f"CREATE POLICY {table}_rows ON {table} USING ({seen}) WITH CHECK ({written});{kept}",
            f"DROP POLICY IF EXISTS {table}_kept ON {table};"
            f"DROP POLICY {table}_rows ON {table};"
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;"
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )
        self.arguments = (table, region, person, through, read_only_person)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """The operation as Django's migrations write it."""
        table, region, person, through, read_only = self.arguments
        return (
            "RowSecurity",
            [table],
            {"region": region, "person": person, "through": through,
             "read_only_person": read_only},
        )  # fmt: skip


def _condition(table: str, region: str, person: str, through: tuple[str, str] | None) -> str:
    # The sub-selects are evaluated once a query, not once a row.
    parts = []
    if region:
        parts.append(f"({region} || '.') ^@ ANY ((SELECT balai_regions())::text[])")
    if person:
        parts.append(f"{person} = (SELECT balai_person())")
    if through:
        column, parent = through
        parts.append(f"EXISTS (SELECT FROM {parent} WHERE {parent}.id = {table}.{column})")
    return " OR ".join(parts) or "false"
