"""Writing down what was read: journeys, legs, adjustments, transfers and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, Sum
from psycopg import sql

from balai.kernel.any_of import AnyOf
from balai.kernel.events.actions import Happening, record_many
from balai.kernel.ledger.actions import open_accounts, post_many
from balai.kernel.ledger.postings import NewAccount, Posting
from balai.kernel.regions.queries import City
from balai.transit.actions.hold_impossible import hold_impossible
from balai.transit.actions.read_journeys import Reading, ReadJourney, ReadLeg
from balai.transit.events import JOURNEY_PRICED, JourneyPriced
from balai.transit.models import Adjustment, Journey, Leg, OrphanTap
from balai.transit.queries.stretches import StoredTap

BATCH = 2000
JOURNEY_FIELDS = (
    "place", "day", "tariff", "tariff_day", "first_at", "last_at", "boardings", "charge",
    "full_price", "integrated", "void", "revision", "priced_at",
)  # fmt: skip
READ_FIELDS = tuple(name for name in JOURNEY_FIELDS if name not in ("revision", "priced_at"))
LEG_FIELDS = (
    "alighting_id", "journey_id", "number", "metres", "full_price", "charge", "reason", "relief",
    "relief_reason", "refunded", "revision",
)  # fmt: skip
REPORT_ORPHANS = """
INSERT INTO transit_orphantap (tap_id, city) SELECT tap, %s FROM unnest(%s::bigint[]) AS tap
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """How many journeys are new or changed, how many charges were adjusted, and net rupiah."""

    journeys: int
    adjustments: int
    revenue: int


@dataclass(slots=True)
class _JourneyRow:
    """A row of `Journey`, without what makes a model slow to build by the ten thousand."""

    id: UUID
    city: str
    card_id: int
    place: str
    day: date
    tariff: str
    tariff_day: date
    first_at: datetime
    last_at: datetime
    boardings: int
    charge: int
    full_price: int
    integrated: bool
    void: bool
    generated: bool
    revision: int
    priced_at: datetime


@dataclass(slots=True)
class _LegRow:
    """A row of `Leg`, likewise."""

    boarding_id: int
    alighting_id: int | None
    journey_id: UUID
    number: int
    metres: int | None
    full_price: int
    charge: int
    reason: str
    relief: int
    relief_reason: str
    refunded: int
    revision: int


@dataclass(slots=True)
class _Work:
    """What is to be written. `granted`: rupiah of refunds by boarding."""

    facts: City
    now: datetime
    granted: dict[int, int] = field(default_factory=dict)
    journeys: list[Journey | _JourneyRow] = field(default_factory=list)
    legs: list[_LegRow] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)


def settle(facts: City, taps: Sequence[StoredTap], reading: Reading, now: datetime) -> Settled:
    """Make tables, ledger and events say what `reading` says about `taps` (whole stretches).

    Must run inside the transaction that read them. A boarding charged for the first time is a
    transfer from the card to the fare revenue; one whose charge changes has an adjustment and a
    transfer of the difference. Nothing posted is ever edited.
    """
    work = _Work(facts, now, granted_refunds([tap.id for tap in taps]))
    by_id = {tap.id: tap for tap in taps}
    theirs = AnyOf("boarding_id", by_id)
    kept_legs = {leg.boarding_id: leg for leg in Leg.objects.filter(theirs)}
    revisions = dict(
        Adjustment.objects.filter(theirs)
        .values_list("boarding_id").annotate(Max("revision"))
    )  # fmt: skip
    kept_journeys = _kept_journeys(reading.journeys, kept_legs.values())
    seen: set[int] = set()
    for journey in reading.journeys:
        _settle_journey(work, journey, kept_journeys.pop(journey.id, None))
        for leg in journey.legs:
            seen.add(leg.boarding.id)
            kept = kept_legs.get(leg.boarding.id)
            _settle_leg(work, journey, leg, kept, revisions.get(leg.boarding.id, 0))
    gone = [leg for boarding, leg in kept_legs.items() if boarding not in seen]
    for leg in gone:
        _take_back(work, by_id[leg.boarding_id], leg)
    for left in kept_journeys.values():
        _void(work, left)
    _write(work, gone, by_id, reading)
    return Settled(len(work.journeys), len(work.adjustments), _net(facts, work.postings))


