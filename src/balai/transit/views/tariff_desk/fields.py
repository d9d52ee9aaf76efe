"""The editor's form: a tariff's figures as fields, read back with what is wrong at each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from balai.kernel.problems import Fault
from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.engine.fares.parameters import Cell
from balai.transit.engine.tariff_versions import Entry, read_entries, tariff_faults
from balai.transit.engine.tariff_versions.fields import (
    optional_of,
    read_value,
    row_numbers,
    shape_of,
    written,
)
from balai.transit.queries.tariff_versions import parameter_words
from balai.transit.views.running import mode_title
from balai.transit.views.tariff_desk.sentences import fault_text
from balai.transit.views.tariff_desk.words import CELLS, CHOICES

ORIGIN = ("from", "article", "source", "verified")
STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell as the page draws it."""

    name: str
    kind: str
    label: str
    values: list[str]
    choices: list[tuple[str, str]]
    error: str = ""

    @property
    def id(self) -> str:
        """An id for the label and the summary of errors."""
        return f"f-{self.name.replace(':', '-').replace('.', '-')}"

    @property
    def value(self) -> str:
        """The one value there is."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells beside each other: of a mode, or one of several rows."""

    label: str
    number: int | None
    boxes: list[Box]


@dataclass(frozen=True, slots=True)
class Figure:
    """One parameter on the page."""

    parameter: str
    title: Mapping[str, str]
    unit: str
    layout: str
    heads: list[str]
    rows: list[Row]
    origin: list[Box]
    error: str = ""
    fixed: str = ""
    hint: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        """Where the summary of errors leads."""
        return f"f-{self.parameter}"

    @property
    def open(self) -> bool:
        """Whether something is wrong with where the figure comes from."""
        return any(box.error for box in self.origin)


