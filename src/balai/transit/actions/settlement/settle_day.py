"""Settling a service day: runs verified, fares divided, statements written, the ledger posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from balai.kernel.events.actions import Happening, record_many
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.settlement.books import open_books, post_statement
from balai.transit.actions.settlement.fares import place_fares
from balai.transit.actions.settlement.runs import service_start, verify_runs
from balai.transit.events import DAY_SETTLED, DaySettled
from balai.transit.models import (
    Contract,
    FareShare,
    Inspection,
    SettledDay,
    Statement,
    StatementLine,
    VerifiedRun,
)
from balai.transit.queries.settlement.contracts import Engagement, engagements


@dataclass(frozen=True, slots=True)
class DayResult:
    """What a settlement did: its version, how many statements it wrote and what they come to."""

    settled: int
    city: str
    day: date
    version: int
    runs: int
    scheduled_m: int
    verified_m: int
    statements: int
    net: int
    change: int
    journeys: int
    adjusted: int


def settle_day(city: str, day: date, *, by: str = "") -> DayResult:
    """Settle a day in one transaction: for commands and the demonstration. A job does it in steps.

    Again after something changed makes another version of the statements that differ; ProblemError
    where the day is not over or no operator has a route.
    """
    with transaction.atomic():
        settled = begin_day(city, day, by=by)
        verify_day(settled)
        return close_day(settled)


@transaction.atomic
def begin_day(city: str, day: date, *, by: str = "") -> int:
    """Open a version of the day; returns its number in the table."""
    may_begin(city, day)
    last = SettledDay.objects.filter(city=city, day=day).aggregate(v=Max("version"))["v"] or 0
    made = SettledDay.objects.create(city=city, day=day, version=last + 1, made_by=by, reports=0,
                                     seen_at=timezone.now())  # fmt: skip
    return made.pk


def verify_day(number: int) -> int:
    """Write what was verified of each run; returns how many runs."""
    settled = SettledDay.objects.get(pk=number)
    facts = city_by_slug(settled.city)
    return verify_runs(settled, facts, engagements(settled.city, settled.day))


@transaction.atomic
def close_day(number: int) -> DayResult:
    """Divide fares, write statements and post the ledger, all together."""
    settled = SettledDay.objects.select_for_update().get(pk=number)
    if settled.done:
        raise ConflictError("This version of the day is closed", detail=str(settled))
    facts = city_by_slug(settled.city)
    # Two settlements of a city wait for each other: both would place the same adjustments.
    list(SettledDay.objects.select_for_update().filter(city=settled.city, version=1)
         .order_by("pk").values_list("pk"))  # fmt: skip
    placed = place_fares(settled)
    engaged = engagements(settled.city, settled.day)
    open_books(facts, [each.contract.operator for each in engaged])
    told = [_statement(settled, facts, each.contract, _figures(settled, each)) for each in engaged]
    made = [each for each in told if each is not None]
    made += _gone(settled, facts, {each.contract.operator_id for each in engaged})
    settled.done = True
    settled.save(update_fields=["done"])
    record_many([_event(facts, each) for each in made])
    sums = VerifiedRun.objects.filter(settled=settled).aggregate(
        runs=Count("id"), planned=Sum("scheduled_m"), metres=Sum("verified_m")
    )
    return DayResult(
        settled.pk, settled.city, settled.day, settled.version, sums["runs"], sums["planned"] or 0,
        sums["metres"] or 0, len(made), sum(each.net for each in made),
        sum(each.change for each in made), placed["journeys"], placed["adjusted"],
    )  # fmt: skip


def _gone(settled: SettledDay, facts: City, engaged: set[int]) -> list[Statement]:
    """Statements of operators that a version before had, and that have no route any more."""
    left = (
        Statement.objects.filter(city=settled.city, day=settled.day)
        .exclude(operator__in=engaged)
        .exclude(state=Statement.State.WITHDRAWN)
    )
    made = []
    for last in left.order_by("operator_id", "-version").distinct("operator_id"):
        own, adjusted = _shares(settled, last.operator_id)
        values = dict.fromkeys(("scheduled_m", "verified_m", "runs", "missed", "pay", "penalties",
                                "net"), 0)  # fmt: skip
        values |= {"revenue": own[1], "adjustments": sum(each[2] for each in adjusted)}
        found = _Found(values, _fare_lines(own, adjusted, keeps=False))
        assert last.contract is not None
        if statement := _statement(settled, facts, last.contract, found):
            made.append(statement)
    return made


def _statement(
    settled: SettledDay, facts: City, contract: Contract, found: _Found
) -> Statement | None:
    """The operator's statement of this version; None where it would say what the last one says."""
    operator = contract.operator
    versions = Statement.objects.filter(operator=operator, day=settled.day)
    before = versions.exclude(state=Statement.State.WITHDRAWN).order_by("-version").first()
    last = versions.order_by("-version").first()
    if before is not None and all(
        getattr(before, name) == value for name, value in found.values.items()
    ):
        return None
    made = Statement.objects.create(
        id=uuid4(), city=settled.city, operator=operator, contract=contract,
        settled=settled, day=settled.day, version=last.version + 1 if last else 1, replaces=(
            before if before and not Statement.objects.filter(replaces=before).exists() else None
        ), change=found.values["net"] - (before.net if before else 0), made_by=settled.made_by,
        generated=settled.generated, **found.values,
    )  # fmt: skip
    StatementLine.objects.bulk_create(
        StatementLine(statement=made, number=number, **line)
        for number, line in enumerate(found.lines, 1)
    )
    post_statement(facts, made, before, at=_moment(settled, facts, before))
    return made


