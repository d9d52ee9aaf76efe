"""The terms of a contract: a schema of every figure, and what they come to on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal

from balai.transit.engine.settlement.pay import PayTerms
from balai.transit.engine.settlement.penalties import PenaltyRule
from balai.transit.engine.settlement.quality import QualityRules
from balai.transit.engine.settlement.verification import Rules

AUTOMATIC = ("missed_run", "headway")
"""Penalties that the engine counts; the others are what inspectors record."""
CITY_WIDE = ("split_rule",)
"""Figures that a contract cannot fix alone: a journey is carried by several operators."""
BASES = ("amount", "kilometres", "share")


@dataclass(frozen=True, slots=True)
class Term:
    """A figure that a contract may fix. `kind`: decimal, share (0 to 1), integer, choice, schedule;
    `least`, `most` bound it.
    """

    name: str
    kind: Literal["decimal", "share", "integer", "choice", "schedule"]
    unit: str
    title: Mapping[str, str]
    least: int = 0
    most: int = 1_000_000
    choices: tuple[str, ...] = ()

    def read(self, value: Any) -> Any:
        """The value in its stored form; ValueError says what is wrong in words."""
        if self.kind == "schedule":
            return [_row(each) for each in _listed(value)]
        text = str(value).strip()
        if self.kind == "choice":
            if text not in self.choices:
                raise ValueError(f"is none of {', '.join(self.choices)}")
            return text
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError("is not a number such as 3459.36") from None
        if not number.is_finite() or not self.least <= number <= self.most:
            raise ValueError(f"is not between {self.least} and {self.most}")
        if self.kind == "integer":
            if number != number.to_integral_value():
                raise ValueError("is not a whole number")
            return int(number)
        return format(number, "f")


TERMS: Mapping[str, Term] = {
    each.name: each
    for each in (
        Term("rate_per_km", "decimal", "IDR/km", {"id": "Tarif per km", "en": "Rate per km"}),
        Term("target_km", "decimal", "km", {"id": "Target km tiap kendaraan tiap hari",
                                            "en": "Target km a vehicle a day"}, most=2000),
        Term("guaranteed_share", "share", "", {"id": "Bagian target yang dijamin",
                                               "en": "Share of the target guaranteed"}, most=1),
        Term("over_rate_share", "share", "", {"id": "Bagian tarif di atas target",
                                              "en": "Share of the rate beyond the target"}, most=1),
        Term("split_rule", "choice", "", {"id": "Pembagian ongkos", "en": "How fares are divided"},
             choices=("distance", "boarding", "full_price")),
        Term("identify", "choice", "", {"id": "Cara mengenali rit",
                                        "en": "How runs are identified"},
             choices=("named", "inferred")),
        Term("corridor_m", "integer", "m", {"id": "Jarak terjauh dari lintasan",
                                            "en": "Farthest from the path"}, 5, 1000),
        Term("early_s", "integer", "s", {"id": "Paling awal dari jadwal",
                                         "en": "Earliest before the timetable"}, 0, 7200),
        Term("late_s", "integer", "s", {"id": "Paling lambat dari jadwal",
                                        "en": "Latest after the timetable"}, 0, 14_400),
        Term("gap_s", "integer", "s", {"id": "Jeda laporan terpanjang",
                                       "en": "Longest time between reports"}, 10, 3600),
        Term("missed_below", "share", "", {"id": "Rit tidak jalan di bawah bagian ini",
                                           "en": "A run is missed below this share"}, most=1),
        Term("on_time_early_s", "integer", "s", {"id": "Tepat waktu: paling awal",
                                                 "en": "On time: earliest"}, 0, 3600),
        Term("on_time_late_s", "integer", "s", {"id": "Tepat waktu: paling lambat",
                                                "en": "On time: latest"}, 0, 3600),
        Term("headway_s", "integer", "s", {"id": "Kelonggaran selang",
                                           "en": "Tolerance of a headway"}, 0, 3600),
        Term("headway_share", "share", "", {"id": "Kelonggaran selang, bagian",
                                            "en": "Tolerance of a headway, share"}, most=10),
        Term("penalty_cap", "share", "", {"id": "Potongan paling banyak sehari",
                                          "en": "Most that penalties take a day"}, most=1),
        Term("penalties", "schedule", "", {"id": "Daftar potongan", "en": "Schedule of penalties"}),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says on a day, in the engine's words."""

    pay: PayTerms
    rules: Rules
    quality: QualityRules
    penalties: tuple[PenaltyRule, ...]
    penalty_cap: Fraction


def terms_of(values: Mapping[str, Any], vehicles: int) -> Terms:
    """The terms that these stored values fix, for so many vehicles. KeyError where one lacks."""
    number = {name: Fraction(str(value)) for name, value in values.items()
              if TERMS[name].kind in ("decimal", "share")}  # fmt: skip
    return Terms(
        pay=PayTerms(
            rate=number["rate_per_km"], target_m=int(number["target_km"] * 1000), vehicles=vehicles,
            guaranteed=number["guaranteed_share"], over_rate=number["over_rate_share"],
        ),
        rules=Rules(
            identify=values["identify"], corridor_m=float(values["corridor_m"]),
            early_s=values["early_s"], late_s=values["late_s"], gap_s=values["gap_s"],
        ),
        quality=QualityRules(
            missed_below=float(number["missed_below"]), early_s=values["on_time_early_s"],
            late_s=values["on_time_late_s"], headway_s=values["headway_s"],
            headway_share=float(number["headway_share"]),
        ),
        penalties=tuple(_rule(each) for each in values["penalties"]),
        penalty_cap=number["penalty_cap"],
    )  # fmt: skip


def _rule(row: Mapping[str, Any]) -> PenaltyRule:
    cap = Fraction(str(row["cap"])) if row.get("cap") is not None else None
    value = Fraction(str(row["value"]))
    return PenaltyRule(row["code"], row["basis"], value, int(row.get("free", 0)), cap)


def _listed(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError("is not a list of rules")
    return value


def _row(row: Any) -> dict[str, Any]:
    """A rule of the schedule as it is stored: code, basis, value, free, cap; and, where the rule
    has its own, the article and source it comes from (in words, or by language) and whether that
    text was read.
    """
    if not isinstance(row, Mapping) or not row.get("code"):
        raise ValueError("has a rule without a code")
    code = str(row["code"])
    if row.get("basis") not in BASES:
        raise ValueError(f"{code}: the basis is none of {', '.join(BASES)}")
    kept: dict[str, Any] = {"code": code, "basis": row["basis"]}
    try:
        kept["value"] = format(Decimal(str(row["value"])), "f")
        kept["free"] = int(row.get("free", 0))
        if row.get("cap") not in (None, ""):
            kept["cap"] = format(Decimal(str(row["cap"])), "f")
    except (InvalidOperation, KeyError, ValueError) as error:
        raise ValueError(f"{code}: value, free and cap must be numbers") from error
    if kept["free"] < 0 or Decimal(kept["value"]) < 0 or Decimal(kept.get("cap", "0")) < 0:
        raise ValueError(f"{code}: nothing may be below zero")
    kept |= {name: row[name] for name in ("article", "source") if row.get(name)}
    return kept | ({"verified": row["verified"] is True} if "verified" in row else {})
