"""Settlement: days, statements with their lines and runs, settling a day, taking in logs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.jobs import start
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.settlement.settle_day import may_begin
from balai.transit.queries.settlement.days import (
    days_of,
    present_statements,
    reconciliation,
    runs_of,
    statement_of,
)
from balai.transit.queries.settlement.standards import penalties_on
from balai.transit.rules import SETTLE, VIEW_SETTLEMENT

router = Router(tags=["settlement"])
READ = token_or_session("transit:settlement")


class SettledDayOut(Schema):
    """A settled day; metres and rupiah."""

    day: date
    version: int
    operators: int
    scheduled_m: int
    verified_m: int
    missed: int
    pay: int
    penalties: int
    revenue: int
    net: int
    waiting: int
    objections: int


class StatementLineOut(Schema):
    """A line of a statement; `counts` whether it is part of the sum."""

    number: int
    kind: str
    code: str
    quantity: int
    unit: str
    rate: str
    article: str
    amount: int
    counts: bool


class OperatorStatementOut(Schema):
    """What an operator is owed for a day; metres and rupiah."""

    id: UUID
    operator: str
    day: date
    version: int
    state: str
    scheduled_m: int
    verified_m: int
    runs: int
    missed: int
    pay: int
    penalties: int
    revenue: int
    adjustments: int
    net: int
    change: int
    approved_at: datetime | None
    generated: bool

    @staticmethod
    def resolve_operator(row: Any) -> str:
        """The operator's short name."""
        return str(row.operator.code)


class RunOut(Schema):
    """A run of the timetable and what was verified of it."""

    route_id: str
    trip_id: str
    start_s: int
    scheduled_m: int
    verified_m: int
    state: str
    vehicle: str
    vehicles: int
    first_stop: str
    last_stop: str
    late_s: int | None
    headway_s: int | None
    headway_due_s: int | None
    headway_kept: bool | None


class CheckOut(Schema):
    """Two figures that must be equal, and what is not explained."""

    name: str
    operator: str
    books: int
    ledger: int
    residual: int


class StatementWhole(OperatorStatementOut):
    """A statement with its lines."""

    lines: list[StatementLineOut]

    @staticmethod
    def resolve_lines(row: Any) -> Any:
        """The lines in their order."""
        return list(row.lines.all())


class DayWhole(Schema):
    """A day's statements, and the proof that books and ledger agree."""

    statements: list[OperatorStatementOut]
    checks: list[CheckOut]


class PenaltyOut(Schema):
    """A breach and what each costs beyond `free` a day: rupiah (`amount`), km at the contract's
    rate (`kilometres`), or a share of the day's pay (`share`).
    """

    code: str
    title: str
    measure: str
    basis: str
    value: str
    free: int
    cap: str
    counted: bool
    article: str
    source: str
    verified: bool


class PenaltyScheduleOut(Schema):
    """The schedule of a day; `most`: the share of a day's pay that all take at most."""

    day: date
    start: date
    end: date | None
    borrowed: bool
    most: str
    rows: list[PenaltyOut]

    @staticmethod
    def resolve_most(row: Any) -> str:
        """The cap on all penalties, a share."""
        return str(row.cap.value)


class SettleIn(Schema):
    """Which day to settle."""

    day: date


class SettlementJobOut(Schema):
    """The job that was started; its progress is under `/api/v1/jobs/`."""

    job: str


@router.get("/{city}/service-standard/penalties", response=PenaltyScheduleOut,
            summary="Penalties in force on a day")  # fmt: skip
def get_penalties(request: HttpRequest, city: str, day: date) -> Any:
    """What breaches of the service standard cost on a day, with article and source: open to all."""
    return penalties_on(city_by_slug(city).slug, day)


@router.get("/{city}/settlement", auth=READ, response=list[SettledDayOut], summary="Settled days")
def settled_days(request: HttpRequest, city: str) -> Any:
    """The settled days of a city, latest first."""
    _let_in(request, city, VIEW_SETTLEMENT)
    return days_of(city)


@router.get("/{city}/settlement/{day}", auth=READ, response=DayWhole, summary="A settled day")
def settled_day(request: HttpRequest, city: str, day: date) -> Any:
    """Statements of a day, and whether they agree with the ledger."""
    _let_in(request, city, VIEW_SETTLEMENT)
    checks = reconciliation(city, day)
    return {"statements": list(present_statements(city).filter(day=day)), "checks": checks}


@router.get("/{city}/statements/{statement}", auth=READ, response=StatementWhole,
            summary="A statement")  # fmt: skip
def get_statement(request: HttpRequest, city: str, statement: UUID) -> Any:
    """What an operator is owed for a day, line by line."""
    _let_in(request, city, VIEW_SETTLEMENT)
    return statement_of(city, statement)


@router.get("/{city}/statements/{statement}/runs", auth=READ, response=list[RunOut],
            summary="A statement's runs")  # fmt: skip
def statement_runs(request: HttpRequest, city: str, statement: UUID, state: str = "") -> Any:
    """The runs a statement counts; `state`: full, part, missed, or headway (not kept)."""
    _let_in(request, city, VIEW_SETTLEMENT)
    return list(runs_of(statement_of(city, statement), state))


@router.post(
    "/{city}/settlement", auth=token_or_session("transit:settle"),
    response={202: SettlementJobOut}, summary="Settle a day",
)  # fmt: skip
@once_per_key("transit.settle")
def post_settlement(request: HttpRequest, city: str, body: SettleIn) -> Any:
    """Start the job that settles a day."""
    principal = _let_in(request, city, SETTLE)
    may_begin(city, body.day)
    made = start(
        "transit.settle-day", city=city, by=principal.user, slot=f"{city}:{body.day}",
        arguments={"day": body.day.isoformat(), "by": principal.user.get_username()},
    )  # fmt: skip
    return 202, {"job": str(made.id)}


def _let_in(request: HttpRequest, city: str, permission: str) -> Any:
    principal = principal_of(request)
    principal.require(permission, city_by_slug(city))
    return principal
