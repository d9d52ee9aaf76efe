"""Judging a table of residents, column by column, each fault with its row, field and value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from balai.kernel.people.intake.engine import numbers
from balai.kernel.people.intake.engine.columns import heading_of
from balai.kernel.people.intake.engine.issues import KINDS, Issue, IssueList
from balai.kernel.people.intake.engine.reading import Table
from balai.kernel.people.intake.engine.values import (
    Places,
    Read,
    Reader,
    choice_reader,
    read_block,
    read_date,
    read_phone,
    read_region,
    read_sex,
    read_village,
)

if TYPE_CHECKING:
    import polars as pl

TEXT_LIMITS = {"name": 150, "birth_place": 100, "address": 250, "hamlet": 100, "mother_name": 150}
CHOICES = ("religion", "marital", "education", "occupation")
OTHER_RELATIVE = 11
SECRET_FIELDS = ("nik", "kk")
LETTER = r"\p{L}"
DOUBTFUL = r"[0-9!#$%&*+:;<=>@^_{|}~\[\]\\]"
DAMAGED = r"[\u{FFFD}?]|Ã.|â€"


@dataclass(frozen=True, slots=True)
class Context:
    """What rows are judged against.

    `on`: the day of the import. `village`: the code that holds where a row names none, or "".
    `choices`: for religion, marital, education, occupation and relation the codes by word.
    """

    on: date
    places: Places
    village: str = ""
    choices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The judged rows.

    `good`: `row` and a typed column for each known field (null where not given): nik, kk, name,
    sex, birth_place, birth_date (date), address, rt, rw, region, religion, marital, education,
    occupation, relation (i16), phone, mother_name. `aside`: `row` and the texts as written of the
    rows with an error. `faults`: the issues of each row kept aside. `read`: rows in the file.
    """

    good: pl.DataFrame
    aside: pl.DataFrame
    faults: Mapping[int, tuple[Issue, ...]]
    issues: IssueList
    read: int


@dataclass(slots=True)
class _Found:
    """Issues of one kind in one field, as columns: row, value, other."""

    kind: str
    field: str
    frame: pl.DataFrame


def check(table: Table, context: Context, *, limit: int | None = None) -> Checked:
    """Judge every row. A row with an error is kept aside, whatever else is right with it.

    `limit` caps how many issues of a kind are listed; the faults of rows kept aside are all kept.
    """
    issues = IssueList() if limit is None else IssueList(limit)
    headings = table.columns.headings
    issues.add(_of_header(table))
    found = list(_of_reading(table))
    frame = table.frame
    for name in ("nik", "kk"):
        frame = _judge_number(frame, name, context, found)
    for judge in (_judge_texts, _judge_values, _judge_place, _judge_identity, _judge_repeats,
                  _judge_household):  # fmt: skip
        frame = judge(frame, table, context, found)
    wrong = _rows_in_error(found)
    faults = _faults(found, wrong, headings)
    for each in found:
        _list(issues, each, headings)
    for issue in table.issues:
        if issue.severity == "error":
            faults.setdefault(issue.row or 0, []).append(issue)
    unreadable = sum(issue.severity == "error" for issue in table.issues)
    return Checked(
        good=_typed(frame, wrong),
        aside=_aside(table.frame, wrong),
        faults={row: tuple(each) for row, each in faults.items()},
        issues=issues,
        read=table.frame.height + unreadable,
    )


def _of_header(table: Table) -> Iterator[Issue]:
    for heading in table.columns.unknown:
        yield Issue(None, heading, "unknown_column")
    for heading in table.columns.repeated:
        yield Issue(None, heading, "repeated_column")
    yield from table.issues


def _of_reading(table: Table) -> Iterator[_Found]:
    """Required fields that are empty."""
    import polars as pl

    for name in ("nik", "name", "sex", "birth_date"):
        if name in table.columns.places:
            yield _where(table.frame, pl.col(name).is_null(), "missing_value", name)