def revenue_account(city: str) -> str:
    """The code of the account that a city's fares go to."""
    return f"{city}/transit/fare-revenue"


def card_account(city: str, reference: str) -> str:
    """The code of the account of a card's stored value."""
    return f"{city}/transit/card/{reference}"


def _kept_journeys(read: Iterable[ReadJourney], legs: Iterable[Leg]) -> dict[UUID, Journey]:
    wanted = {journey.id for journey in read} | {leg.journey_id for leg in legs}
    return {journey.id: journey for journey in Journey.objects.filter(AnyOf("id", wanted))}


def granted_refunds(boardings: Sequence[int]) -> dict[int, int]:
    """The rupiah granted back of each boarding that has refunds, by the id of its tap."""
    refunds = Adjustment.objects.filter(
        AnyOf("boarding_id", boardings), kind=Adjustment.Kind.REFUND
    )
    return dict(refunds.values_list("boarding_id").annotate(Sum("amount")))


def _refunded(work: _Work, leg: ReadLeg) -> int:
    """How much of the priced charge is given back: never more than the boarding costs."""
    return min(leg.charge, work.granted.get(leg.boarding.id, 0))


def _settle_journey(work: _Work, read: ReadJourney, kept: Journey | None) -> None:
    charge = read.charge - sum(_refunded(work, leg) for leg in read.legs)
    row = _JourneyRow(
        id=read.id, city=work.facts.slug, card_id=read.first.card, place=read.first.place,
        day=read.day, tariff=read.tariff, tariff_day=read.tariff_day, first_at=read.first.at,
        last_at=read.last_at, boardings=len(read.legs), charge=charge,
        full_price=read.full_price, integrated=read.integrated, void=False,
        generated=read.first.generated, revision=kept.revision + 1 if kept else 1,
        priced_at=work.now,
    )  # fmt: skip
    if kept and all(getattr(kept, name) == getattr(row, name) for name in READ_FIELDS):
        return
    work.journeys.append(row)
    work.events.append(priced_event(row, row.charge - (kept.charge if kept else 0)))


def _settle_leg(
    work: _Work, journey: ReadJourney, read: ReadLeg, kept: Leg | None, adjusted: int
) -> None:
    before = kept.charge if kept else 0
    revision = max(kept.revision if kept else 0, adjusted)
    first_time = revision == 0
    refunded = _refunded(work, read)
    row = _LegRow(
        boarding_id=read.boarding.id, alighting_id=read.alighting, journey_id=journey.id,
        number=read.number, metres=read.metres, full_price=read.full_price,
        charge=read.charge - refunded, reason=read.reason.name.lower(), relief=read.relief,
        relief_reason=read.relief_reason, refunded=refunded, revision=max(revision, 1),
    )  # fmt: skip
    if first_time and row.charge:
        _move(work, read.boarding, journey.id, row.charge, 1, "Fare of a boarding")
    elif not first_time and row.charge != before:
        row.revision = revision + 1
        _adjust(work, read.boarding, journey.id, before, row.charge, row.revision)
    if kept is None or any(getattr(kept, name) != getattr(row, name) for name in LEG_FIELDS):
        work.legs.append(row)


def _take_back(work: _Work, boarding: StoredTap, leg: Leg) -> None:
    if leg.charge:
        _adjust(work, boarding, leg.journey_id, leg.charge, 0, leg.revision + 1)


def _void(work: _Work, kept: Journey) -> None:
    if kept.void:
        return
    change = -kept.charge
    kept.void, kept.boardings, kept.charge, kept.full_price = True, 0, 0, 0
    kept.integrated, kept.revision, kept.priced_at = False, kept.revision + 1, work.now
    work.journeys.append(kept)
    work.events.append(priced_event(kept, change))


def _adjust(
    work: _Work, boarding: StoredTap, journey: UUID, before: int, after: int, revision: int
) -> None:
    reason = "Taps that came late changed the fare"
    work.adjustments.append(
        Adjustment(
            boarding_id=boarding.id, journey_id=journey, revision=revision, before=before,
            after=after, reason=reason, at=work.now,
        )
    )  # fmt: skip
    _move(work, boarding, journey, after - before, revision, reason)


