"""Rehearsing the search for duplicates on residents who do not exist, with duplicates planted.

The errors are those that clerks make: old and new spelling, abbreviations, titles, a letter or a
digit typed wrong, day and month changed round, a move, a mother's name left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from balai.kernel.people.intake.generated import residents
from balai.kernel.people.linkage.model import THRESHOLD, find_pairs

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

SHARE = 0.05
TWINS = 0.004
LETTERS = "ABCDEFGHIJKLMNOPRSTUWY"
OLD_SPELLING = (("U", "OE"), ("J", "DJ"), ("C", "TJ"), ("Y", "J"), ("SY", "SJ"))
SHORTENED = {"MUHAMMAD": "MUH.", "ABDUL": "ABD.", "SITI": "ST.", "NUR": "NOER"}
FRONT, BEHIND = ("H.", "HJ.", "DRS.", "IR.", "DR."), (", S.Pd", ", S.E.", ", S.H.", " S.Kom",
                                                      ", M.Si")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the search did: `precision` of what it found, `recall` of what was planted."""

    records: int
    planted: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """The share of pairs found that are one person."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of planted pairs that were found."""
        return self.right / self.planted if self.planted else 1.0


def rehearse(
    count: int, *, villages: Sequence[str], seed: int, threshold: float = THRESHOLD
) -> Quality:
    """Search `count` residents and their planted duplicates, and compare with the truth."""
    records, truth = planted(count, villages=villages, seed=seed)
    pairs = find_pairs(records, threshold=threshold).pairs
    found = set(zip(pairs["left"].to_list(), pairs["right"].to_list(), strict=True))
    return Quality(records.height, len(truth), len(found), len(found & truth))


def planted(
    count: int, *, villages: Sequence[str], seed: int
) -> tuple[pl.DataFrame, set[tuple[str, str]]]:
    """Records as `find_pairs` takes them, and the pairs (lower id first) that are one person.

    One resident in twenty is there twice, with one to three errors; one in 250 has a twin, who is
    another person of the same family, day and mother.
    """
    import numpy as np
    import polars as pl

    rng = np.random.default_rng([seed, 7])
    rows = _records(residents(count, villages=villages, seed=seed), rng)
    rows += _twins(rows, rng)
    truth: set[tuple[str, str]] = set()
    for original in rng.permutation(count)[: int(count * SHARE)]:
        copy = _mistyped(rows[original], rng, villages)
        copy["person"] = f"{len(rows):08}"
        truth.add((rows[original]["person"], copy["person"]))
        rows.append(copy)
    return pl.DataFrame(rows, schema_overrides={"birth_date": pl.Date, "phone": pl.String}), truth


def _records(frame: pl.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    import polars as pl

    told = frame.select(
        pl.col("NAMA_LGKP").alias("name"),
        pl.col("TGL_LHR").str.to_date("%d-%m-%Y").alias("birth_date"),
        pl.col("JENIS_KELAMIN").replace({"L": "m", "P": "f"}).alias("sex"),
        pl.col("KODE_WILAYAH").alias("region"), pl.col("NAMA_IBU").alias("mother_name"),
        pl.col("NO_KK").alias("family"),
    )  # fmt: skip
    rows = told.to_dicts()
    for at, row in enumerate(rows):
        row["person"] = f"{at:08}"
        # Families share a telephone, so that it alone proves nothing.
        row["phone"] = f"+62{row['family'][-10:]}" if rng.random() < 0.4 else None
        if rng.random() < 0.1:
            row["mother_name"] = None
    return rows


def _twins(rows: list[dict[str, Any]], rng: np.random.Generator) -> list[dict[str, Any]]:
    first = {row["name"].split()[0] for row in rows[:2000]}
    names = sorted(first)
    twins: list[dict[str, Any]] = []
    for at in rng.permutation(len(rows))[: int(len(rows) * TWINS)]:
        twin = dict(rows[at])
        own = twin["name"].split()
        others = [name for name in names if name != own[0]]
        twin["name"] = " ".join([others[rng.integers(len(others))], *own[1:]])
        twin["person"] = f"{len(rows) + len(twins):08}"
        twins.append(twin)
    return twins


def _mistyped(
    row: dict[str, Any], rng: np.random.Generator, villages: Sequence[str]
) -> dict[str, Any]:
    """The person once more, as another clerk would have typed the record."""
    copy = dict(row)
    copy["name"] = _respelt(copy["name"], rng)
    if rng.random() < 0.25:
        copy["birth_date"] = _misdated(copy["birth_date"], rng)
    if rng.random() < 0.25:
        copy["region"] = villages[int(rng.integers(len(villages)))]
        copy["family"], copy["phone"] = f"moved {row['person']}", None
    if copy["mother_name"] and rng.random() < 0.3:
        copy["mother_name"] = None if rng.random() < 0.4 else _respelt(copy["mother_name"], rng)
    if rng.random() < 0.01:
        copy["sex"] = "f" if copy["sex"] == "m" else "m"
    return copy


def _respelt(name: str, rng: np.random.Generator) -> str:
    changes: tuple[Callable[[str, Any], str], ...] = (
        _old_spelling, _shortened, _titled, _letter_wrong, _letter_doubled, _turned, _word_left_out,
    )  # fmt: skip
    chances = (0.3, 0.2, 0.15, 0.25, 0.1, 0.04, 0.05)
    for change, chance in zip(changes, chances, strict=True):
        if rng.random() < chance:
            name = change(name, rng)
    return name


def _old_spelling(name: str, rng: np.random.Generator) -> str:
    new, old = OLD_SPELLING[rng.integers(len(OLD_SPELLING))]
    return name.replace(new, old)


def _shortened(name: str, rng: np.random.Generator) -> str:
    return " ".join(SHORTENED.get(word, word) for word in name.split())


def _titled(name: str, rng: np.random.Generator) -> str:
    if rng.random() < 0.5:
        return f"{FRONT[rng.integers(len(FRONT))]} {name}"
    return f"{name}{BEHIND[rng.integers(len(BEHIND))]}"


def _letter_wrong(name: str, rng: np.random.Generator) -> str:
    """A letter replaced, left out, or changed round with the next."""
    at = int(rng.integers(1, len(name)))
    kind = rng.integers(3)
    if kind == 0:
        return name[:at] + LETTERS[rng.integers(len(LETTERS))] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at + 1 :]
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def _letter_doubled(name: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, len(name)))
    return name[:at] + name[at - 1] + name[at:] if name[at - 1] != " " else name


def _turned(name: str, rng: np.random.Generator) -> str:
    words = name.split()
    return " ".join([*words[1:], words[0]])


def _word_left_out(name: str, rng: np.random.Generator) -> str:
    words = name.split()
    return " ".join(words[:-1]) if len(words) > 2 else name


def _misdated(born: date, rng: np.random.Generator) -> date:
    """Day and month changed round, or one digit typed wrong."""
    for _ in range(20):
        if born.day <= 12 and born.day != born.month and rng.random() < 0.5:
            return born.replace(day=born.month, month=born.day)
        digits = list(born.isoformat())
        at = [2, 3, 5, 6, 8, 9][rng.integers(6)]
        digits[at] = str(rng.integers(10))
        try:
            wrong = date.fromisoformat("".join(digits))
        except ValueError:
            continue
        if wrong != born and date(1900, 1, 1) < wrong < date(2026, 1, 1):
            return wrong
    return born
