"""The demonstration's operators, their contracts, and what their vehicles reported on one day.

Vehicles drive the demonstration network's timetable with noise, delays, missed and broken runs:
the same ones for the same seed. Companies are made up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from balai.kernel.access.origin import Origin
from balai.kernel.access.queries import find_user
from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of
from balai.transit.actions.settlement.bank_accounts import approve_account, enter_account
from balai.transit.actions.settlement.logs import import_log
from balai.transit.actions.settlement.operators import (
    add_contract,
    add_operator,
    assign_route,
    link_account,
    record_inspection,
)
from balai.transit.actions.settlement.payments import make_batch, release
from balai.transit.actions.settlement.payouts import read_bank_statement
from balai.transit.actions.settlement.runs import service_start
from balai.transit.actions.settlement.settle_day import settle_day
from balai.transit.actions.settlement.statements import approve
from balai.transit.demo.days import closing
from balai.transit.demo.network import network
from balai.transit.models import (
    Operator,
    PaymentBatch,
    Payout,
    RouteAssignment,
    SettledDay,
    Statement,
    Vehicle,
)
from balai.transit.queries.feed import current_feed, load_feed
from balai.transit.queries.networks import current_network
from balai.transit.queries.settlement.feeds import reports_on

if TYPE_CHECKING:
    from balai.transit.engine.settlement import Schedule

CITY, SEED = "jakarta", 31_2018
JOINED = date(2018, 1, 15)
OFFICER, APPROVER = "operasi", "setuju"
PAYER = "0000000031"
BY = Origin(actor=OFFICER, channel="demo")
EVERY_S, NOISE_M = 180, 12.0
MOST_ROUTES = 4
"""Of each kind: the demonstration settles a part of the network."""
MISSED, BROKEN, LATE_S = 0.02, 0.01, 120.0
SOURCE = "laporan pers OK OTrip, 2018; yang tidak disebut di sana dibuat untuk peragaan ini"
OPERATORS: tuple[dict[str, Any], ...] = (
    {"code": "koperasi-contoh", "name": "Koperasi Angkot Contoh", "kind": "cooperative",
     "model": "gross", "rate": "3459.36", "modes": ("mikrotrans",), "account": "koperasi"},
    {"code": "bus-contoh", "name": "PT Bus Contoh", "kind": "bus", "model": "gross",
     "rate": "8250", "modes": ("bus",)},
    {"code": "brt-utara", "name": "PT BRT Contoh Utara", "kind": "brt", "model": "gross",
     "rate": "13500.50", "modes": ("brt",), "part": 0},
    {"code": "brt-selatan", "name": "PT BRT Contoh Selatan", "kind": "brt", "model": "gross",
     "rate": "13925", "modes": ("brt",), "part": 1},
    {"code": "rel-contoh", "name": "PT Rel Contoh", "kind": "rail", "model": "share",
     "modes": ("mrt", "lrt")},
)  # fmt: skip


def build(last: date, progress: Callable[[str], None]) -> None:
    """Make what is missing; again: changes nothing.

    The day before the last is paid, but for one payment that came back; the statements of the last
    one wait for approval.
    """
    facts = city_by_slug(CITY)
    days = (last - timedelta(days=1), last)
    with rows_of(facts.region_code):
        engage(days[0])
        todo = [day for day in days if not _settled(day)]
        if not todo:
            return
        progress("Jakarta: operators, their vehicles' reports, and their statements")
        for day in todo:
            content = log_of(day, routes=_routes())
            import_log(CITY, content, name=f"posisi-{day}.csv", by=BY, generated=True)
            _bring_vehicles(day)
            done = settle_day(CITY, day, by=OFFICER)
            progress(
                f"Jakarta: {day}: {done.verified_m / 1000:,.0f} of {done.scheduled_m / 1000:,.0f} "
                f"km verified, Rp{done.net:,} owed to {done.statements} operators"
            )
        _pay(days[0])


def log_of(day: date, share: float = 1.0, routes: Collection[str] | None = None) -> bytes:
    """The positions of all vehicles on a day, as the CSV that operators hand in; `share` of the
    runs, the first of the day; of these routes alone, where given.
    """
    import io

    import numpy as np

    from balai.transit.engine.settlement import schedule_of

    version = current_feed(CITY)
    assert version is not None
    schedule = schedule_of(load_feed(version).tables, day, routes)
    chance = np.random.default_rng([SEED, day.toordinal()])
    out = io.StringIO()
    out.write("vehicle,at,lat,lon,trip_id,trip_start,route_id,service_day\n")
    began = service_start(day, city_by_slug(CITY).zone)
    codes = _vehicles(schedule)
    order = np.argsort(schedule.run_start, kind="stable")
    for run in order[: int(len(order) * share)]:
        fate = chance.random()
        if fate < MISSED:
            continue
        upto = 0.6 if fate < MISSED + BROKEN else 1.0
        behind = int(np.clip(chance.normal(60, LATE_S), -45, 1200))
        for line in _drive(schedule, int(run), codes[int(run)], began, behind, upto, chance, day):
            out.write(line)
    return out.getvalue().encode()


def _drive(
    schedule: Schedule, run: int, code: str, began: datetime, behind: int, upto: float,
    chance: Any, day: date,
) -> Iterator[str]:  # fmt: skip
    import numpy as np

    trip = int(schedule.run_trip[run])
    calls = slice(int(schedule.call_start[trip]), int(schedule.call_start[trip + 1]))
    path = int(schedule.path_of[trip])
    points = slice(int(schedule.point_start[path]), int(schedule.point_start[path + 1]))
    lasts = int(schedule.call_s[calls][-1] * upto)
    since = np.unique(np.append(np.arange(0, lasts, EVERY_S), lasts))
    place = np.interp(since, schedule.call_s[calls], schedule.call_along[calls])
    east, north = chance.normal(0, NOISE_M, (2, since.size))
    x = np.interp(place, schedule.along[points], schedule.x[points]) + east
    y = np.interp(place, schedule.along[points], schedule.y[points]) + north
    lats, lons = schedule.degrees(x, y)
    start = int(schedule.run_start[run])
    clock = f"{start // 3600:02}:{start % 3600 // 60:02}:{start % 60:02}"
    tail = f"{schedule.trips[trip]},{clock},{schedule.routes[trip]},{day}\n"
    for second, lat, lon in zip(since, lats, lons, strict=True):
        at = (began + timedelta(seconds=start + int(second) + behind)).isoformat()
        yield f"{code},{at},{lat:.6f},{lon:.6f},{tail}"


def _vehicles(schedule: Schedule) -> list[str]:
    """Which vehicle drives each run: the first of the route that is free again by then."""
    free: dict[str, list[int]] = {}
    codes = [""] * len(schedule)
    order = sorted(range(len(schedule)), key=lambda r: (schedule.run_start[r], r))
    for run in order:
        route = schedule.routes[int(schedule.run_trip[run])]
        start = int(schedule.run_start[run])
        fleet = free.setdefault(route, [])
        end = start + int(schedule.run_seconds[run]) + 300
        place = next((k for k, until in enumerate(fleet) if until <= start), len(fleet))
        fleet[place : place + 1] = [end]
        codes[run] = f"{route}-{place + 1:02}"
    return codes


def engage(inspected: date, routes: Collection[str] | None = None) -> None:
    """Operators with their contracts and routes; of these routes alone, where given; and the
    inspections of a day.
    """
    lines = [line for line in network().lines if routes is None or line.key in routes]
    for told in OPERATORS:
        operator = add_operator(
            CITY, told["code"], name=told["name"], kind=told["kind"], joined_on=JOINED, by=BY,
            generated=True,
        )  # fmt: skip
        _link_bank(operator)
        terms = {"rate_per_km": told["rate"]} if "rate" in told else {}
        contract = add_contract(
            operator, f"KTR/{told['code'].upper()}/2018", model=told["model"], start=JOINED,
            terms=terms, article="Lampiran 1, harga tiap kilometer", source=SOURCE, by=BY,
        )  # fmt: skip
        mine = [line for line in lines if line.mode in told["modes"]][:MOST_ROUTES]
        for number, line in enumerate(mine):
            if told.get("part", number % 2) == number % 2:
                assign_route(contract, line.key, start=JOINED, by=BY)
        if "account" in told:
            link_account(operator, told["account"])
    first = add_operator(CITY, OPERATORS[0]["code"], name=OPERATORS[0]["name"], kind="cooperative",
                         joined_on=JOINED, by=BY)  # fmt: skip
    if not first.inspections.exists():
        for kind in ("waiting", "smoking"):
            record_inspection(first, kind, day=inspected, by=BY, kinds=("waiting", "smoking"),
                              note="Contoh untuk peragaan")  # fmt: skip


def _link_bank(operator: Operator) -> None:
    """An account entered by one officer and approved by another."""
    if not operator.bank_accounts.exists():
        number = f"0000{operator.pk:06}"
        account = enter_account(operator, bank="DEMOIDJA", account=number, holder=operator.name,
                                by=BY)  # fmt: skip
        approve_account(account, number=number, by=Origin(actor=APPROVER, channel="demo"))


def _bring_vehicles(day: date) -> None:
    """Every vehicle that drove, under the operator of its route."""
    held = dict(RouteAssignment.objects.filter(city=CITY, contract__operator__generated=True)
                .values_list("route_id", "contract__operator"))  # fmt: skip
    network = current_network(CITY)
    assert network is not None
    seen = reports_on(network, day).logs
    fleet = sorted(set(zip(seen.vehicle.tolist(), seen.route.tolist(), strict=True)))
    Vehicle.objects.bulk_create(
        [Vehicle(operator_id=held[route], code=code, start=JOINED)
         for code, route in fleet if route in held],
        ignore_conflicts=True,
    )  # fmt: skip


def _routes() -> set[str]:
    held = RouteAssignment.objects.filter(city=CITY, contract__operator__generated=True)
    return set(held.values_list("route_id", flat=True))


def _settled(day: date) -> bool:
    return SettledDay.objects.filter(city=CITY, day=day, done=True).exists()


def _pay(day: date) -> None:
    """Approve and pay a day, as two officers would."""
    try:
        approver = find_user(APPROVER)
    except MissingError:
        approver = None
    by = Origin(actor=APPROVER, channel="demo")
    for statement in Statement.objects.filter(city=CITY, day=day, state=Statement.State.DRAFT):
        approve(statement, user=approver, by=by)
    on = day + timedelta(days=1)
    batch = make_batch(CITY, execution=on, bank="DEMOIDJA", account=PAYER, by=BY)
    read_bank_statement(CITY, _answer(release(batch, by=by), on), by=BY)
    for payout in Payout.objects.filter(batch=batch, state=Payout.State.RETURNED):
        enter_account(payout.operator, bank="DEMOIDJA", account=f"{payout.operator_id:06}1111",
                      holder=payout.operator.name, by=BY)  # fmt: skip


def _answer(batch: PaymentBatch, on: date) -> bytes:
    """The bank's statement of a day: it paid every payout, and the last one came back."""
    from balai.kernel.payments.engine.camt053 import Balance, Entry, Statement, write

    payouts = list(batch.payouts.order_by("reference"))
    entries = [
        Entry(number=str(number), amount=-each.amount, reference=f"DEMO/{number}", booked=on,
              end_to_end=each.reference)
        for number, each in enumerate(payouts, 1)
    ]  # fmt: skip
    entries.append(
        Entry(number=str(len(payouts) + 1), amount=payouts[-1].amount, booked=on, reversal=True,
              reference=f"DEMO/{len(payouts) + 1}", end_to_end=payouts[-1].reference,
              remittance="Rekening penerima ditutup")
    )  # fmt: skip
    left = 1_000_000_000 + sum(each.amount for each in entries)
    told = Statement(identifier=f"DEMO-{on}", account=PAYER, currency="IDR",
                     opening=Balance(1_000_000_000, on - timedelta(days=1)),
                     closing=Balance(left, on), entries=tuple(entries))  # fmt: skip
    return write([told], message=f"DEMO-{on}", at=closing(on))