def _where(
    frame: pl.DataFrame, condition: pl.Expr, kind: str, name: str,
    other: pl.Expr | None = None, value: pl.Expr | None = None,
) -> _Found:  # fmt: skip
    """The rows for which the condition holds, as issues of this kind."""
    import polars as pl

    shown = value if value is not None else pl.col(name) if name in frame.columns else pl.lit("")
    more = other if other is not None else pl.lit("")
    found = frame.filter(condition).select(
        "row", shown.cast(pl.String).fill_null("").alias("value"),
        more.cast(pl.String).fill_null("").alias("other"),
    )  # fmt: skip
    return _Found(kind, name, found)


def _judge_number(
    frame: pl.DataFrame, name: str, context: Context, found: list[_Found]
) -> pl.DataFrame:
    """Judge a NIK or KK by its form; what was judged stands in the column `<name>_clean`."""
    import polars as pl

    clean = f"{name}_clean"
    if name not in frame.columns:
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(clean))
    frame = frame.with_columns(numbers.digits_of(pl.col(name)).alias(clean))
    for fault in numbers.faults(name, clean, sorted(context.places.districts)):
        found.append(_where(frame, fault.condition, fault.kind, name, fault.other))
    if name == "nik" and numbers.all_rounded(frame[clean]):
        found.append(_where(frame, numbers.is_whole(clean), "nik_rounded", name))
    if name == "kk":
        found.append(_where(frame, pl.col(name).is_null(), "kk_missing", name))
    return frame


def _judge_texts(
    frame: pl.DataFrame, _table: Table, _context: Context, found: list[_Found]
) -> pl.DataFrame:
    import polars as pl

    for name, most in TEXT_LIMITS.items():
        if name in frame.columns:
            long = pl.col(name).str.len_chars() > most
            found.append(_where(frame, long, "too_long", name, pl.lit(str(most))))
    if "name" in frame.columns:
        text = pl.col("name")
        lettered = text.str.contains(LETTER)
        damaged = text.str.contains(DAMAGED)
        found.append(_where(frame, ~lettered, "name_characters", "name"))
        found.append(_where(frame, lettered & damaged, "name_damaged", "name"))
        doubtful = lettered & ~damaged & text.str.contains(DOUBTFUL)
        found.append(_where(frame, doubtful, "name_doubtful", "name"))
    return frame


def _judge_values(
    frame: pl.DataFrame, _table: Table, context: Context, found: list[_Found]
) -> pl.DataFrame:
    """Columns whose texts are read one by one: dates, sexes, codes, RT and RW, telephones."""
    import polars as pl

    readers: dict[str, tuple[Reader, Any]] = {
        "birth_date": (lambda text: read_date(text, on=context.on), pl.Date),
        "sex": (read_sex, pl.String), "rt": (read_block, pl.String),
        "rw": (read_block, pl.String), "phone": (read_phone, pl.String),
        "relation": (_relation_reader(context.choices.get("relation", {})), pl.Int16),
    }  # fmt: skip
    for name in CHOICES:
        words = context.choices.get(name, {})
        readers[name] = (choice_reader(words, shown=_some(words)), pl.Int16)
    for name, (reader, kind) in readers.items():
        frame = _read_column(frame, name, reader, kind, found)
    return frame


def _relation_reader(words: Mapping[str, int]) -> Reader:
    return choice_reader(
        words, unknown="relation_unknown", fallback=OTHER_RELATIVE, shown=_some(words)
    )


def _some(words: Mapping[str, int], most: int = 12) -> str:
    """The first word of each code, a few of them."""
    firsts: dict[int, str] = {}
    for word, code in words.items():
        firsts.setdefault(code, word)
    shown = list(firsts.values())
    return ", ".join(shown[:most]) + (" …" if len(shown) > most else "")


