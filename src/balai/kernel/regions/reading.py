"""Reading a region file: CSV with a code and a name a row, and every fault named by its row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions import codes

CODE_HEADINGS = ("kode", "code")
NAME_HEADINGS = ("nama", "name")
BYTE_ORDER_MARK = "\ufeff"
LONGEST_NAME = 200


@dataclass(slots=True)
class RegionFile:
    """What a region file holds: names by code in the file's order, and what is wrong with it.

    `mentioned` has every readable code, also of rows refused for another reason, so that a code
    with a faulty row is not taken for abolished. `unreadable` counts rows without any such code.
    """

    names: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    mentioned: set[str] = field(default_factory=set)
    rows: int = 0
    unreadable: int = 0


def read_regions(source: Path) -> RegionFile:
    """Read `kode,nama` (or `code,name`; comma, semicolon or tab). ProblemError if it cannot be."""
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemError(
            "The region file is not UTF-8",
            detail=f"Byte {error.start} is not UTF-8. Save the file as CSV UTF-8.",
        ) from None
    return parse_regions(text)


def parse_regions(text: str) -> RegionFile:
    """The same from text already decoded."""
    lines = text.lstrip(BYTE_ORDER_MARK).splitlines()
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=False)
    code_at, name_at = _columns(next(reader, []))
    found = RegionFile()
    for row, values in enumerate(reader, start=2):
        if any(value.strip() for value in values):
            found.rows += 1
            _take(found, row, _at(values, code_at), _at(values, name_at))
    return found


def _columns(header: list[str]) -> tuple[int, int]:
    names = [heading.strip(BYTE_ORDER_MARK + ' "\t').casefold() for heading in header]
    places = [
        next((names.index(heading) for heading in headings if heading in names), None)
        for headings in (CODE_HEADINGS, NAME_HEADINGS)
    ]
    code_at, name_at = places
    if code_at is None or name_at is None:
        missing = CODE_HEADINGS[0] if code_at is None else NAME_HEADINGS[0]
        raise ProblemError(
            "The region file has no heading that says which column is which",
            detail=f"Column {missing!r} is missing. The first row must be: kode,nama",
            faults=(Fault(row=1, field=missing, problem="column missing",
                          value=",".join(header)[:80], remedy="Begin the file with kode,nama"),),
        )  # fmt: skip
    return code_at, name_at


def _at(values: list[str], column: int) -> str:
    # A mark left where two files were joined stands in front of a code.
    return values[column].strip(BYTE_ORDER_MARK + " \t\u00a0") if column < len(values) else ""


def _take(found: RegionFile, row: int, code: str, raw_name: str) -> None:
    name = " ".join(raw_name.split())
    faults = list(_wrong(found, row, code, name))
    if codes.is_code(code):
        found.mentioned.add(code)
    else:
        found.unreadable += 1
    found.faults += faults
    if not faults:
        found.names[code] = name


def _wrong(found: RegionFile, row: int, code: str, name: str) -> Iterator[Fault]:
    if not codes.is_code(code):
        yield Fault(row=row, field="kode", value=code[:40], problem="not a region code",
                    remedy="Write it as 31, 31.71, 31.71.01 or 31.71.01.1001")  # fmt: skip
    elif code in found.names:
        same = found.names[code] == name
        yield Fault(row=row, field="kode", value=code,
                    problem="repeats an earlier row" if same
                    else f"stands earlier as {found.names[code]!r}",
                    remedy="Keep one row for each code")  # fmt: skip
    if not name:
        yield Fault(row=row, field="nama", value=code[:40], problem="the name is empty",
                    remedy="Give the region's name")  # fmt: skip
    elif len(name) > LONGEST_NAME or not name.isprintable():
        yield Fault(row=row, field="nama", value=name[:40],
                    problem="the name is too long or has control characters",
                    remedy=f"Give at most {LONGEST_NAME} printable characters")  # fmt: skip
