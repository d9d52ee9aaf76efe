"""Lists of residents who do not exist: for the demonstration, rehearsals and measurements.

Every draw follows from the seed. Names are common ones of Java and Sulawesi, put together at
random; numbers are well formed and belong to nobody.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from balai.kernel.people.intake.engine.columns import heading_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

MEN = (
    "Abdul", "Achmad", "Adi", "Agus", "Ahmad", "Akbar", "Aldi", "Alif", "Amir", "Andi", "Anwar",
    "Ari", "Arif", "Bagus", "Bambang", "Basri", "Bayu", "Budi", "Cahyo", "Daeng", "Dani",
    "Darmawan", "Dedi", "Dian", "Djoko", "Dwi", "Edi", "Eko", "Fajar", "Faisal", "Firman",
    "Galih", "Gunawan",
    "Hadi", "Hamzah", "Hari", "Hasan", "Heri", "Ibrahim", "Ilham", "Imam", "Indra", "Irfan", "Iwan",
    "Jamal", "Joko", "Kurniawan", "Lukman", "Mansur", "Muhammad", "Mulyono", "Mustafa", "Nur",
    "Rahmat", "Rangga", "Reza", "Ridwan", "Rizal", "Rudi", "Saiful", "Samsul", "Slamet", "Sugeng",
    "Suharto", "Sulaiman", "Supriyadi", "Suryadi", "Syamsuddin", "Taufik", "Teguh", "Tri", "Usman",
    "Wahyu", "Wawan", "Yanto", "Yusuf", "Zainal",
)  # fmt: skip
WOMEN = (
    "Aisyah", "Amina", "Anisa", "Ani", "Ayu", "Citra", "Darmawati", "Dewi", "Dian", "Dwi", "Eka",
    "Endang", "Erna", "Fatimah", "Fitri", "Hasnah", "Ida", "Indah", "Intan", "Jumiati", "Kartika",
    "Khadijah", "Lestari", "Lilis", "Lina", "Marwah", "Maryam", "Mega", "Mulyani", "Murni", "Nia",
    "Ningsih", "Nur", "Nurul", "Putri", "Rahayu", "Rahma", "Ratna", "Retno", "Rina", "Rini",
    "Rosmini", "Salmah", "Sari", "Siti", "Sitti", "Sri", "Suryani", "Susi", "Tri", "Tuti", "Umi",
    "Utami", "Wahyuni", "Wati", "Wulan", "Yanti", "Yuliana", "Yuni", "Zahra",
)  # fmt: skip
LAST = (
    "Abdullah", "Alamsyah", "Aminah", "Anwar", "Arifin", "Astuti", "Baharuddin", "Bakri",
    "Budiman", "Cahyadi", "Darmawan", "Fauzi", "Firmansyah", "Gunawan", "Hakim", "Halim",
    "Hamid", "Handayani", "Hardianto", "Haryanto", "Hasanah", "Hasanuddin", "Hidayat", "Hidayah",
    "Ibrahim", "Idris", "Irawan", "Ismail", "Jafar", "Karim", "Kurnia", "Kusuma", "Latif",
    "Lestari", "Mahmud", "Malik", "Maulana", "Mulyadi", "Nasution", "Ningrum", "Nugroho",
    "Nurhayati", "Palaguna", "Permata", "Prasetyo", "Pratama", "Purnama", "Puspita", "Rachman",
    "Rahayu", "Rahman", "Ramadhan", "Rasyid", "Safitri", "Salam", "Santoso", "Saputra", "Sari",
    "Setiawan", "Siregar", "Soekarno", "Subagyo", "Sudirman", "Suhendra", "Sulistyo", "Sumarni",
    "Supriatna", "Suryana", "Susanto", "Sutrisno", "Syahputra", "Syarifuddin", "Tahir", "Usman",
    "Utomo", "Wahid", "Wibowo", "Wicaksono", "Widodo", "Wijaya", "Winarto", "Wulandari", "Yunus",
    "Yusuf", "Zulkifli",
)  # fmt: skip
STREETS = (
    "Jl. Mawar", "Jl. Melati", "Jl. Anggrek", "Jl. Kenanga", "Jl. Veteran", "Jl. Pettarani",
    "Jl. Sudirman", "Jl. Diponegoro", "Jl. Kartini", "Jl. Merdeka", "Gg. Buntu", "Lr. 4",
)  # fmt: skip
TOWNS = ("Makassar", "Banyuwangi", "Jakarta", "Gowa", "Maros", "Jember", "Surabaya", "Bone")
RELIGIONS = ("ISLAM", "KRISTEN", "KATOLIK", "HINDU", "BUDDHA")
WORK = ("BELUM/TIDAK BEKERJA", "MENGURUS RUMAH TANGGA", "PELAJAR/MAHASISWA", "KARYAWAN SWASTA",
        "PETANI/PEKEBUN", "NELAYAN/PERIKANAN", "WIRASWASTA", "BURUH HARIAN LEPAS")  # fmt: skip
SCHOOLING = ("TAMAT SD/SEDERAJAT", "SLTP/SEDERAJAT", "SLTA/SEDERAJAT", "DIPLOMA IV/STRATA I")
FIRST_DAY, LAST_DAY = "1940-01-01", "2024-12-31"


def residents(count: int, *, villages: Sequence[str], seed: int) -> pl.DataFrame:
    """A list of `count` residents in families of one to six, under the usual headings.

    `villages`: codes of villages; a family's card and most numbers carry the village's district.
    """
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(seed)
    family, place = _families(rng, count)
    codes = np.array(list(villages))[place % len(villages)]
    sex = rng.integers(0, 2, count)
    born = rng.integers(*_days(), count)
    days = pl.Series(born.astype("int32")).cast(pl.Date)
    frame = pl.DataFrame({
        "sex": np.where(sex == 1, "P", "L"), "born": days, "region": codes, "family": family,
        "name": _names(rng, sex), "birth_place": _drawn(rng, TOWNS, count),
        "religion": _drawn(rng, RELIGIONS, count), "occupation": _drawn(rng, WORK, count),
        "education": _drawn(rng, SCHOOLING, count),
        "mother_name": _names(rng, np.ones(count, dtype=np.int64)),
    }).with_columns(_address(rng, family))  # fmt: skip
    return _numbered(frame)


def as_csv(frame: pl.DataFrame) -> bytes:
    """The list as a CSV file with `;`."""
    out = io.BytesIO()
    frame.write_csv(out, separator=";")
    return out.getvalue()


def _days() -> tuple[int, int]:
    from datetime import date

    epoch = date(1970, 1, 1)
    first, last = date.fromisoformat(FIRST_DAY), date.fromisoformat(LAST_DAY)
    return (first - epoch).days, (last - epoch).days + 1


def _families(rng: np.random.Generator, count: int) -> tuple[Any, Any]:
    """The number of each resident's family, and a number by which the family has its village."""
    import numpy as np

    sizes = rng.integers(1, 7, count)
    family = np.repeat(np.arange(count), sizes)[:count]
    return family, rng.integers(0, 1_000_000, count)[family]


