"""Measures over events: how many of a kind, or the sum of one of its fields."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db import connection

from balai.kernel.events.kinds import EventKind
from balai.kernel.events.marks import not_a_mark, read_mark, write_mark
from balai.kernel.events.measures import (
    Column,
    Freshness,
    Measure,
    MeasureQuery,
    MeasureValue,
    RecordPage,
)

ENVELOPE = ("id", "day", "at", "place", "city")
"""What every event's record may show besides its own fields; never its subject or actor."""

DAY = Column("day", {"id": "Hari", "en": "Day"}, "day")
PLACE = Column("place", {"id": "Tempat", "en": "Place"})


def event_measure(
    kind: EventKind,
    *,
    name: str,
    title: Mapping[str, str],
    unit: str,
    description: Mapping[str, str],
    version: int = 1,
    aggregate: Literal["count", "sum"] = "count",
    field: str | None = None,
    where: Mapping[str, Any] | None = None,
    columns: Sequence[Column] = (DAY, PLACE),
) -> Measure:
    """A measure of the events of `kind` whose fields equal `where`.

    `aggregate` counts the events or sums their `field`, which must be int or Decimal: the sum of
    floats depends on their order. `columns` are shown of each record: of its fields, none that is
    personal, and of day, at, place, city, id. Events of older versions are brought up first.
    TypeError where a name is not a field of the kind, or may not be summed or shown.
    """
    source = _Source(kind, aggregate, field, dict(where or {}), tuple(columns))
    return Measure(
        name=name,
        title=title,
        unit=unit,
        version=version,
        description=description,
        values=source.values,
        records=source.records,
        freshness=source.freshness,
    )