@dataclass(slots=True)
class Sheet:
    """A tariff's figures in the editor: as stored, or as they were typed."""

    name: str
    stored: Mapping[str, Entry]
    given: Mapping[str, list[str]]
    faults: list[Fault] = field(default_factory=list)
    general: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, stored: Mapping[str, Entry]) -> Sheet:
        """The sheet as the draft stands."""
        given: dict[str, list[str]] = {}
        for key, entry in stored.items():
            given |= written(key, entry.value)
            given |= {f"{key}.{part}": [text] for part, text in _origin(entry).items()}
        return cls(name, stored, given | _unsaid(stored))

    @classmethod
    def typed(cls, name: str, stored: Mapping[str, Entry], posted: QueryDict) -> Sheet:
        """The sheet as somebody filled it in."""
        given = {key: posted.getlist(key) for key in posted}
        unsaid = {key: text for key, text in _unsaid(stored).items() if not any(given.get(key, ()))}
        return cls(name, stored, given | unsaid)

    @property
    def parameters(self) -> list[str]:
        """The figures of the sheet: those stored, and those that may be added."""
        return [*self.stored, *(name for name in self.optional if name not in self.stored)]

    @property
    def optional(self) -> tuple[str, ...]:
        """The figures that a tariff of this family may lack."""
        return optional_of(str(self.stored["rule"].value))

    def with_row(self, parameter: str) -> Sheet:
        """With an empty row more in a table."""
        number = max(row_numbers(parameter, self.given), default=-1) + 1
        return Sheet(self.name, self.stored, {**self.given, f"{parameter}:{number}:": [""]})

    def without_row(self, parameter: str, number: str) -> Sheet:
        """Without one row of a table."""
        kept = {key: each for key, each in self.given.items()
                if not key.startswith(f"{parameter}:{number}:")}  # fmt: skip
        return Sheet(self.name, self.stored, kept)

    def read(self) -> dict[str, Any]:
        """The parameters as typed; `faults` then says what is wrong with them."""
        raw: dict[str, Any] = {}
        self.faults = []
        for name in self.parameters:
            if name == "rule":
                value, wrong = self.stored["rule"].value, []
            else:
                value, wrong = read_value(name, self.given)
            self.faults += wrong
            if not wrong and self._is_left_out(name, value):
                continue
            raw[name] = {"value": value, **self._told(name, value)}
        if not self.faults:
            entries, self.faults = read_entries(raw)
            self.faults = self.faults or tariff_faults(self.name, entries)
        return raw

    def _is_left_out(self, name: str, value: Any) -> bool:
        """Whether a figure that may be lacking was left as it lacks: a table without a row, or the
        value that holds without saying. One that the draft names so stays so.
        """
        if name not in self.optional:
            return False
        shape = shape_of(name)
        if name in self.stored:
            return not value and bool(self.stored[name].value)
        return not value or (shape is not None and value == shape.default)

    def _told(self, name: str, value: Any) -> dict[str, Any]:
        """Where a figure comes from: as typed for it, or the stamp where only the value changed."""
        own = {part: self._text(f"{name}.{part}") for part in ORIGIN}
        kept = self.stored.get(name)
        stands = kept is not None and own == {**_origin(kept), "verified": own["verified"]}
        changed = kept is None or kept.value != value
        stamp = {part: self._text(f"{STAMP}.{part}") for part in ORIGIN}
        if changed and (stands or kept is None) and any(stamp[part] for part in ORIGIN[:3]):
            own = stamp
        return {"from": own["from"], "article": own["article"], "source": own["source"],
                "verified": own["verified"] == "on"}  # fmt: skip

    def _text(self, name: str) -> str:
        return next(iter(self.given.get(name, ())), "").strip()

    def figures(self) -> Iterator[Figure]:
        """The figures to draw, each with its errors."""
        errors = {fault.field: fault_text(fault) for fault in self.faults}
        for name in self.parameters:
            yield self._figure(name, errors)

    def _figure(self, name: str, errors: Mapping[str, str]) -> Figure:
        title, unit = parameter_words(name)
        shape = shape_of(name)
        fixed = str(CHOICES[self.stored["rule"].value]) if name == "rule" else ""
        cells = shape.cells if shape else (Cell("", "text"),)
        layout = shape.layout if shape else "one"
        return Figure(
            name, title, unit, layout,
            [str(CELLS.get(cell.name, unit or _("Value"))) for cell in cells],
            [] if fixed else list(self._rows(name, layout, cells, errors)),
            [] if name not in self.stored else
            [self._box(f"{name}.{part}", Cell(part, _kind(part)), errors) for part in ORIGIN],
            errors.get(name, ""), fixed, shape.explanation if shape else None,
        )  # fmt: skip

    def _rows(
        self, name: str, layout: str, cells: tuple[Cell, ...], errors: Mapping[str, str]
    ) -> Iterator[Row]:
        if layout == "one":
            yield Row("", None, [self._box(name, cells[0], errors)])
        elif layout == "by_mode":
            for mode in MODE_CODES:
                boxes = [self._box(_part(name, mode, c), c, errors) for c in cells]
                yield Row(mode_title(mode), None, boxes)
        else:
            for number in row_numbers(name, self.given):
                boxes = [self._box(_part(name, str(number), c), c, errors) for c in cells]
                yield Row("", number, boxes)

    def _box(self, name: str, cell: Cell, errors: Mapping[str, str]) -> Box:
        choices = [(code, str(CHOICES.get(code) or mode_title(code))) for code in cell.choices]
        if cell.kind == "choice" and cell.optional:
            choices = [("", "–"), *choices]
        words = _origin_words() if "." in name else CELLS
        label = str(words.get(cell.name, cell.name))
        return Box(name, cell.kind, label, list(self.given.get(name, ())), choices,
                   errors.get(name, ""))  # fmt: skip

    def stamp(self) -> list[Box]:
        """The fields that say where everything changed now comes from."""
        return [self._box(f"{STAMP}.{part}", Cell(part, _kind(part)), {}) for part in ORIGIN]

    def summary(self) -> list[dict[str, str]]:
        """The errors for the page's head, each leading to its field."""
        found = []
        for fault in self.faults:
            title = parameter_words(fault.field.split(":")[0].split(".")[0])[0]
            anchor = f"f-{fault.field.replace(':', '-').replace('.', '-')}"
            found.append({"href": f"#{anchor}", "title": title, "text": fault_text(fault)})
        return found


def _unsaid(stored: Mapping[str, Entry]) -> dict[str, list[str]]:
    """Figures of one value that the draft lacks, as they hold without saying."""
    shapes = {name: shape_of(name) for name in optional_of(str(stored["rule"].value))}
    return {name: [str(shape.default)] for name, shape in shapes.items()
            if shape and shape.layout == "one" and name not in stored}  # fmt: skip


def _part(name: str, part: str, cell: Cell) -> str:
    return f"{name}:{part}:{cell.name}" if cell.name else f"{name}:{part}"


def _kind(part: str) -> Any:
    return {"from": "day", "verified": "flag"}.get(part, "text")


def _origin(entry: Entry) -> dict[str, str]:
    return {"from": entry.start.isoformat(), "article": entry.article, "source": entry.source,
            "verified": "on" if entry.verified else ""}  # fmt: skip


def _origin_words() -> Mapping[str, Any]:
    return {"from": _("Holds from"), "article": _("Article"), "source": _("Source"),
            "verified": _("The decree's own text was read")}  # fmt: skip