def _moment(settled: SettledDay, facts: City, before: Statement | None) -> datetime:
    """A day's first statement is of its last second; a correction is of now."""
    if before is not None:
        return timezone.now()
    return service_start(settled.day + timedelta(days=1), facts.zone) - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Found:
    values: dict[str, int]
    lines: list[dict[str, Any]]


def _figures(settled: SettledDay, engaged: Engagement) -> _Found:
    from balai.transit.engine.settlement import pay_of, penalties_of

    operator, terms = engaged.contract.operator, engaged.terms
    runs = VerifiedRun.objects.filter(settled=settled, operator=operator)
    sums = runs.aggregate(
        count=Count("id"), planned=Sum("scheduled_m"), metres=Sum("verified_m"),
        missed=Count("id", filter=Q(state=VerifiedRun.State.MISSED)),
        headway=Count("id", filter=Q(headway_kept=False)),
    )  # fmt: skip
    pay = pay_of(sums["metres"] or 0, terms.pay)
    inspections = Inspection.objects.filter(operator=operator, day=settled.day, void=False)
    breaches = Counter(inspections.values_list("kind", flat=True))
    breaches.update(missed_run=sums["missed"], headway=sums["headway"])
    penalties = penalties_of(breaches, terms.penalties, pay=pay.total, rate=terms.pay.rate,
                             cap=terms.penalty_cap)  # fmt: skip
    own, adjusted = _shares(settled, operator.pk)
    keeps = engaged.contract.model == Contract.Model.SHARE
    revenue, later = own[1], sum(amount for _, _, amount in adjusted)
    taken = sum(each.amount for each in penalties)
    net = pay.total - taken + (revenue + later if keeps else 0)
    lines = [*_pay_lines(pay, engaged), *_penalty_lines(penalties, engaged),
             *_fare_lines(own, adjusted, keeps)]  # fmt: skip
    values = {
        "scheduled_m": sums["planned"] or 0, "verified_m": sums["metres"] or 0,
        "runs": sums["count"], "missed": sums["missed"], "pay": pay.total, "penalties": taken,
        "revenue": revenue, "adjustments": later, "net": net,
    }  # fmt: skip
    return _Found(values, lines)


def _shares(
    settled: SettledDay, operator: int
) -> tuple[tuple[int, int], list[tuple[date, int, int]]]:
    """Journeys and rupiah of the day's own fares; and (day, journeys, rupiah) adjusted since."""
    rows = FareShare.objects.filter(
        city=settled.city, operator=operator, settled__day=settled.day
    )  # fmt: skip
    sums = rows.values("day").annotate(
        journeys=Count("journey", distinct=True), total=Sum("amount")
    )
    own, adjusted = (0, 0), []
    for row in sums.order_by("day"):
        if row["day"] == settled.day:
            own = (row["journeys"], row["total"])
        else:
            adjusted.append((row["day"], row["journeys"], row["total"]))
    return own, adjusted


