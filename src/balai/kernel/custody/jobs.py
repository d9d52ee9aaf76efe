"""Sealing anew under the newest key what may change, a part at a time, beside what goes on."""

from __future__ import annotations

from typing import Any

from django.db import connection
from psycopg import sql

from balai.kernel import keys
from balai.kernel.custody.actions import RESEAL
from balai.kernel.custody.columns import sealed_columns
from balai.kernel.jobs import Work, job
from balai.kernel.keys import SealedColumn

CHUNK = 500


@job(
    RESEAL,
    title={"id": "Penyegelan ulang dengan kunci baru", "en": "Sealing anew under the newest key"},
    labels={"values": {"id": "Disegel ulang", "en": "Sealed anew"}},
)
def reseal(work: Work, *, version: int) -> dict[str, Any]:
    """Open each value of an older version than `version` and seal it under the newest. What a guard
    keeps from change stays as it is: its key stays too.
    """
    count = 0
    for column in sealed_columns():
        if column.fixed:
            continue
        number = 0
        while True:
            with work.rows():
                if not _older(column, version, 1):
                    break
            with work.step(f"{column.table}.{column.column} {number}") as fresh:
                done = _seal_anew(column, version) if fresh else 0
            number, count = number + 1, count + done
            work.progress(count, None, column.table)
    return {"values": count}


def _seal_anew(column: SealedColumn, version: int) -> int:
    rows = _older(column, version, CHUNK)
    update = sql.SQL("UPDATE {table} SET {column} = %s WHERE ctid = %s::tid").format(
        table=sql.Identifier(column.table), column=sql.Identifier(column.column)
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            update,
            [(keys.seal(purpose, keys.open_sealed(purpose, bytes(sealed), about=about),
                        about=about), place)
             for place, purpose, about, sealed in rows],
        )  # fmt: skip
    return len(rows)


def _older(column: SealedColumn, version: int, most: int) -> list[tuple[str, str, str, bytes]]:
    asked = sql.SQL(
        "SELECT ctid::text, {purpose}, {about}, {column} FROM {table}"
        " WHERE get_byte({column}, 0) < %s LIMIT %s FOR NO KEY UPDATE OF {table}"
    ).format(
        purpose=sql.SQL(column.purpose), about=sql.SQL(column.about),
        column=sql.Identifier(column.column), table=sql.Identifier(column.table),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(asked, [version, most])
        return list(cursor.fetchall())
