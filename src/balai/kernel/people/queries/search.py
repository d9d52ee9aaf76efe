"""Finding residents by name, birth date and village: a list that shows no more than needed.

Every condition that an index serves is an equality or range of text, which PostgreSQL lets
through a row policy; `LIKE` only thins what a range has found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from balai.kernel.people.models import NameKey, Person

MOST_FOUND = 5_000
"""A list ends here: who finds more narrows the search."""
T = TypeVar("T", Person, NameKey)
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked: words of a name (each may be cut short), village or region above, status,
    birth date. An empty field asks nothing.
    """

    name: str = ""
    under: str = ""
    status: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A line of the list. The year of birth tells people of one name apart; the day stays in the
    record.
    """

    id: UUID
    name: str
    region_code: str
    sex: str
    birth_year: int | None
    life_status: str
    is_generated: bool


def search_ids(search: Search, *, limit: int = MOST_FOUND + 1) -> list[UUID]:
    """The people found, in the order of their names, at most `limit`."""
    words = _words(search.name)
    if search.name.strip() and not words:
        return []
    if words and search.birth_date is None:
        return _by_key(words, search, limit)
    rows = _narrowed(Person.objects.filter(merged_into=None), search)
    for word in words:
        rows = rows.filter(Q(sort_name__startswith=word) | Q(sort_name__contains=f" {word}"))
    return list(rows.order_by("sort_name", "pk").values_list("pk", flat=True)[:limit])


def lines(ids: Sequence[UUID]) -> list[Found]:
    """The lines of these people, in the same order."""
    rows = Person.objects.in_bulk(list(ids))
    return [_line(rows[each]) for each in ids if each in rows]


def all_lines(ids: Sequence[UUID], *, chunk: int = 500) -> Iterator[Found]:
    """The lines of many people, read a chunk at a time: for a file."""
    for start in range(0, len(ids), chunk):
        yield from lines(ids[start : start + chunk])


def _by_key(words: Sequence[str], search: Search, limit: int) -> list[UUID]:
    # The longest word is the rarest; the range of its keys is read in order until enough are found.
    first, *others = sorted(words, key=len, reverse=True)
    keys = NameKey.objects.filter(key__gte=first, key__lt=first + LAST)
    for word in others:
        keys = keys.filter(key__contains=f" {word}")
    keys = _within(keys, search.under)
    if search.status:
        keys = keys.filter(person__life_status=search.status)
    # Somebody two of whose words begin alike stands there twice.
    found = keys.order_by("key", "person_id").values_list("person_id", flat=True)
    return list(dict.fromkeys(found[: limit * 2]))[:limit]


def _narrowed(rows: QuerySet[Person], search: Search) -> QuerySet[Person]:
    rows = _within(rows, search.under)
    if search.status:
        rows = rows.filter(life_status=search.status)
    return rows.filter(birth_date=search.birth_date) if search.birth_date else rows


def _within(rows: QuerySet[T], under: str) -> QuerySet[T]:
    if not under:
        return rows
    # The character after the dot closes the range of what lies below.
    return rows.filter(region_code__gte=under, region_code__lt=f"{under}/")


def _words(name: str) -> list[str]:
    # Brought to the same form as the keys by the same function.
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_sort_name(%s)", [name.replace("\x00", "")[:200]])
        (found,) = cursor.fetchone() or ("",)
    return list(dict.fromkeys(found.split()))


def _line(row: Person) -> Found:
    return Found(
        id=row.pk, name=row.name, region_code=row.region_code, sex=row.sex,
        birth_year=row.birth_date.year if row.birth_date else None, life_status=row.life_status,
        is_generated=row.is_generated,
    )  # fmt: skip
