"""Counts of people by region, from a CSV file of codes and counts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions import codes
from balai.kernel.regions.models import Population, Region

CODE_HEADINGS = ("kode", "code")
PEOPLE_HEADINGS = ("penduduk", "people", "population")
MOST_PEOPLE = 10**9
YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationImport:
    """Rows read, regions whose count was set, and the rows refused."""

    rows: int
    regions: int
    people: int
    faults: tuple[Fault, ...]
    dry_run: bool = False

    def as_dict(self) -> dict[str, object]:
        """The import for JSON."""
        return {"rows": self.rows, "regions": self.regions, "people": self.people,
                "dry_run": self.dry_run,
                "issues": [fault.as_dict() for fault in self.faults]}  # fmt: skip


@transaction.atomic
def import_population(
    source: Path, *, year: int, origin: str, dry_run: bool = False
) -> PopulationImport:
    """Take in a CSV file of `kode,penduduk`: how many people each region had in the year.

    Good rows are kept, the others reported by row (1 is the heading). A count that is there for
    the region and year is replaced. ProblemError where the file has no such columns or the year
    is none.
    """
    if year not in YEARS:
        fault = Fault(field="year", value=str(year), problem="is no year of a count",
                      remedy="Give the year the people were counted, such as 2025")  # fmt: skip
        raise ProblemError("The population cannot be taken in", faults=(fault,))
    known = dict(Region.objects.filter(scheme=codes.SCHEME).values_list("code", "pk"))
    counts: dict[str, int] = {}
    faults: list[Fault] = []
    rows = 0
    for row, code, people in _rows(source):
        rows += 1
        found = _judged(row, code, people, known, counts)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            counts[code] = found
    if not dry_run:
        _save({known[code]: people for code, people in counts.items()}, year, origin)
    return PopulationImport(
        rows=rows, regions=len(counts), people=sum(counts.values()), faults=tuple(faults),
        dry_run=dry_run,
    )  # fmt: skip


def _rows(source: Path) -> Iterator[tuple[int, str, str]]:
    try:
        lines = source.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ProblemError(
            "The population file is not UTF-8",
            detail=f"Byte {error.start} is not UTF-8. Save the file as CSV UTF-8.",
        ) from None
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    reader = csv.reader(lines, delimiter=delimiter)
    header = [heading.strip().casefold() for heading in next(reader, [])]
    code_at, people_at = _column(header, CODE_HEADINGS), _column(header, PEOPLE_HEADINGS)
    for row, values in enumerate(reader, start=2):
        if any(value.strip() for value in values):
            padded = [*values, *[""] * len(header)]
            yield row, padded[code_at].strip(), padded[people_at].strip()


def _column(header: list[str], headings: tuple[str, ...]) -> int:
    for heading in headings:
        if heading in header:
            return header.index(heading)
    fault = Fault(row=1, field=headings[0], value=",".join(header)[:80], problem="column missing",
                  remedy="Begin the file with kode,penduduk")  # fmt: skip
    raise ProblemError("The population file lacks a column", faults=(fault,))


def _judged(
    row: int, code: str, people: str, known: dict[str, int], counts: dict[str, int]
) -> int | Fault:
    if code not in known:
        return Fault(row=row, field="kode", value=code[:40], problem="no region has this code",
                     remedy="Import the region file first, or mend the code")  # fmt: skip
    if code in counts:
        return Fault(row=row, field="kode", value=code, problem="repeats an earlier row",
                     remedy="Keep one row for each code")  # fmt: skip
    if not (people.isascii() and people.isdigit()) or int(people) > MOST_PEOPLE:
        return Fault(row=row, field="penduduk", value=people[:40],
                     problem="is not a whole number of people",
                     remedy="Write digits alone, such as 28431")  # fmt: skip
    return int(people)


def _save(people: dict[int, int], year: int, origin: str) -> None:
    Population.objects.bulk_create(
        [Population(region_id=region, year=year, people=count, source=origin)
         for region, count in people.items()],
        update_conflicts=True, unique_fields=["region", "year"],
        update_fields=["people", "source"], batch_size=2000,
    )  # fmt: skip
