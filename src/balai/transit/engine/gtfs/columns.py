"""What a column and a table of a feed are, and their types in polars."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

Type = Literal["id", "text", "int8", "int32", "float", "lat", "lon", "time", "date", "price"]
Orphan = Literal["leave_out", "empty", "keep"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in our table and, where it differs, in the file.

    ``required``: a row without a good value is left out. ``refers``: ``table.column`` that must
    hold the value, in any one of them; ``orphan`` says what becomes of a row where none does.
    """

    name: str
    type: Type
    required: bool = False
    default: int | None = None
    low: int | None = None
    high: int | None = None
    refers: tuple[str, ...] = ()
    orphan: Orphan = "leave_out"
    source: str = ""

    @property
    def header(self) -> str:
        """The column's name in the file."""
        return self.source or self.name


@dataclass(frozen=True, slots=True)
class Table:
    """A file of the feed; ``key`` is unique among its rows."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.txt"

    def column(self, name: str) -> Column:
        """Find a column by its name in our table."""
        return next(column for column in self.columns if column.name == name)


def id_column(
    name: str, *refers: str, required: bool = False, orphan: Orphan = "leave_out"
) -> Column:
    """A column of identifiers, perhaps of rows of other tables."""
    return Column(name, "id", required, refers=refers, orphan=orphan)


def text_column(name: str, required: bool = False) -> Column:
    """A column of plain text."""
    return Column(name, "text", required)


def choice_column(
    name: str, high: int, default: int | None = None, required: bool = False
) -> Column:
    """A column of the standard's enumerations, 0 to `high`."""
    return Column(name, "int8", required, default, 0, high)


def dtype(column: Column) -> "pl.DataType":
    """Give the polars type of a column."""
    import polars as pl

    types: dict[str, pl.DataType] = {
        "id": pl.String(),
        "text": pl.String(),
        "int8": pl.Int8(),
        "int32": pl.Int32(),
        "float": pl.Float64(),
        "lat": pl.Float64(),
        "lon": pl.Float64(),
        "time": pl.Int32(),
        "date": pl.Date(),
        "price": pl.Decimal(18, 4),
    }
    return types[column.type]


def empty_table(table: Table) -> "pl.DataFrame":
    """Make a table of no rows with all its columns."""
    import polars as pl

    return pl.DataFrame(schema={column.name: dtype(column) for column in table.columns})