def _pay_lines(pay: Any, engaged: Engagement) -> list[dict[str, Any]]:
    figure = engaged.figures["rate_per_km"]
    rate = str(figure.value)
    lines = [_line("kilometres", pay.within_m, "m", pay.within, rate=rate, article=figure.article)]
    if pay.beyond_m:
        share = engaged.figures["over_rate_share"]
        lines.append(_line("beyond_target", pay.beyond_m, "m", pay.beyond,
                           rate=f"{rate} x {share.value}", article=share.article))  # fmt: skip
    if pay.guarantee:
        share = engaged.figures["guaranteed_share"]
        lines.append(_line("guarantee", 1, "", pay.guarantee, article=share.article))
    return lines if Fraction(rate) or pay.total else lines[:1]


def _penalty_lines(penalties: Sequence[Any], engaged: Engagement) -> list[dict[str, Any]]:
    figure = engaged.figures["penalties"]
    own = {row["code"]: _in_law(row.get("article")) for row in figure.value}
    return [
        _line("penalty", each.breaches, "breaches", -each.amount, code=each.rule.code,
              rate=_tariff_of(each), article=own[each.rule.code] or figure.article)
        for each in penalties
    ]  # fmt: skip


def _in_law(article: Any) -> str:
    """An article in the language of the law."""
    return str(article["id"] if isinstance(article, Mapping) else article or "")


def _tariff_of(penalty: Any) -> str:
    """How a penalty came about, in figures alone: those beyond the free ones, and each one's."""
    rule = penalty.rule
    each = {"amount": f"Rp{int(rule.value)}", "kilometres": f"{float(rule.value):g} km",
            "share": f"{float(rule.value * 100):g} %"}[rule.basis]  # fmt: skip
    return f"{penalty.counted} x {each}"


def _fare_lines(
    own: tuple[int, int], adjusted: Sequence[tuple[date, int, int]], keeps: bool
) -> list[dict[str, Any]]:
    lines = [_line("fares", own[0], "journeys", own[1], counts=keeps)]
    lines += [
        _line("adjustment", journeys, "journeys", amount, code=day.isoformat(), counts=keeps)
        for day, journeys, amount in adjusted
    ]
    return lines


def _line(
    kind: str, quantity: int, unit: str, amount: int, *, code: str = "", rate: str = "",
    article: str = "", counts: bool = True,
) -> dict[str, Any]:  # fmt: skip
    return {"kind": kind, "code": code, "quantity": quantity, "unit": unit, "rate": rate,
            "article": article, "amount": amount, "counts": counts}  # fmt: skip


def _event(facts: City, made: Statement) -> Happening:
    return Happening(
        kind=DAY_SETTLED, at=timezone.now(), day=made.day, city=made.city, place=facts.region_code,
        subject=f"transit.statement:{made.pk}", key=f"transit.statement:{made.pk}",
        data=DaySettled(
            operator=made.operator.code, version=made.version, scheduled_m=made.scheduled_m,
            verified_m=made.verified_m, missed=made.missed, net=made.net, change=made.change,
            generated=made.generated,
        ),
    )  # fmt: skip


def as_dict(result: DayResult) -> Mapping[str, Any]:
    """A result for JSON."""
    return {name: str(value) if isinstance(value, date) else value
            for name in DayResult.__slots__ for value in (getattr(result, name),)}  # fmt: skip


def may_begin(city: str, day: date) -> bool:
    """True; ProblemError says why a day cannot be settled."""
    facts = city_by_slug(city)
    if service_start(day + timedelta(days=1), facts.zone) > timezone.now():
        raise ProblemError("The day is not over", detail=f"{day} is settled once it has ended.")
    if not engagements(city, day):
        detail = f"Give routes of {facts.name} to contracts first."
        raise ProblemError("No operator has a route on this day", detail=detail)
    return True
