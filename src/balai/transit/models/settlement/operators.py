"""Operators, their accounts and contracts, and the routes and vehicles they run."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Operator(models.Model):
    """Who runs vehicles for the city."""

    class Kind(models.TextChoices):
        COOPERATIVE = "cooperative", _("angkot cooperative")
        BUS = "bus", _("bus company")
        BRT = "brt", _("BRT operator")
        RAIL = "rail", _("rail company")

    city = models.TextField()
    region_code = models.TextField()
    code = models.TextField()
    name = models.TextField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    generated = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_operator_code", fields=["city", "code"]),
            models.CheckConstraint(
                name="transit_operator_code_form",
                condition=Q(code__regex=r"^[a-z0-9][a-z0-9-]{0,30}$"),
            ),
            models.CheckConstraint(
                name="transit_operator_span",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
            ),
        ]
        ordering = ["city", "name"]

    def __str__(self) -> str:
        return self.name


class OperatorAccount(models.Model):
    """Which account of the site speaks for which operator."""

    operator = models.ForeignKey(Operator, models.CASCADE, related_name="accounts")
    username = models.TextField(unique=True)

    def __str__(self) -> str:
        return self.username


class Contract(models.Model):
    """An agreement with an operator. Its figures are dated `ContractTerm`s, never columns."""

    class Model(models.TextChoices):
        GROSS = "gross", _("paid by the kilometre; fares are the city's")
        SHARE = "share", _("keeps its share of fares")

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="contracts")
    number = models.TextField()
    model = models.CharField(max_length=8, choices=Model.choices)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_contract_number", fields=["operator", "number"]),
            models.CheckConstraint(
                name="transit_contract_span",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
            ),
        ]
        ordering = ["operator", "-start"]

    def __str__(self) -> str:
        return self.number


class ContractTerm(models.Model):
    """A figure of a contract from a day on, with its article: `name` is one of the terms that
    `actions.settlement.terms` knows; `value` is written exactly, a decimal as text.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="terms")
    name = models.TextField()
    start = models.DateField()
    value = models.JSONField()
    article = models.TextField()
    source = models.TextField(blank=True)
    made_by = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_term_start", fields=["contract", "name", "start"])
        ]
        ordering = ["contract", "name", "-start"]

    def __str__(self) -> str:
        return f"{self.name} from {self.start}"


class RouteAssignment(models.Model):
    """From which day to which a contract runs a route. No two hold a route on one day."""

    city = models.TextField()
    route_id = models.TextField()
    contract = models.ForeignKey(Contract, models.CASCADE, related_name="routes")
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_assignment_start", fields=["city", "route_id", "start"]
            ),
            models.CheckConstraint(
                name="transit_assignment_span",
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
            ),
        ]
        ordering = ["city", "route_id", "start"]

    def __str__(self) -> str:
        return f"{self.route_id} from {self.start}"


class Vehicle(models.Model):
    """A vehicle that an operator brings under its contract, from a day on."""

    operator = models.ForeignKey(Operator, models.CASCADE, related_name="vehicles")
    code = models.TextField()
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_vehicle_code", fields=["operator", "code"])
        ]
        ordering = ["operator", "code"]

    def __str__(self) -> str:
        return self.code