def _names(rng: np.random.Generator, sex: Any) -> Any:
    """Names of one to three words; two in three of two words."""
    import numpy as np

    count = len(sex)
    first = np.where(sex == 1, _drawn(rng, WOMEN, count), _drawn(rng, MEN, count))
    second = np.where(sex == 1, _drawn(rng, WOMEN, count), _drawn(rng, MEN, count))
    last, words = _drawn(rng, LAST, count), rng.random(count)
    two = np.char.add(np.char.add(first.astype(str), " "), last.astype(str))
    middle = np.char.add(np.char.add(first.astype(str), " "), second.astype(str))
    three = np.char.add(np.char.add(middle, " "), last.astype(str))
    return np.where(words < 0.1, first, np.where(words < 0.65, two, three)).astype(str)


def _drawn(rng: np.random.Generator, words: Sequence[str], count: int) -> Any:
    """Words of a list, the earlier ones more often, as names are."""
    import numpy as np

    at = (rng.random(count) ** 1.4 * len(words)).astype(np.int64)
    return np.array(words, dtype=object)[at]


def _address(rng: np.random.Generator, family: Any) -> list[Any]:
    import polars as pl

    many = int(family[-1]) + 1
    street = _drawn(rng, STREETS, many)[family]
    house = rng.integers(1, 200, many)[family]
    return [
        pl.concat_str(pl.Series(street.astype(str)), pl.lit(" No. "), pl.Series(house)).alias(
            "address"),
        pl.Series("rt", rng.integers(1, 12, many)[family]),
        pl.Series("rw", rng.integers(1, 9, many)[family]),
    ]  # fmt: skip


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """NIKs (a serial for each district and day), family cards, relations, and the headings."""
    import polars as pl

    district = pl.col("region").str.replace_all(".", "", literal=True).str.slice(0, 6)
    day = pl.col("born").dt.day() + pl.when(pl.col("sex") == "P").then(40).otherwise(0)
    date = pl.concat_str(day.cast(pl.String).str.zfill(2), pl.col("born").dt.strftime("%m%y"))
    serial = (pl.int_range(pl.len()).over("_stem") + 1).cast(pl.String).str.zfill(4)
    place = pl.int_range(pl.len()).over("family")
    card = pl.concat_str(
        district.first().over("family"),
        (pl.col("family") % 28 + 1).cast(pl.String).str.zfill(2),
        (pl.col("family") // 28 % 12 + 1).cast(pl.String).str.zfill(2),
        (pl.col("family") // 336 % 24).cast(pl.String).str.zfill(2),
        (pl.col("family") // 8064 + 1).cast(pl.String).str.zfill(4),
    )
    relation = (
        pl.when(place == 0).then(pl.lit("KEPALA KELUARGA"))
        .when(place == 1).then(pl.when(pl.col("sex") == "P").then(pl.lit("ISTRI"))
                               .otherwise(pl.lit("FAMILI LAIN")))
        .otherwise(pl.lit("ANAK"))
    )  # fmt: skip
    told = frame.with_columns(pl.concat_str(district, date).alias("_stem")).with_columns(
        pl.concat_str("_stem", serial).alias("nik"), card.alias("kk"), relation.alias("relation"),
        pl.col("born").dt.strftime("%d-%m-%Y").alias("birth_date"),
        pl.col("name").str.to_uppercase(), pl.col("mother_name").str.to_uppercase(),
    )  # fmt: skip
    fields = ("nik", "kk", "name", "sex", "birth_place", "birth_date", "address", "rt", "rw",
              "region", "relation", "religion", "education", "occupation",
              "mother_name")  # fmt: skip
    return told.select(pl.col(field).alias(heading_of(field)) for field in fields)