def _read_column(
    frame: pl.DataFrame, name: str, reader: Reader, kind: Any, found: list[_Found],
    texts: pl.Expr | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Add `<name>_read`, the values of the column's texts, and collect the texts' faults."""
    import polars as pl

    out = f"{name}_read"
    if texts is None and name not in frame.columns:
        return frame.with_columns(pl.lit(None, dtype=kind).alias(out))
    frame = frame.with_columns((texts if texts is not None else pl.col(name)).alias("_text"))
    meanings = {text: reader(text) for text in frame["_text"].drop_nulls().unique().to_list()}
    frame = frame.with_columns(
        pl.col("_text")
        .replace_strict({t: m.value for t, m in meanings.items()}, default=None, return_dtype=kind)
        .alias(out)
    )
    found.extend(_faulty(frame, name, meanings))
    return frame.drop("_text")


def _faulty(frame: pl.DataFrame, name: str, meanings: Mapping[str, Read]) -> Iterator[_Found]:
    import polars as pl

    for kind in sorted({meaning.kind for meaning in meanings.values()} - {""}):
        others = {text: m.other for text, m in meanings.items() if m.kind == kind}
        other = pl.col("_text").replace_strict(others, default="", return_dtype=pl.String)
        shown = pl.col(name) if name in frame.columns else pl.col("_text")
        yield _where(frame, pl.col("_text").is_in(list(others)), kind, name, other, shown)


def _judge_place(
    frame: pl.DataFrame, _table: Table, context: Context, found: list[_Found]
) -> pl.DataFrame:
    """Add `place`: the code from its column, by the village's name, or the one given for all."""
    import polars as pl

    places, default = context.places, context.village or None
    frame = _read_column(frame, "region", lambda t: read_region(t, places), pl.String, found)
    named = "village" in frame.columns
    texts = None
    if named:
        district = pl.col("district") if "district" in frame.columns else pl.lit(None, pl.String)
        village = pl.concat_str(district.fill_null(""), pl.lit("|"), pl.col("village"))
        # A name is asked only where no code stands.
        texts = village if "region" not in frame.columns else pl.when(
            pl.col("region").is_null()).then(village)  # fmt: skip
    frame = _read_column(frame, "village", lambda t: read_village(t, places), pl.String, found,
                         texts)  # fmt: skip
    written = [pl.col(name) for name in ("region", "village") if name in frame.columns]
    empty = pl.all_horizontal([each.is_null() for each in written]) if written else pl.lit(True)
    frame = frame.with_columns(
        pl.when(empty).then(pl.lit(default, pl.String))
        .otherwise(pl.coalesce("region_read", "village_read")).alias("place")
    )  # fmt: skip
    if default is None:
        name = "region" if "region" in frame.columns or not named else "village"
        found.append(_where(frame, empty, "missing_value", name))
    return frame


def _judge_identity(
    frame: pl.DataFrame, _table: Table, _context: Context, found: list[_Found]
) -> pl.DataFrame:
    """Where birth date and sex in the NIK are others than given. A NIK never changes, so that
    neither may keep a row out.
    """
    import polars as pl

    date_differs, sex_differs = numbers.mismatches("nik_clean", "birth_date_read", "sex_read")
    day = pl.col("birth_date_read").dt.strftime("%d-%m-%Y")
    found.append(_where(frame, date_differs, "nik_birth_date", "birth_date", value=day))
    found.append(_where(frame, sex_differs, "nik_sex", "sex"))
    return frame


def _judge_repeats(
    frame: pl.DataFrame, table: Table, _context: Context, found: list[_Found]
) -> pl.DataFrame:
    """Rows after the first with the same NIK: the same again, or somebody else's number.

    The first is the first that has no error of its own, so that a broken row bars no good one.
    """
    import polars as pl

    wrong = _rows_in_error(found)
    told = [name for name in table.columns.places if name != "source_row"]
    frame = frame.with_columns(pl.lit(False).alias("again"))
    sound = frame.filter(numbers.is_whole("nik_clean") & ~pl.col("row").is_in(wrong))
    repeats = sound.filter(pl.col("nik_clean").is_duplicated()).with_columns(
        pl.col("row").first().over("nik_clean").alias("first_row"),
        pl.all_horizontal(
            pl.col(name).eq_missing(pl.col(name).first().over("nik_clean")) for name in told
        ).alias("same"),
    )
    repeats = repeats.filter(pl.col("row") != pl.col("first_row"))
    same, first = pl.col("same"), pl.col("first_row")
    found.append(_where(repeats, ~same, "nik_repeated", "nik", first))
    found.append(_where(repeats, same, "row_repeated", "nik", first))
    again = repeats.filter(same)["row"].implode()
    return frame.with_columns(pl.col("row").is_in(again).alias("again"))


def _judge_household(
    frame: pl.DataFrame, _table: Table, _context: Context, found: list[_Found]
) -> pl.DataFrame:
    """Families with more than one head: who stands first in the file keeps that place."""
    import polars as pl

    wrong = _rows_in_error(found)
    heads = frame.filter(
        numbers.is_whole("kk_clean") & (pl.col("relation_read") == 1) & ~pl.col("again")
        & ~pl.col("row").is_in(wrong)
    )  # fmt: skip
    more = heads.filter(pl.int_range(pl.len()).over("kk_clean") > 0)
    name = "relation" if "relation" in frame.columns else "kk"
    found.append(_where(more, pl.lit(True), "two_heads", name))
    demoted = pl.col("row").is_in(more["row"].implode())
    return frame.with_columns(
        pl.when(demoted).then(OTHER_RELATIVE).otherwise(pl.col("relation_read"))
        .cast(pl.Int16).alias("relation_read")
    )  # fmt: skip


def _rows_in_error(found: Iterable[_Found]) -> pl.Series:
    import polars as pl

    rows = [each.frame["row"] for each in found if KINDS[each.kind].severity == "error"]
    # A series of lists, as `is_in` wants the whole of it for every row.
    return (pl.concat(rows) if rows else pl.Series([], dtype=pl.Int64)).unique().sort().implode()


def _faults(
    found: Iterable[_Found], wrong: pl.Series, headings: Mapping[str, str]
) -> dict[int, list[Issue]]:
    """Every issue of the rows that are kept aside."""
    import polars as pl

    faults: dict[int, list[Issue]] = {}
    for each in found:
        for issue in _issues(each, each.frame.filter(pl.col("row").is_in(wrong)), headings):
            faults.setdefault(issue.row or 0, []).append(issue)
    return faults


def _list(issues: IssueList, found: _Found, headings: Mapping[str, str]) -> None:
    shown = found.frame.head(issues.room(found.kind))
    rest = found.frame.height - shown.height
    issues.add(_issues(found, shown, headings))
    issues.count_more(found.kind, rest)


def _issues(found: _Found, frame: pl.DataFrame, headings: Mapping[str, str]) -> Iterator[Issue]:
    heading = headings.get(found.field) or heading_of(found.field)
    hide = found.field in SECRET_FIELDS
    for row, value, other in frame.iter_rows():
        shown = numbers.shown(value) if hide else value[:120]
        yield Issue(row, heading, found.kind, shown, other)


def _aside(frame: pl.DataFrame, wrong: pl.Series) -> pl.DataFrame:
    import polars as pl

    return frame.filter(pl.col("row").is_in(wrong))


def _typed(frame: pl.DataFrame, wrong: pl.Series) -> pl.DataFrame:
    import polars as pl

    def text(name: str) -> pl.Expr:
        return pl.col(name) if name in frame.columns else pl.lit(None, pl.String)

    taken = frame.filter(~pl.col("row").is_in(wrong) & ~pl.col("again"))
    kk = pl.when(numbers.is_whole("kk_clean")).then(pl.col("kk_clean"))
    hamlet, street = text("hamlet"), text("address")
    both = pl.concat_str(street, pl.lit(", "), hamlet)
    return taken.select(
        "row", pl.col("nik_clean").alias("nik"), kk.alias("kk"), text("name").alias("name"),
        pl.col("sex_read").alias("sex"), text("birth_place").alias("birth_place"),
        pl.col("birth_date_read").alias("birth_date"),
        pl.coalesce(both, street, hamlet).alias("address"),
        pl.col("rt_read").alias("rt"), pl.col("rw_read").alias("rw"),
        pl.col("place").alias("region"),
        *(pl.col(f"{name}_read").alias(name) for name in CHOICES),
        pl.col("relation_read").alias("relation"), pl.col("phone_read").alias("phone"),
        text("mother_name").alias("mother_name"),
    )  # fmt: skip
