"""Whether the master keys at hand are those that the database was sealed under."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from django.db import connection
from psycopg import sql

from balai.kernel import keys
from balai.kernel.custody.columns import sealed_columns
from balai.kernel.custody.models import KeyCheck
from balai.kernel.keys import MasterKeyMissingError, SealedColumn
from balai.kernel.row_security import EVERYWHERE, rows_of

PURPOSE, SAID = "custody.check", "balai"
RESTORE = "Restore the keys from their backup: balai keys restore FILE"
State = Literal["ok", "unknown", "missing", "other", "newer"]


@dataclass(frozen=True, slots=True)
class Found:
    """How keys and database stand to each other, in a sentence, with the mend.

    `unknown`: the database has no check value yet. `missing`, `other`: the keys are gone, or are
    not those of this database. `newer`: a key has been added that the database does not know yet.
    """

    state: State
    detail: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether rows may be sealed and opened."""
        return self.state == "ok"

    @property
    def safe(self) -> bool:
        """Whether the keys at hand may be taken for this database's from now on."""
        return self.state in {"ok", "newer"}


def look() -> Found:
    """Compare each kept check value with the key of its version."""
    kept = list(KeyCheck.objects.order_by("version"))
    try:
        have = keys.newest_version()
    except MasterKeyMissingError as error:
        return Found("missing", str(error).split(". ")[0], RESTORE)
    if not kept:
        return Found("unknown", "the database has no check value of its keys", "Run: balai migrate")
    for each in kept:
        if each.version > have:
            return Found("missing", f"master key {each.version} ({each.fingerprint}) is not there",
                         RESTORE)  # fmt: skip
        if not _opens(each):
            return Found(
                "other",
                f"master key {each.version} is another one ({keys.fingerprint(each.version)}) than"
                f" the database was sealed under ({each.fingerprint})",
                RESTORE,
            )
    if have > len(kept):
        return Found("newer", f"master key {have} is not in use yet", "Run: balai migrate")
    return Found("ok", f"{have} master key{'s' if have > 1 else ''}, {kept[-1].fingerprint}")


def note(version: int) -> None:
    """Keep a check value of a master key; once."""
    KeyCheck.objects.get_or_create(
        version=version,
        defaults={"fingerprint": keys.fingerprint(version),
                  "sealed": keys.seal(PURPOSE, SAID, about=str(version), version=version)},
    )  # fmt: skip


def versions() -> dict[SealedColumn, Counter[int]]:
    """How many values of each sealed column were sealed under each version."""
    with rows_of(EVERYWHERE):
        return {each: _counted(each) for each in sealed_columns()}


def a_sealed_value() -> tuple[str, str, bytes] | None:
    """Purpose, place and bytes of any sealed value of the database; None where it has none."""
    with rows_of(EVERYWHERE), connection.cursor() as cursor:
        for each in sealed_columns():
            cursor.execute(_any(each))
            if row := cursor.fetchone():
                return str(row[0]), str(row[1]), bytes(row[2])
    return None


def _opens(check: KeyCheck) -> bool:
    try:
        keys.open_sealed(PURPOSE, bytes(check.sealed), about=str(check.version))
    except ValueError:
        return False
    return keys.fingerprint(check.version) == check.fingerprint


def _counted(column: SealedColumn) -> Counter[int]:
    asked = sql.SQL(
        "SELECT get_byte({column}, 0), count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1"
    ).format(column=sql.Identifier(column.column), table=sql.Identifier(column.table))
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return Counter({int(version): int(count) for version, count in cursor.fetchall()})


def _any(column: SealedColumn) -> sql.Composed:
    return sql.SQL(
        "SELECT {purpose}, {about}, {column} FROM {table} WHERE {column} IS NOT NULL LIMIT 1"
    ).format(
        purpose=sql.SQL(column.purpose), about=sql.SQL(column.about),
        column=sql.Identifier(column.column), table=sql.Identifier(column.table),
    )  # fmt: skip
