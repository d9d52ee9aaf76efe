"""Households with their family-card numbers and members, addresses, and kinship."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.people.models.columns import filled, id_column, region_column, validity
from balai.kernel.people.models.person import Person

HEAD = 1
"""The code of the head among the relations to the head of a family card."""


class Household(models.Model):
    """A family card (kartu keluarga). Its number changes; the household stays."""

    id = id_column()
    region_code = region_column()
    is_generated = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [filled("people_household_filled", "region_code")]
        indexes = [models.Index(name="people_household_place", fields=["region_code", "id"])]

    def __str__(self) -> str:
        return str(self.id)


class HouseholdNumber(models.Model):
    """A KK number a household bore; sealed like an identifier, under `people.kk`."""

    id = id_column()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="numbers")
    region_code = region_column()
    index = models.BinaryField(max_length=16)
    sealed = models.BinaryField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            validity("people_householdnumber_validity"),
            models.UniqueConstraint(
                name="people_householdnumber_current",
                fields=["index"],
                condition=Q(valid_to=None),
            ),
            models.UniqueConstraint(
                name="people_householdnumber_one",
                fields=["household"],
                condition=Q(valid_to=None),
            ),
        ]

    def __str__(self) -> str:
        return f"KK of {self.household_id}"


class Member(models.Model):
    """Somebody in a household over time; `relation` is the code of the relation to the head."""

    id = id_column()
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    region_code = region_column()
    relation = models.SmallIntegerField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            validity("people_member_validity"),
            models.CheckConstraint(name="people_member_relation", condition=Q(relation__gte=1)),
            models.UniqueConstraint(
                name="people_member_one", fields=["person"], condition=Q(valid_to=None)
            ),
            models.UniqueConstraint(
                name="people_member_head",
                fields=["household"],
                condition=Q(valid_to=None, relation=HEAD),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"


class Address(models.Model):
    """Where a household, or one person apart from it, lives or gets letters.

    `region_code` is the address's own village. `lat`, `lon` in degrees.
    """

    id = id_column()
    household = models.ForeignKey(
        Household, null=True, on_delete=models.PROTECT, related_name="addresses"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="addresses"
    )
    region_code = region_column()
    street = models.TextField(blank=True, default="")
    rt = models.CharField(max_length=3, blank=True, default="")
    rw = models.CharField(max_length=3, blank=True, default="")
    postal_code = models.CharField(max_length=5, blank=True, default="")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            validity("people_address_validity"),
            models.CheckConstraint(
                name="people_address_whose",
                condition=Q(household=None, person__isnull=False)
                | Q(household__isnull=False, person=None),
            ),
            models.CheckConstraint(
                name="people_address_point",
                condition=Q(lat=None, lon=None)
                | Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
            ),
            models.UniqueConstraint(
                name="people_address_household",
                fields=["household"],
                condition=Q(valid_to=None, household__isnull=False),
            ),
            models.UniqueConstraint(
                name="people_address_person",
                fields=["person"],
                condition=Q(valid_to=None, person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"address {self.id}"


class Relation(models.Model):
    """Kinship: `other` is the parent, spouse or guardian of `person`."""

    id = id_column()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relations")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="related")
    region_code = region_column()
    kind = models.TextField(
        choices=[("parent", _("parent")), ("spouse", _("spouse")), ("guardian", _("guardian"))]
    )
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            validity("people_relation_validity"),
            models.CheckConstraint(
                name="people_relation_kind", condition=Q(kind__in=["parent", "spouse", "guardian"])
            ),
            models.CheckConstraint(name="people_relation_other", condition=~Q(person=F("other"))),
            models.UniqueConstraint(
                name="people_relation_once",
                fields=["person", "other", "kind"],
                condition=Q(valid_to=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
