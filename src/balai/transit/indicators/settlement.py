"""Measures over settled service days: runs kept, what operators are owed, and the fares of those
days alone, so that the three can be set against each other.

Of each day the latest version that was settled to its end counts, and nothing of earlier ones.
"""

from __future__ import annotations

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat

from balai.kernel.events.measures import Column, Measure
from balai.kernel.events.table_measures import table_measure
from balai.transit.indicators.journeys import COLUMNS as JOURNEY_COLUMNS
from balai.transit.indicators.journeys import paid
from balai.transit.models import Journey, SettledDay, Statement, VerifiedRun

RUN_COLUMNS = (
    Column("operator_name", {"id": "Operator", "en": "Operator"}),
    Column("route_id", {"id": "Trayek", "en": "Route"}),
    Column("trip_id", {"id": "Perjalanan jadwal", "en": "Trip"}),
    Column("late_s", {"id": "Terlambat, detik", "en": "Seconds late"}, "integer"),
    Column("headway_s", {"id": "Selang, detik", "en": "Headway, seconds"}, "integer"),
    Column("headway_due_s", {"id": "Selang terjadwal", "en": "Headway due"}, "integer"),
    Column("state", {"id": "Keadaan", "en": "State"}),
)
STATEMENT_COLUMNS = (
    Column("operator_name", {"id": "Operator", "en": "Operator"}),
    Column("verified_m", {"id": "Meter terverifikasi", "en": "Metres verified"}, "integer"),
    Column("pay", {"id": "Bayaran kilometer", "en": "Pay for kilometres"}, "money"),
    Column("penalties", {"id": "Potongan", "en": "Penalties"}, "money"),
    Column("net", {"id": "Hak operator", "en": "Owed to the operator"}, "money"),
    Column("record", {"id": "Pernyataan", "en": "Statement"}),
)


def latest_days() -> QuerySet[SettledDay]:
    """The version that stands of each settled day."""
    later = SettledDay.objects.filter(
        city=OuterRef("city"), day=OuterRef("day"), done=True, version__gt=OuterRef("version")
    )
    return SettledDay.objects.filter(~Exists(later), done=True)


def runs() -> QuerySet[VerifiedRun]:
    """The runs of the timetable on settled days, those that never ran among them."""
    return VerifiedRun.objects.filter(settled__in=latest_days()).annotate(
        operator_name=F("operator__name")
    )


def punctual_runs() -> QuerySet[VerifiedRun]:
    """Runs that kept their headway or, where none is due, left on time."""
    kept = Q(headway_kept=True) | Q(headway_kept=None, on_time=True)
    return runs().filter(kept).exclude(state=VerifiedRun.State.MISSED)


def statements() -> QuerySet[Statement]:
    """The statement that stands of each operator and day."""
    later = Statement.objects.filter(
        operator=OuterRef("operator"), day=OuterRef("day"), version__gt=OuterRef("version")
    ).exclude(state=Statement.State.WITHDRAWN)
    return (
        Statement.objects.exclude(state=Statement.State.WITHDRAWN)
        .filter(~Exists(later))
        .annotate(
            operator_name=F("operator__name"),
            record=Concat(F("day"), Value(", "), F("version"), output_field=CharField()),
        )
    )


def journeys_of_settled_days() -> QuerySet[Journey]:
    """Paid journeys of days whose operators have been settled with."""
    settled = SettledDay.objects.filter(city=OuterRef("city"), day=OuterRef("day"), done=True)
    return paid().filter(Exists(settled))


def _runs(name: str, rows: object, title: dict[str, str], told: dict[str, str]) -> Measure:
    return table_measure(
        rows, name=name, title=title, unit="runs", description=told, columns=RUN_COLUMNS,
        recorded="settled__made_at", city="settled__city", day="settled__day",
        place="operator__region_code",
    )  # fmt: skip


RUNS_DUE = _runs(
    "transit.runs_due", runs,
    {"id": "Rit terjadwal", "en": "Runs due"},
    {"id": "Rit jadwal pada hari yang sudah diselesaikan, termasuk yang tidak jalan.",
     "en": "Runs of the timetable on settled days, those that never ran included."},
)  # fmt: skip
RUNS_PUNCTUAL = _runs(
    "transit.runs_punctual", punctual_runs,
    {"id": "Rit tepat waktu", "en": "Punctual runs"},
    {"id": "Rit yang menjaga selang keberangkatan, atau berangkat tepat waktu bila tidak ada"
     " selang.",
     "en": "Runs that kept their headway or, where none is due, left on time."},
)  # fmt: skip
OWED_TO_OPERATORS: Measure = table_measure(
    statements,
    name="transit.owed_to_operators",
    title={"id": "Hak operator", "en": "Owed to operators"},
    unit="IDR",
    description={
        "id": "Bayaran kilometer, dikurangi potongan, ditambah bagian ongkos dan koreksi.",
        "en": "Pay for kilometres, less penalties, plus shares of fares and corrections.",
    },
    columns=STATEMENT_COLUMNS,
    recorded="made_at",
    value=Sum("net"),
    place="operator__region_code",
)
SETTLED_FARES: Measure = table_measure(
    journeys_of_settled_days,
    name="transit.fares_of_settled_days",
    title={"id": "Ongkos pada hari yang diselesaikan", "en": "Fares of settled days"},
    unit="IDR",
    description={
        "id": "Ongkos perjalanan pada hari yang operatornya sudah diselesaikan.",
        "en": "What journeys were charged on days whose operators have been settled with.",
    },
    columns=JOURNEY_COLUMNS,
    recorded="priced_at",
    value=Sum("charge"),
)
SETTLED_JOURNEYS: Measure = table_measure(
    journeys_of_settled_days,
    name="transit.journeys_of_settled_days",
    title={"id": "Perjalanan pada hari yang diselesaikan", "en": "Journeys of settled days"},
    unit="journeys",
    description={
        "id": "Perjalanan berbayar pada hari yang operatornya sudah diselesaikan.",
        "en": "Paid journeys on days whose operators have been settled with.",
    },
    columns=JOURNEY_COLUMNS,
    recorded="priced_at",
)
SETTLEMENT = (RUNS_DUE, RUNS_PUNCTUAL, OWED_TO_OPERATORS, SETTLED_FARES, SETTLED_JOURNEYS)
