"""Taking one batch into the register: a statement for each thing that happens, none a row.

Everything runs in the transaction of the caller, on rows of the import's region. Each statement
compares what the file says with what is kept; where they agree nothing is written, so that the
same file again changes nothing. An empty cell never erases what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from balai.kernel.people.intake import statements as sql
from balai.kernel.people.intake.batch import Batch, ids
from balai.kernel.people.intake.staging import analyse, stage
from balai.kernel.people.models import ResidentImport
from balai.kernel.people.numbers import sealed_contact
from balai.kernel.row_security import EVERYWHERE, rows_of

OTHER_RELATIVE = 11


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: counts, and rows (file row to kind of issue) found at the register.

    `refused` rows were not taken; `noted` ones were.
    """

    added: int
    changed: int
    unchanged: int
    refused: Mapping[int, str]
    noted: Mapping[int, str]


def take_in(taken: ResidentImport, batch: Batch, cards_in_file: frozenset[bytes]) -> Outcome:
    """Bring the register to what the batch says, keeping the history of what it was.

    `cards_in_file`: blind indexes of every family card in the file; a family whose card still
    stands in it has not got a new number.
    """
    stage(batch)
    parts: dict[str, Any] = {
        "taken": taken.pk, "day": taken.as_of, "generated": taken.is_generated,
        "within": f"{taken.region_code}.", "other": OTHER_RELATIVE,
    }  # fmt: skip
    # A NIK is one person's in the whole installation, so its place is asked everywhere; of whom it
    # finds elsewhere nothing is told but that.
    with rows_of(EVERYWHERE):
        _run(sql.FIND_PEOPLE, parts)
        _run(sql.FIND_HOUSEHOLDS, parts)
    refused = dict(_rows(sql.REFUSE, parts))
    analyse()
    _renumber(parts, cards_in_file)
    _people(parts)
    _households(parts)
    noted = _members(parts)
    _addresses(parts)
    _phones(parts, batch)
    added, changed, unchanged = _rows(sql.COUNT, parts)[0]
    return Outcome(added, changed, unchanged, refused, noted)


def _people(parts: Mapping[str, Any]) -> None:
    for statement in (sql.MARK_CHANGED, sql.KEEP_FORMER, sql.CHANGE_PEOPLE, sql.ADD_PEOPLE,
                      sql.ADD_IDENTIFIERS, sql.NOTE_ADDED):  # fmt: skip
        _run(statement, parts)


def _renumber(parts: Mapping[str, Any], cards_in_file: frozenset[bytes]) -> None:
    """Give a family that came with another card its new number, if its head has it now."""
    pairs = [
        (bytes(card), household)
        for card, household, former in _rows(sql.FIND_RENUMBERED, parts)
        if bytes(former) not in cards_in_file
    ]
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.executemany(sql.MARK_RENUMBERED, [(household, card) for card, household in pairs])
    for statement in (sql.END_NUMBERS, sql.ADD_NUMBERS_ANEW, sql.NOTE_NUMBERS):
        _run(statement, parts)


def _households(parts: Mapping[str, Any]) -> None:
    for statement in (sql.ADD_HOUSEHOLDS, sql.ADD_NUMBERS, sql.NOTE_HOUSEHOLDS, sql.ASSIGN,
                      sql.END_HOUSEHOLD_ADDRESSES, sql.ADD_HOUSEHOLD_ADDRESSES,
                      sql.MOVE_HOUSEHOLDS, sql.MOVE_NUMBERS):  # fmt: skip
        _run(statement, parts)


def _members(parts: Mapping[str, Any]) -> dict[int, str]:
    """End and begin memberships; tells rows whose family has another head already."""
    _run(sql.END_MEMBERS, parts)
    heads = _rows(sql.DEMOTE_HEADS, parts)
    _run(sql.ADD_MEMBERS, parts)
    _run(sql.MOVE_MEMBERS, parts)
    return {row: "head_exists" for (row,) in heads}


def _addresses(parts: Mapping[str, Any]) -> None:
    _run(sql.END_ADDRESSES, parts)
    _run(sql.ADD_ADDRESSES, parts)


def _phones(parts: Mapping[str, Any], batch: Batch) -> None:
    """Keep telephones: of people without a secret under a new one, of others under their own."""
    _run(sql.ADD_SECRETS, parts)
    _run(sql.ADD_CONTACTS, parts)
    own = _rows(sql.PHONES_OF_THE_KNOWN, parts)
    if not own:
        return
    numbers = dict(zip(batch.phones["row"], batch.phones["phone"], strict=True))
    values = []
    for (row, person, region, secret, index), contact in zip(own, ids(len(own)), strict=True):
        sealed = sealed_contact(bytes(secret), numbers[row], contact)
        values.append((contact, person, region, index, sealed))
    with connection.cursor() as cursor:
        cursor.executemany(sql.ADD_CONTACT, values)
        cursor.execute(sql.MARK_ROWS, [[row for row, *_ in own]])


def _run(statement: str, parts: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parts)


def _rows(statement: str, parts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parts)
        return list(cursor.fetchall())