@dataclass(frozen=True)
class _Source:
    kind: EventKind
    aggregate: Literal["count", "sum"]
    field: str | None
    where: Mapping[str, Any]
    columns: tuple[Column, ...]

    def __post_init__(self) -> None:
        names = self.kind.field_names
        unknown = set(self.where) - names
        unknown |= {column.name for column in self.columns} - names - set(ENVELOPE)
        if unknown:
            raise TypeError(f"{self.kind.name} has no fields {sorted(unknown)}")
        personal = {column.name for column in self.columns} & self.kind.personal
        if personal:
            raise TypeError(f"{self.kind.name}: {sorted(personal)} tell of a person")
        if (self.aggregate == "sum") != (self.field is not None):
            raise TypeError("a sum needs a field, and a count has none")
        if self.field is not None and not self._number() & {int, Decimal}:
            raise TypeError(f"{self.kind.name}.{self.field} is neither int nor Decimal")

    def values(self, query: MeasureQuery) -> list[MeasureValue]:
        """The figure by day and place, in their order."""
        found = _fetch(self._grouped(), self._parameters(query))
        sums: dict[tuple[date, str], list[Any]] = {
            (day, place): [total, count] for day, place, total, count, _ in found if count
        }
        for row in self._older(query) if any(other for *_, other in found) else ():
            cell = sums.setdefault((row["day"], row["place"]), [0, 0])
            cell[0] += (row[self.field] or 0) if self.field else 1
            cell[1] += 1
        whole = not self.field or Decimal not in self._number()
        return [
            MeasureValue(day, place, int(total) if whole else Decimal(total), count)
            for (day, place), (total, count) in sorted(sums.items())
        ]

    def records(self, query: MeasureQuery, limit: int, after: str | None) -> RecordPage:
        """A page of the events behind the figure, in the order of day, time and id."""
        rows: list[dict[str, Any]] = []
        for row in self._rows(query, after, limit + 1):
            rows.append(row)
            if len(rows) > limit:
                break
        shown = rows[:limit]
        return RecordPage(
            columns=self.columns,
            rows=tuple(tuple(row[column.name] for column in self.columns) for row in shown),
            next=_mark(shown[-1]) if len(rows) > limit else None,
            total=self._count(query),
        )

    def freshness(self, query: MeasureQuery) -> Freshness:
        """How many events of the kind the query meets (`where` left aside), and the latest."""
        statement = f"SELECT count(*), max(recorded_at) FROM events_event WHERE {_MET}"  # noqa: S608
        return Freshness(*_fetch(statement, self._parameters(query))[0])

    def _matching(self) -> str:
        # Without a look at the data an index alone can answer.
        same = "version = %(version)s"
        return f"{same} AND data @> %(where)s::jsonb" if self.where else same

    def _grouped(self) -> str:
        matching = self._matching()
        value = f"sum((data->>'{self.field}')::numeric)" if self.field else "count(*)"
        return f"""
            SELECT day, place, coalesce({value} FILTER (WHERE {matching}), 0),
                   count(*) FILTER (WHERE {matching}),
                   count(*) FILTER (WHERE version <> %(version)s)
              FROM events_event WHERE {_MET} GROUP BY day, place"""  # noqa: S608

    def _count(self, query: MeasureQuery) -> int:
        statement = f"""
            SELECT count(*) FILTER (WHERE {self._matching()}),
                   count(*) FILTER (WHERE version <> %(version)s)
              FROM events_event WHERE {_MET}"""  # noqa: S608
        count, others = _fetch(statement, self._parameters(query))[0]
        return int(count) + (len(self._older(query)) if others else 0)

    def _number(self) -> set[Any]:
        hint = get_type_hints(self.kind.fields).get(self.field or "")
        if get_origin(hint) in (Union, types.UnionType):
            return set(get_args(hint)) - {type(None)}
        return {hint}

    def _parameters(self, query: MeasureQuery) -> dict[str, Any]:
        from pydantic_core import to_jsonable_python

        return {
            "city": query.city,
            "kind": self.kind.name,
            "start": query.start,
            "end": query.end,
            "places": None if query.places is None else list(query.places),
            "version": self.kind.version,
            "where": json.dumps(to_jsonable_python(dict(self.where))),
        }

    def _older(self, query: MeasureQuery) -> list[dict[str, Any]]:
        """The events that only reading can bring up, if they belong to the figure."""
        statement = f"SELECT {_ROW} FROM events_event WHERE {_MET} AND version <> %(version)s"  # noqa: S608
        rows = _fetch(statement, self._parameters(query))
        return [row for found in rows if (row := self._brought_up(found)) is not None]

    def _rows(self, query: MeasureQuery, after: str | None, size: int) -> Iterator[dict[str, Any]]:
        parameters = {**self._parameters(query), "size": size}
        mark = after
        while True:
            beyond = ""
            if mark is not None:
                beyond = _BEYOND
                parameters |= _place(mark)
            found = _fetch(_PAGE.format(beyond=beyond), parameters)
            yield from (row for f in found if (row := self._brought_up(f)) is not None)
            if len(found) < size:
                return
            mark = _mark(dict(zip(ENVELOPE, found[-1], strict=False)))

    def _brought_up(self, found: Sequence[Any]) -> dict[str, Any] | None:
        *envelope, version, data = found
        loaded = self.kind.load(version, json.loads(data))
        fields = {f.name: getattr(loaded, f.name) for f in dataclasses.fields(loaded)}
        if any(fields[name] != wanted for name, wanted in self.where.items()):
            return None
        return {**fields, **dict(zip(ENVELOPE, envelope, strict=True))}


_MET = """city = %(city)s AND kind = %(kind)s AND day BETWEEN %(start)s AND %(end)s
  AND (%(places)s::text[] IS NULL OR place = ANY(%(places)s::text[]))"""
_ROW = "id, day, at, place, city, version, data::text"
_BEYOND = """AND day >= %(day)s::date
  AND (day, at, id) > (%(day)s::date, %(at)s::timestamptz, %(id)s::uuid)"""
_PAGE = f"""
SELECT {_ROW} FROM events_event
 WHERE {_MET} AND (version <> %(version)s OR data @> %(where)s::jsonb) {{beyond}}
 ORDER BY day, at, id LIMIT %(size)s"""  # noqa: S608


def _mark(row: Mapping[str, Any]) -> str:
    return write_mark([row["day"].isoformat(), row["at"].isoformat(), row["id"]])


def _place(mark: str) -> dict[str, Any]:
    day, at, identifier = read_mark(mark, 3)
    try:
        return {
            "day": date.fromisoformat(day),
            "at": datetime.fromisoformat(at),
            "id": UUID(identifier),
        }
    except ValueError as error:
        raise not_a_mark(mark) from error


def _fetch(statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
