"""What running each route cost over a span of days: verified kilometres at the contract's rate."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Max, Sum

from balai.transit.models import ContractTerm, RouteAssignment, SettledDay, VerifiedRun


def route_costs(city: str, first: date, last: date) -> dict[str, int]:
    """Rupiah by route, of the days that are settled (their last version), penalties not taken off.

    A route without a contract, or whose contract has no rate on a day, costs nothing that day.
    """
    days = SettledDay.objects.filter(city=city, day__gte=first, day__lte=last, done=True)
    newest = days.values("day").annotate(version=Max("version"))
    latest = {(row["day"], row["version"]) for row in newest}
    settled = {each.pk: each.day for each in days if (each.day, each.version) in latest}
    runs = VerifiedRun.objects.filter(settled__in=settled).values("settled", "route_id")
    found: dict[str, Decimal] = defaultdict(Decimal)
    rates = _Rates(city)
    for row in runs.annotate(metres=Sum("verified_m")).order_by("settled", "route_id"):
        rate = rates.on(row["route_id"], settled[row["settled"]])
        if rate is not None:
            found[row["route_id"]] += rate * row["metres"] / 1000
    return {route: int(cost) for route, cost in found.items()}


class _Rates:
    """The rate per kilometre of a route on a day."""

    def __init__(self, city: str) -> None:
        self.assigned = list(RouteAssignment.objects.filter(city=city).order_by("-start"))
        contracts = {each.contract_id for each in self.assigned}
        terms = ContractTerm.objects.filter(name="rate_per_km", contract__in=contracts)
        self.terms = list(terms.order_by("-start"))

    def on(self, route: str, day: date) -> Decimal | None:
        """The rate in rupiah, or None where no contract runs the route or tells a rate."""
        for each in self.assigned:
            held = each.start <= day and (each.end is None or day <= each.end)
            if each.route_id == route and held:
                return next(
                    (Decimal(str(term.value)) for term in self.terms
                     if term.contract_id == each.contract_id and term.start <= day), None,
                )  # fmt: skip
        return None
