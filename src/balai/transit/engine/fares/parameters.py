"""Every parameter of a tariff: one schema for reading tariffs, for the editor and for the docs.

A parameter holds one value, a table by mode, or rows; `cells` say what is written in it. A cell's
`name` is empty where the value stands alone. Weekdays are written as `mon` to `sun`, times of day
as `05:00` or `05:00:30`, days as `2027-01-31`, distances in kilometres, money in rupiah.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from balai.transit.engine.fares.modes import MODE_CODES

Kind: TypeAlias = Literal[
    "whole", "number", "flag", "choice", "text", "clock", "day", "modes", "weekdays"
]
Layout: TypeAlias = Literal["one", "by_mode", "rows"]
Text: TypeAlias = Mapping[str, str]

FAMILIES = ("capped-window", "per-boarding", "distance-integrated")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MEASURED = ("tap-in-to-tap-in", "tap-in-to-tap-out")


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing to write: its kind, its choices, its bounds, and whether it may be left out."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    optional: bool = False
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """A parameter: where it applies, how it is written, and what it means (`id` and `en`).

    `default` is the value of a parameter that may be left out; one that is `required` has none.
    """

    name: str
    families: tuple[str, ...]
    cells: tuple[Cell, ...]
    title: Text
    explanation: Text
    unit: str = ""
    layout: Layout = "one"
    required: bool = True
    default: Any = None


def _spec(
    name: str, cells: Cell | tuple[Cell, ...], titles: tuple[str, str], told: tuple[str, str],
    *, families: tuple[str, ...] = FAMILIES, **more: Any,
) -> ParameterSpec:  # fmt: skip
    written = cells if isinstance(cells, tuple) else (cells,)
    title = {"id": titles[0], "en": titles[1]}
    return ParameterSpec(name, families, written, title, {"id": told[0], "en": told[1]}, **more)


def _alone(kind: Kind, *choices: str, **more: Any) -> Cell:
    return Cell("", kind, choices, **more)


CAPPED, BOARDING, INTEGRATED = ((family,) for family in FAMILIES)
MODES = Cell("modes", "modes", MODE_CODES)
DAYS = Cell("weekdays", "weekdays", WEEKDAYS, optional=True)
SPAN = (Cell("from", "clock"), Cell("to", "clock"), Cell("to_inclusive", "flag"))
NAMED = (Cell("code", "text"), Cell("title_id", "text"), Cell("title_en", "text"))
EITHER = (
    Cell("price", "whole", optional=True),
    Cell("percent_off", "whole", optional=True, most=100),
)
ROWS: dict[str, Any] = {"layout": "rows", "required": False, "default": ()}
BY_MODE: dict[str, Any] = {"layout": "by_mode"}

SCHEMA: tuple[ParameterSpec, ...] = (
    _spec(
        "zone", _alone("text"), ("Zona waktu", "Time zone in which times of day are read"),
        ("Nama IANA; hari, minggu, dan bulan juga dihitung di zona ini",
         "An IANA name; days, weeks and months are counted in it too"),
    ),
    _spec(
        "rule", _alone("choice", *FAMILIES), ("Jenis aturan", "Family of rule"),
        ("Jendela dengan batas, per naik, atau menurut jarak",
         "A window with a cap, by boarding, or by distance"),
    ),
    _spec(
        "mode_price", _alone("whole", optional=True),
        ("Harga tiap moda", "Price of a boarding by mode"),
        ("Moda tanpa harga tidak dilayani tarif ini", "A mode without a price is not covered"),
        unit="IDR", **BY_MODE,
    ),
    _spec(
        "distance_price",
        (
            Cell("base", "whole"), Cell("included_km", "number"), Cell("step_km", "number"),
            Cell("step_price", "whole"), Cell("maximum", "whole"),
        ),
        ("Harga menurut jarak", "Own fare by distance"),
        ("Dasar mencakup kilometer pertama; tiap langkah yang dimulai menambah harga",
         "The base covers the first kilometres; each started step adds its price"),
        unit="IDR", required=False, default={}, **BY_MODE,
    ),
    _spec(
        "timed_price", (MODES, *SPAN, Cell("price", "whole"), DAYS),
        ("Harga pada jam tertentu", "Price at a time of day"),
        ("Menurut jam tap masuk; tanpa hari berarti setiap hari; baris pertama yang cocok berlaku",
         "By the tap-in's time; no days means every day; the first row that holds counts"),
        unit="IDR", **ROWS,
    ),
    _spec(
        "cap", _alone("whole"), ("Batas tertinggi satu perjalanan", "Most a journey costs"),
        ("Naik berikutnya hanya menambah sampai batas ini",
         "Later boardings only top up to it"),
        families=CAPPED + INTEGRATED, unit="IDR",
    ),
    _spec(
        "window_seconds", _alone("whole"), ("Lama satu perjalanan", "How long a journey may last"),
        ("Dihitung dari tap masuk pertama", "Counted from the first tap-in"),
        families=CAPPED, unit="s",
    ),
    _spec(
        "capped_modes", _alone("modes", *MODE_CODES),
        ("Moda di bawah batas tertinggi", "Modes under the cap"),
        ("Moda lain membayar harganya dan tidak mengubah perjalanan",
         "Other modes pay their price and leave the journey alone"),
        families=CAPPED,
    ),
    _spec(
        "transfer_seconds", _alone("whole"),
        ("Masa berlaku tiket", "How long a ticket stays open"),
        ("Naik dengan golongan yang sama selama tiket berlaku gratis",
         "Boardings of its class ride free while it is open"),
        families=BOARDING, unit="s",
    ),
    _spec(
        "ticket_classes", _alone("text", optional=True),
        ("Golongan tiket tiap moda", "Ticket class of each mode"),
        ("Moda tanpa golongan selalu membayar", "A mode without a class always pays"),
        families=BOARDING, required=False, default={}, **BY_MODE,
    ),
    _spec(
        "base", _alone("whole"), ("Tarif dasar", "Base"),
        ("Sekali untuk tiap perjalanan terintegrasi", "Once an integrated journey"),
        families=INTEGRATED, unit="IDR",
    ),
    _spec(
        "per_km", _alone("whole"), ("Tarif per kilometer", "Rate per kilometre"),
        ("Dikalikan meter yang tepat, jumlahnya dibulatkan ke bawah ke rupiah",
         "Times exact metres, the total rounded down to the rupiah"),
        families=INTEGRATED, unit="IDR/km",
    ),
    _spec(
        "validity_seconds", _alone("whole"),
        ("Masa berlaku paket", "How long a package is valid"),
        ("Dihitung dari tap masuk pertama", "Counted from the first tap-in"),
        families=INTEGRATED, unit="s",
    ),
    _spec(
        "gap_seconds", _alone("whole"),
        ("Jeda terlama antara tap keluar dan tap masuk",
         "Longest time from tap-out to the next tap-in"),
        ("Jeda yang lebih lama memulai paket baru", "A longer one begins a new package"),
        families=INTEGRATED, unit="s",
    ),
    _spec(
        "integrated_modes", _alone("modes", *MODE_CODES),
        ("Moda terintegrasi", "Modes that are integrated"),
        ("Moda lain membayar tarif operatornya", "Other modes pay the operator's own fare"),
        families=INTEGRATED,
    ),
    _spec(
        "modes_needed", _alone("whole", least=1),
        ("Banyaknya moda agar terintegrasi", "Modes needed for a journey to be integrated"),
        ("Sebelum itu tarif operator berlaku", "Until then the operator's own fare holds"),
        families=INTEGRATED,
    ),
    _spec(
        "first_legs", _alone("choice", "restated", "own-fare-stands"),
        ("Ongkos ruas sebelum moda kedua", "Charge of the legs before the second mode"),
        ("Dihitung ulang menurut tarif integrasi, atau tetap",
         "Restated by the integrated fare, or left as they stand"),
        families=INTEGRATED,
    ),
    _spec(
        "missed_tap_out_ends_package", _alone("flag"),
        ("Tap keluar yang terlewat mengakhiri paket", "A missed tap-out ends the package"),
        ("Kartu diblokir sampai disetel ulang", "The card is blocked until it is reset"),
        families=INTEGRATED,
    ),
    _spec(
        "window_measured", _alone("choice", *MEASURED),
        ("Cara mengukur lama perjalanan", "What the window is measured between"),
        ("Sampai tap masuk atau sampai tap keluar naik berikutnya",
         "To the tap-in or to the tap-out of a later boarding"),
        families=CAPPED + INTEGRATED,
    ),
    _spec(
        "limit_inclusive", _alone("flag"),
        ("Batas waktu termasuk detik terakhir", "The limit includes its last second"),
        ("Berlaku untuk jendela, tiket, paket, dan jeda",
         "For windows, tickets, packages and gaps"),
    ),
    _spec(
        "missed_tap_out", _alone("choice", "farthest-leg", "base-price"),
        ("Harga bila tap keluar terlewat", "How a missed tap-out is priced"),
        ("Seperti perjalanan terjauh, atau harga dasar", "As the farthest trip, or the base"),
    ),
    _spec(
        "farthest_km", _alone("number", optional=True),
        ("Jarak terjauh tiap moda", "Farthest leg by mode, where the tap does not say"),
        ("Dipakai bila tap masuk tidak memberi tahu", "Used where the tap-in does not tell"),
        unit="km", required=False, default={}, **BY_MODE,
    ),
    _spec(
        "orphan_tap_out", _alone("choice", "reported", "opens-journey"),
        ("Tap keluar tanpa tap masuk", "What a tap-out without a tap-in does"),
        ("Dilaporkan tanpa ongkos, atau membuka perjalanan",
         "Is reported and costs nothing, or opens a journey"),
    ),
    _spec(
        "tap_out_matches", _alone("choice", "same-mode", "card"),
        ("Pasangan tap keluar", "Which boarding a tap-out closes"),
        ("Hanya moda yang sama, atau moda apa pun", "One of the same mode only, or any"),
    ),
    _spec(
        "longest_ride_seconds", _alone("whole"),
        ("Lama naik terpanjang", "Longest ride a tap-out can close"),
        ("Tap keluar sesudahnya tidak punya tap masuk", "A later tap-out has no tap-in"),
        unit="s",
    ),
    _spec(
        "same_second", _alone("choice", "tap-out-first", "tap-in-first"),
        ("Urutan dua tap pada detik yang sama", "Order of two taps in one second"),
        ("Mana yang dianggap lebih dulu", "Which counts as first"),
    ),
    _spec(
        "percent_rounding", _alone("choice", "down", "up"),
        ("Pembulatan setelah potongan persen", "Rounding after a percentage"),
        ("Sisa ongkos dibulatkan ke bawah atau ke atas ke rupiah",
         "What is left to pay is rounded down or up to the rupiah"),
        required=False, default="down",
    ),
    _spec(
        "promotions",
        (*NAMED, Cell("first_day", "day"), Cell("last_day", "day"), DAYS, *SPAN, MODES, *EITHER),
        ("Promosi", "Promotions"),
        ("Harga atau potongan persen pada rentang hari; yang pertama berlaku",
         "A price or a percentage off in a span of days; the first that holds counts"),
        unit="IDR", **ROWS,
    ),
    _spec(
        "products", (*NAMED, Cell("price", "whole"), Cell("valid_days", "whole", least=1), MODES),
        ("Tiket terusan", "Passes"),
        ("Pemegangnya naik gratis selama berlaku", "Their holders ride free while they are valid"),
        unit="IDR", **ROWS,
    ),
    _spec(
        "concessions", (*NAMED, MODES, *EITHER), ("Keringanan", "Concessions"),
        ("Harga atau potongan persen bagi satu golongan; 100 persen berarti gratis",
         "A price or a percentage off for a group; 100 percent rides free"),
        unit="IDR", **ROWS,
    ),
    _spec(
        "period_caps",
        (
            Cell("period", "choice", ("day", "week", "month")), Cell("amount", "whole"), MODES,
            Cell("week_starts", "choice", WEEKDAYS, optional=True),
        ),
        ("Batas per hari, minggu, atau bulan", "Caps of a day, week or month"),
        ("Paling banyak yang dibayar satu kartu dalam satu periode kalender",
         "The most a card pays within a period of the calendar"),
        unit="IDR", **ROWS,
    ),
)  # fmt: skip
BY_NAME: Mapping[str, ParameterSpec] = {spec.name: spec for spec in SCHEMA}


def parameters_of(family: str) -> tuple[ParameterSpec, ...]:
    """The parameters of a family of rule, in the order of the schema."""
    return tuple(spec for spec in SCHEMA if family in spec.families)
