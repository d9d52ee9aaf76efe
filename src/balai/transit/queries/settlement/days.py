"""Days, statements, and the proof that they agree with the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum

from balai.kernel.ledger import queries as ledger
from balai.kernel.problems import MissingError
from balai.transit.actions.settlement.books import kept, payable_account, source_of
from balai.transit.models import (
    FareShare,
    Journey,
    Objection,
    Operator,
    PaymentBatch,
    SettledDay,
    Statement,
    VerifiedRun,
)


@dataclass(frozen=True, slots=True)
class DayView:
    """A settled day: the sums of its operators' present statements, in metres and rupiah."""

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


@dataclass(frozen=True, slots=True)
class Check:
    """Two figures that must be equal, and from where each is read. `name` is put into words."""

    name: str
    operator: str
    books: int
    ledger: int

    @property
    def residual(self) -> int:
        """What is not explained: zero, or something is wrong."""
        return self.books - self.ledger


def present_statements(city: str) -> QuerySet[Statement]:
    """The statement of each operator and day that stands: its last version not withdrawn."""
    latest = (
        Statement.objects.filter(operator=OuterRef("operator"), day=OuterRef("day"))
        .exclude(state=Statement.State.WITHDRAWN)
        .order_by("-version")
    )
    return (
        Statement.objects.filter(city=city, pk=Subquery(latest.values("pk")[:1]))
        .select_related("operator", "contract", "settled")
        .order_by("-day", "operator__name")
    )


def days_of(city: str) -> list[DayView]:
    """The settled days, latest first."""
    sums = {
        row["day"]: row
        for row in present_statements(city).order_by("day").values("day").annotate(
            operators=Count("pk"), scheduled=Sum("scheduled_m"), verified=Sum("verified_m"),
            missed_runs=Sum("missed"), paid=Sum("pay"), taken=Sum("penalties"),
            fares=Sum("revenue"), total=Sum("net"),
            waiting=Count("pk", filter=Q(state=Statement.State.DRAFT)),
        )
    }  # fmt: skip
    open_ = dict(
        Objection.objects.filter(statement__city=city, state=Objection.State.OPEN)
        .values_list("statement__day").annotate(Count("pk"))
    )  # fmt: skip
    versions = SettledDay.objects.filter(city=city, done=True).values_list("day")
    return [
        DayView(day, version, row["operators"], row["scheduled"], row["verified"],
                row["missed_runs"], row["paid"], row["taken"], row["fares"], row["total"],
                row["waiting"], open_.get(day, 0))
        for day, version in versions.annotate(Max("version")).order_by("-day")
        if (row := sums.get(day))
    ]  # fmt: skip


def settled_versions(city: str, day: date) -> QuerySet[SettledDay]:
    """The versions of a day, latest first."""
    return SettledDay.objects.filter(city=city, day=day, done=True).order_by("-version")


def statement_of(city: str, statement: UUID) -> Statement:
    """A statement of the city; MissingError where there is none."""
    found = (
        Statement.objects.filter(city=city, pk=statement)
        .select_related("operator", "contract", "settled", "payment", "replaces").first()
    )  # fmt: skip
    if found is None:
        raise MissingError("There is no such statement", detail=f"No statement {statement}.")
    return found


def runs_of(statement: Statement, state: str = "") -> QuerySet[VerifiedRun]:
    """The runs a statement counts; `state` narrows, `headway` to headways not kept."""
    rows = VerifiedRun.objects.filter(settled=statement.settled, operator=statement.operator)
    if state == "headway":
        return rows.filter(headway_kept=False)
    return rows.filter(state=state) if state in VerifiedRun.State.values else rows


def shares_of(statement: Statement) -> QuerySet[FareShare]:
    """The parts of journeys' charges in a statement, those of its day first."""
    rows = FareShare.objects.filter(
        city=statement.city, operator=statement.operator, settled__day=statement.day,
        settled__version__lte=statement.settled.version,
    )  # fmt: skip
    return rows.order_by("-day", "journey", "id")


def reconciliation(city: str, day: date) -> list[Check]:
    """Whether a day's statements, its fares and the ledger say the same, to the rupiah."""
    checks = []
    for each in present_statements(city).filter(day=day):
        account = payable_account(city, each.operator.code)
        versions = Statement.objects.filter(operator=each.operator, day=day)
        moved = _moved(account, [source_of(version) for version in versions])
        checks.append(Check("statement", each.operator.name, each.net, moved))
    journeys = Journey.objects.filter(city=city, day=day, void=False).aggregate(s=Sum("charge"))
    shares = FareShare.objects.filter(city=city, day=day).aggregate(s=Sum("amount"))
    checks.append(Check("fares", "", shares["s"] or 0, journeys["s"] or 0))
    for operator in Operator.objects.filter(city=city, statements__day=day).distinct():
        checks.append(Check("payable", operator.name, owed(operator), _balance(operator)))
    total = ledger.trial_balance(f"{city}/transit").totals
    checks += [Check("ledger", each.currency, each.debit, each.credit) for each in total]
    return checks


def owed(operator: Operator) -> int:
    """What statements say is still to be paid to an operator."""
    rows = Statement.objects.filter(operator=operator).exclude(
        state__in=(Statement.State.WITHDRAWN, Statement.State.PAID)
    )
    return int(rows.aggregate(s=Sum("change"))["s"] or 0)


def payments_of(city: str) -> QuerySet[PaymentBatch]:
    """The bank files of a city, latest first."""
    return PaymentBatch.objects.filter(city=city)


def objections_of(city: str, state: str = "") -> QuerySet[Objection]:
    """What operators object to, latest first."""
    rows = Objection.objects.filter(statement__city=city).select_related("statement__operator")
    return rows.filter(state=state) if state in Objection.State.values else rows


def kept_fares(statement: Statement) -> int:
    """What of fares the operator keeps by a statement."""
    return kept(statement)


def _moved(account: str, sources: Sequence[str]) -> int:
    transfers: Sequence[Any] = ledger.transfers_of(*sources)
    return sum(each.amount if each.credit == account else -each.amount for each in transfers)


def _balance(operator: Operator) -> int:
    try:
        return ledger.balance(payable_account(operator.city, operator.code)).amount
    except MissingError:
        return 0
