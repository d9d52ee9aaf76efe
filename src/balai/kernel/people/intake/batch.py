"""A batch of judged rows made ready for the register: ids, sealed numbers, families.

Nothing here reads or writes the database, so that the next batch is sealed while one is written.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from balai.kernel import keys
from balai.kernel.identifiers import time_ordered_ids
from balai.kernel.people.intake.engine import JudgedRows

if TYPE_CHECKING:
    import polars as pl

BATCH_ROWS = 50_000
SECRET_BYTES = 32
PERSON_COLUMNS = (
    "row", "person", "identifier", "index", "sealed", "name", "sex", "birth_place", "birth_date",
    "region", "religion", "marital", "education", "occupation", "mother_name", "kk_index",
    "relation", "household", "member", "address_id", "street", "rt", "rw", "apart",
)  # fmt: skip
HOUSEHOLD_COLUMNS = (
    "kk_index", "household", "number_id", "sealed", "region", "address_id", "street", "rt", "rw",
)  # fmt: skip
PHONE_COLUMNS = ("row", "contact", "index", "sealed", "secret")


@dataclass(frozen=True, slots=True)
class Batch:
    """`rows` as they were judged, and in the shape of the staging tables; bytes as PostgreSQL's
    hexadecimal text.
    """

    number: int
    rows: pl.DataFrame
    people: pl.DataFrame
    households: pl.DataFrame
    phones: pl.DataFrame


def batches(good: JudgedRows, size: int = BATCH_ROWS) -> Iterator[tuple[int, pl.DataFrame]]:
    """The judged rows in numbered pieces of about `size`, a family never cut in two."""
    for number, rows in enumerate(good.pieces(size)):
        yield number, with_family_address(rows)


def with_family_address(good: pl.DataFrame) -> pl.DataFrame:
    """Add the family's address (`family_*`): that of its head in the file, else of its first row;
    and `apart`: the person lives at another one.
    """
    import polars as pl

    parts = ("address", "rt", "rw", "region")
    order = (pl.col("relation") != 1).fill_null(value=True)
    family = (
        good.filter(pl.col("kk").is_not_null())
        .sort(order, "row")
        .group_by("kk", maintain_order=True)
        .first()
        .select("kk", *(pl.col(part).alias(f"family_{part}") for part in parts))
    )
    joined = good.join(family, on="kk", how="left", maintain_order="left")
    differs = pl.any_horizontal(
        (pl.col(part).is_not_null() & pl.col(part).ne_missing(pl.col(f"family_{part}")))
        for part in parts
    )
    return joined.with_columns((pl.col("kk").is_null() | differs).alias("apart"))


def prepare(number: int, rows: pl.DataFrame) -> Batch:
    """Seal the numbers of a piece and give every row the ids it would be written under."""
    households = _households(rows)
    return Batch(number, rows, _people(rows, households), households, _phones(rows))


def family_indexes(good: JudgedRows) -> frozenset[bytes]:
    """The blind indexes of every family card in the file."""
    return frozenset(keys.blind_indexes("people.kk", good.cards))


def _people(rows: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """The people, each with the household it belongs to if the register has none for its card."""
    import polars as pl

    count = rows.height
    identifiers = ids(count)
    niks = rows["nik"].to_list()
    kk = rows["kk"].to_list()
    people = rows.with_columns(
        pl.Series("person", ids(count)), pl.Series("identifier", identifiers),
        _hex("index", keys.blind_indexes("people.nik", niks)),
        _hex("sealed", keys.seal_many("people.nik", niks, about=identifiers)),
        _hex("kk_index", _indexes_or_none("people.kk", kk)),
        pl.Series("member", ids(count)), pl.Series("address_id", ids(count)),
    ).rename({"address": "street"})  # fmt: skip
    own = households.select("kk_index", "household")
    joined = people.join(own, on="kk_index", how="left", maintain_order="left")
    return joined.select(PERSON_COLUMNS)


def _indexes_or_none(purpose: str, texts: Sequence[str | None]) -> list[bytes | None]:
    different = sorted({text for text in texts if text})
    found = dict(zip(different, keys.blind_indexes(purpose, different), strict=True))
    return [found[text] if text else None for text in texts]


def _households(rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    families = rows.filter(pl.col("kk").is_not_null()).unique("kk", maintain_order=True)
    numbers = ids(families.height)
    kk = families["kk"].to_list()
    return families.select(
        _hex("kk_index", keys.blind_indexes("people.kk", kk)),
        pl.Series("household", ids(families.height)), pl.Series("number_id", numbers),
        _hex("sealed", keys.seal_many("people.kk", kk, about=numbers)),
        pl.col("family_region").alias("region"),
        pl.Series("address_id", ids(families.height)),
        pl.col("family_address").alias("street"), pl.col("family_rt").alias("rt"),
        pl.col("family_rw").alias("rw"),
    )  # fmt: skip


def _phones(rows: pl.DataFrame) -> pl.DataFrame:
    """Telephones, each sealed under a fresh secret: of use where the person has none yet."""
    import polars as pl

    from balai.kernel.people.numbers import sealed_contact

    told = rows.filter(pl.col("phone").is_not_null())
    phones, contacts = told["phone"].to_list(), ids(told.height)
    bits = [secrets.token_bytes(SECRET_BYTES) for _ in phones]
    sealed = [sealed_contact(s, p, c) for s, p, c in zip(bits, phones, contacts, strict=True)]
    return told.select(
        "row", "phone", pl.Series("contact", contacts),
        _hex("index", keys.blind_indexes("people.phone", phones)),
        _hex("sealed", sealed), _hex("secret", bits),
    )  # fmt: skip


def _hex(name: str, values: Sequence[bytes | None]) -> pl.Series:
    import polars as pl

    return pl.Series(name, [None if v is None else f"\\x{v.hex()}" for v in values], pl.String)


def ids(count: int) -> list[str]:
    """New ids in their 36 letters, as sealed values are bound to them."""
    return [f"{i[:8]}-{i[8:12]}-{i[12:16]}-{i[16:20]}-{i[20:]}" for i in time_ordered_ids(count)]
