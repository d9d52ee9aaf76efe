"""The model that weighs a pair of records (Fellegi and Sunter, 1969), run by Splink on DuckDB.

How often fields agree by chance is counted in the city's own records, and how common a name is
with it. How often they agree for one person cannot be learned where duplicates are few: these
figures stand here, from rehearsals with errors of the kinds that clerks make (`rehearsal.py`).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from balai.kernel.people.linkage.engine import comparable

if TYPE_CHECKING:
    import polars as pl

THRESHOLD = 0.5
"""From here on, likelier one person than two, a pair is shown to an officer; see
docs/explanation/people-import.md."""
SHARE_OF_DUPLICATES = 0.01
"""Of how many records another is thought to exist, before anything is compared."""
FEWEST_TO_COUNT = 2_000
"""Among fewer records chance agreements are too few to be counted."""
MOST_SAMPLED_PAIRS = 500_000
SEED = 1969

# A level: what it is called, its condition, how often it holds for one person (m), and how often
# by chance (u) in a city too small to count it.
NAME = (
    ("unknown", "name_l IS NULL OR name_r IS NULL", None, None),
    ("same", "name_l = name_r", 0.62, 0.0015),
    ("same words in another order", "sorted_name_l = sorted_name_r", 0.03, 0.0003),
    ("one letter apart", "damerau_levenshtein(joined_l, joined_r) <= 1", 0.17, 0.0006),
    ("very similar", "jaro_winkler_similarity(joined_l, joined_r) >= 0.93"
     " AND damerau_levenshtein(joined_l, joined_r) <= 3", 0.07, 0.0015),
    ("words missing", "least(len(words_l), len(words_r)) >= 2 AND len(words_l) <> len(words_r) AND"
     " (list_has_all(words_l, words_r) OR list_has_all(words_r, words_l))", 0.06, 0.0004),
    ("another order, one letter apart", "damerau_levenshtein(sorted_name_l, sorted_name_r) <= 1",
     0.008, 0.0002),
    ("another first name", "jaro_winkler_similarity(first_l, first_r) < 0.8"
     " AND damerau_levenshtein(joined_l, joined_r) > 2", 1e-10, 0.93),
    ("similar", "jaro_winkler_similarity(joined_l, joined_r) >= 0.85", 0.035, 0.01),
    ("different", "ELSE", 0.006, 0.0555),
)  # fmt: skip
"""Twins and siblings share family, mother and day: another first name must outweigh all that."""
BORN = (
    ("unknown", "born_l IS NULL OR born_r IS NULL", None, None),
    ("same", "born_l = born_r", 0.80, 0.00004),
    ("day and month changed round", "born_l = born_swapped_r", 0.05, 0.00001),
    ("one digit apart", "damerau_levenshtein(born_l, born_r) <= 1", 0.12, 0.001),
    ("same day, another year", "day_month_l = day_month_r", 0.01, 0.0027),
    ("same year", "year_l = year_r", 0.01, 0.012),
    ("different", "ELSE", 0.01, 0.98425),
)
SEX = (
    ("unknown", "sex_l IS NULL OR sex_r IS NULL", None, None),
    ("same", "sex_l = sex_r", 0.98, 0.5),
    ("different", "ELSE", 0.02, 0.5),
)
PLACE = (
    ("unknown", "village_l IS NULL OR village_r IS NULL", None, None),
    ("same village", "village_l = village_r", 0.70, 0.007),
    ("same district", "district_l = district_r", 0.10, 0.06),
    ("elsewhere in the city", "ELSE", 0.20, 0.933),
)
MOTHER = (
    ("unknown", "mother_l IS NULL OR mother_r IS NULL", None, None),
    ("same", "mother_l = mother_r", 0.78, 0.002),
    ("same words in another order", "sorted_mother_l = sorted_mother_r", 0.02, 0.0002),
    (
        "words missing",
        "list_has_all(mother_words_l, mother_words_r)"
        " OR list_has_all(mother_words_r, mother_words_l)",
        0.05,
        0.002,
    ),
    ("similar", "jaro_winkler_similarity(mother_l, mother_r) >= 0.88", 0.12, 0.006),
    ("different", "ELSE", 0.03, 0.9898),
)
PHONE = (
    ("unknown", "phone_l IS NULL OR phone_r IS NULL", None, None),
    ("same", "phone_l = phone_r", 0.55, 0.0003),
    ("different", "ELSE", 0.45, 0.9997),
)
FIELDS = {"name": NAME, "born": BORN, "sex": SEX, "village": PLACE, "mother": MOTHER,
          "phone": PHONE}  # fmt: skip
COMMONNESS = ("name", "mother")
"""Fields whose agreement says less where the value is common."""
BLOCKS = (
    "l.born = r.born AND l.first = r.first",
    "l.born = r.born AND l.last = r.last",
    "l.born = r.born AND l.village = r.village AND l.sex = r.sex",
    "l.born = r.born AND l.mother = r.mother",
    "l.born = r.born AND l.skeleton = r.skeleton",
    "l.name = r.name AND l.year = r.year",
    "l.name = r.name AND l.day_month = r.day_month",
    "l.sorted_name = r.sorted_name AND l.village = r.village",
    "l.first = r.first AND l.mother = r.mother",
    "l.mother = r.mother AND l.day_month = r.day_month",
    "l.mother = r.mother AND l.village = r.village AND l.year = r.year",
    "l.first = r.first AND l.village = r.village AND l.year = r.year AND l.sex = r.sex",
    "l.born = r.born_swapped AND l.first = r.first",
    "l.born = r.born_swapped AND l.skeleton = r.skeleton",
    "l.skeleton = r.skeleton AND l.year = r.year AND l.village = r.village",
    "l.family = r.family AND l.skeleton = r.skeleton",
    "l.phone = r.phone AND l.first = r.first",
    "l.born = r.born AND l.joined = r.joined",
    "l.born = r.born_swapped AND l.mother = r.mother",
    "l.born = r.born_swapped AND l.sorted_name = r.sorted_name",
    "l.sorted_name = r.sorted_name AND l.year = r.year",
    "l.sorted_name = r.sorted_name AND l.day_month = r.day_month",
    "l.skeleton = r.skeleton AND l.day_month = r.day_month AND l.sex = r.sex",
    "l.skeleton = r.skeleton AND l.mother = r.mother",
    "l.phone = r.phone AND l.skeleton = r.skeleton",
)
"""Which pairs are compared at all: those that agree in one of these."""


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs above the threshold: `left`, `right` (ids, left < right), `probability`, `weight`
    (bits), and for each field `gamma_<field>`, `mw_<field>` (bits); and the model's figures.
    """

    pairs: pl.DataFrame
    figures: dict[str, Any]