def _move(
    work: _Work, boarding: StoredTap, journey: UUID, amount: int, revision: int, reason: str
) -> None:
    card = card_account(work.facts.slug, boarding.card_reference)
    revenue = revenue_account(work.facts.slug)
    debit, credit = (card, revenue) if amount > 0 else (revenue, card)
    work.postings.append(
        Posting(
            debit=debit, credit=credit, amount=abs(amount), currency=work.facts.currency,
            at=boarding.at if revision == 1 else work.now,
            key=fare_key(work.facts.slug, boarding.validator, boarding.sequence, revision),
            reason=reason, source=f"transit.journey:{journey}",
        )
    )  # fmt: skip


def fare_key(city: str, validator: str, sequence: int, revision: int) -> str:
    """The key under which the ledger knows the charge of a boarding at a revision."""
    return f"transit:fare:{city}:{validator}:{sequence}:{revision}"


def priced_event(row: Journey | _JourneyRow, change: int) -> Happening:
    """That a journey was priced, with how much it differs from before."""
    return Happening(
        kind=JOURNEY_PRICED, at=row.first_at, day=row.day, city=row.city, place=row.place,
        subject=f"transit.journey:{row.id}", key=f"transit.journey:{row.id}:{row.revision}",
        data=JourneyPriced(
            tariff=row.tariff, revision=row.revision, boardings=row.boardings, charge=row.charge,
            change=change, integrated=row.integrated, generated=row.generated,
        ),
    )  # fmt: skip


def _write(work: _Work, gone: list[Leg], by_id: dict[int, StoredTap], reading: Reading) -> None:
    _open_accounts(work, by_id.values())
    _upsert(Journey, work.journeys, "id", JOURNEY_FIELDS)
    Leg.objects.filter(pk__in=[leg.pk for leg in gone]).delete()
    _upsert(Leg, work.legs, "boarding_id", LEG_FIELDS)
    Adjustment.objects.bulk_create(work.adjustments, batch_size=BATCH)
    settled = set(by_id) - set(reading.orphans)
    OrphanTap.objects.filter(AnyOf("tap_id", settled)).delete()
    with connection.cursor() as cursor:
        cursor.execute(REPORT_ORPHANS, [work.facts.slug, reading.orphans])
    hold_impossible(work.facts.slug, by_id, reading.held, work.now)
    post_many(work.postings)
    record_many(work.events)


def _open_accounts(work: _Work, taps: Iterable[StoredTap]) -> None:
    facts = work.facts
    if not work.postings:
        return
    used = {posting.debit for posting in work.postings}
    used |= {posting.credit for posting in work.postings}
    cards = {tap.card_reference for tap in taps}
    open_accounts(
        [
            NewAccount(code=revenue_account(facts.slug), currency=facts.currency, kind="income",
                       title="Transit fares", region_code=facts.region_code),
            *(
                NewAccount(code=code, currency=facts.currency, kind="liability",
                           title=f"Stored value of card {card[:4]}…{card[-2:]}",
                           region_code=facts.region_code)
                for card in sorted(cards)
                if (code := card_account(facts.slug, card)) in used
            ),
        ]
    )  # fmt: skip


def _upsert(model: Any, rows: list[Any], key: str, fields: Sequence[str]) -> None:
    """Insert the rows by COPY, or bring those that are there up to date, all fields given."""
    if not rows:
        return
    names = [field.attname for field in model._meta.concrete_fields]
    parts = {
        "table": sql.Identifier(model._meta.db_table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, names)),
        "key": sql.Identifier(key),
        "changes": sql.SQL(", ").join(
            sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in fields
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(
            "CREATE TEMPORARY TABLE read_rows ON COMMIT DROP AS"
            " SELECT {columns} FROM {table} WITH NO DATA").format(**parts))  # fmt: skip
        statement = sql.SQL("COPY read_rows ({columns}) FROM STDIN").format(**parts)
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([getattr(row, name) for name in names])
        cursor.execute(sql.SQL(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM read_rows"
            " ON CONFLICT ({key}) DO UPDATE SET {changes}").format(**parts))  # fmt: skip
        cursor.execute("DROP TABLE read_rows")


def _net(facts: City, postings: Iterable[Posting]) -> int:
    revenue = revenue_account(facts.slug)
    return sum(p.amount if p.credit == revenue else -p.amount for p in postings)
