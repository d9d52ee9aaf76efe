"""Batches into temporary tables by COPY, where SQL compares them with the register at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from balai.kernel.people.intake.batch import (
    HOUSEHOLD_COLUMNS,
    PERSON_COLUMNS,
    PHONE_COLUMNS,
    Batch,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

TABLES = """
CREATE TEMPORARY TABLE intake_person (
  row integer PRIMARY KEY, person uuid, identifier uuid, index bytea, sealed bytea, name text,
  sex text, birth_place text, birth_date date, region text, religion smallint, marital smallint,
  education smallint, occupation smallint, mother_name text, kk_index bytea, relation smallint,
  household uuid, member uuid, address_id uuid, street text, rt text, rw text, apart boolean,
  known boolean NOT NULL DEFAULT false, changed boolean NOT NULL DEFAULT false,
  problem text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_household (
  kk_index bytea PRIMARY KEY, household uuid, number_id uuid, sealed bytea, region text,
  address_id uuid, street text, rt text, rw text,
  state text NOT NULL DEFAULT 'new', changed boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
CREATE TEMPORARY TABLE intake_phone (
  row integer PRIMARY KEY, contact uuid, index bytea, sealed bytea, secret bytea
) ON COMMIT DROP;
"""
SORTED_IN_MEMORY = "SET LOCAL work_mem = '64MB'"
COUNTED = """
ANALYZE intake_person (row, person, index, kk_index, relation, household, known, changed, apart),
  intake_household (kk_index, household, state), intake_phone (row)
"""
"""Only what statements join and choose by: a sample of every name and address costs a second."""
DROP = "DROP TABLE IF EXISTS intake_person, intake_household, intake_phone"


def stage(batch: Batch) -> None:
    """Copy the batch into temporary tables that end with the transaction."""
    with connection.cursor() as cursor:
        # A batch and the keys of its names are joined and sorted without spilling to disk.
        cursor.execute(SORTED_IN_MEMORY)
        cursor.execute(DROP)
        cursor.execute(TABLES)
    _copy("intake_person", PERSON_COLUMNS, batch.people)
    _copy("intake_household", HOUSEHOLD_COLUMNS, batch.households)
    _copy("intake_phone", PHONE_COLUMNS, batch.phones)
    analyse()


def analyse() -> None:
    """Count the staged rows anew: without that the planner joins them in the worst order."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)


def _copy(table: str, columns: Sequence[str], frame: pl.DataFrame) -> None:
    if not frame.height:
        return
    text = frame.select(columns).write_csv(include_header=False, date_format="%Y-%m-%d")
    names = ", ".join(f'"{column}"' for column in columns)
    # Table and columns are names of this module, never of a file.
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(text.encode())