def find_pairs(
    records: pl.DataFrame, *, threshold: float = THRESHOLD, folder: str = "", threads: int = 2
) -> Found:
    """The pairs of records that are probably one person.

    `records` as `engine.comparable` takes them. The same records always give the same pairs.
    `folder` is where DuckDB may put what does not fit into memory.
    """
    import duckdb
    import polars as pl
    from splink import DuckDBAPI, Linker

    frame = comparable(records)
    if frame.height < 2:
        return Found(_no_pairs(), {})
    logging.getLogger("splink").setLevel(logging.ERROR)
    # Sampling with a seed is repeatable on one thread alone.
    connection = duckdb.connect(config={"threads": 1})
    if folder:
        connection.execute("SET temp_directory = ?", [folder])
    api = DuckDBAPI(connection)
    linker = Linker(api.register(frame.to_arrow()), settings_for(frame.height), log_level="ERROR")
    if frame.height >= FEWEST_TO_COUNT:
        linker.training.estimate_u_using_random_sampling(max_pairs=MOST_SAMPLED_PAIRS, seed=SEED)
    connection.execute(f"SET threads = {int(threads)}")
    predicted = linker.inference.predict(threshold_match_probability=threshold)
    told: Any = predicted
    pairs = pl.from_arrow(told.as_pyarrow_table())
    figures = figures_of(linker)
    connection.close()
    assert isinstance(pairs, pl.DataFrame)
    return Found(_ordered(pairs), figures)


def settings_for(count: int) -> Any:
    """Splink's settings for so many records of which a few are there twice."""
    from splink import SettingsCreator
    from splink.blocking_rule_library import CustomRule

    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=min(0.5, 2 * SHARE_OF_DUPLICATES / (count - 1)),
        comparisons=[_comparison(field, levels) for field, levels in FIELDS.items()],
        blocking_rules_to_generate_predictions=[CustomRule(rule) for rule in BLOCKS],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=True,
    )


def _comparison(field: str, levels: Any) -> Any:
    import splink.comparison_level_library as level_library
    from splink import comparison_library

    made: list[Any] = []
    for label, condition, agreement, chance in levels:
        if agreement is None:
            made.append(level_library.CustomLevel(condition, label).configure(is_null_level=True))
        elif condition == "ELSE":
            made.append(_told(level_library.ElseLevel(), label, agreement, chance))
        else:
            exact = label == "same" and field in COMMONNESS
            level = (level_library.ExactMatchLevel(field) if exact
                     else level_library.CustomLevel(condition, label))  # fmt: skip
            _told(level, label, agreement, chance)
            if exact:
                level.configure(tf_adjustment_column=field)
            made.append(level)
    return comparison_library.CustomComparison(made, output_column_name=field)


def _told(level: Any, label: str, agreement: float, chance: float) -> Any:
    return level.configure(m_probability=agreement, fix_m_probability=True,
                           u_probability=chance, label_for_charts=label)  # fmt: skip


def figures_of(linker: Any) -> dict[str, Any]:
    """For each field and level how often it holds for one person (m) and by chance (u)."""
    told = linker.misc.save_model_to_json()
    return {
        comparison["output_column_name"]: [
            {"level": level["label_for_charts"], "m": level.get("m_probability"),
             "u": level.get("u_probability")}
            for level in comparison["comparison_levels"] if not level.get("is_null_level")
        ]
        for comparison in told["comparisons"]
    }  # fmt: skip


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each pair once, the older id on the left."""
    import polars as pl

    left, right = pl.col("unique_id_l"), pl.col("unique_id_r")
    weights = [pl.col(name) for name in pairs.columns if name.startswith(("gamma_", "mw_"))]
    return (
        pairs.select(
            pl.min_horizontal(left, right).alias("left"),
            pl.max_horizontal(left, right).alias("right"),
            pl.col("match_probability").alias("probability"),
            pl.col("match_weight").alias("weight"), *weights,
        )
        .unique(["left", "right"], keep="first", maintain_order=False)
        .sort("left", "right")
    )  # fmt: skip


def _no_pairs() -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema={"left": pl.String, "right": pl.String, "probability": pl.Float64,
                                "weight": pl.Float64})  # fmt: skip
