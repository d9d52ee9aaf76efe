"""Who belongs to the network: states and cities, with their people counted on named grounds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MemberState(models.Model):
    """A member state of ASEAN, by its ISO 3166-1 code."""

    code = models.CharField(primary_key=True, max_length=2)
    name = models.JSONField()
    joined_asean = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="network_state_code", condition=Q(code__regex=r"^[A-Z]{2}$")
            )
        ]

    def __str__(self) -> str:
        return self.code


class NetworkCity(models.Model):
    """A city of the network. `slug` is also the city's slug in the kernel, where it runs Balai."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.TextField()
    state = models.ForeignKey(MemberState, on_delete=models.PROTECT, related_name="cities")
    joined = models.SmallIntegerField()
    lat = models.FloatField()
    lon = models.FloatField()
    time_zone = models.TextField()
    region_code = models.TextField(blank=True, default="")
    source = models.TextField()

    class Meta:
        verbose_name_plural = "network cities"
        constraints = [
            models.CheckConstraint(name="network_city_name", condition=~Q(name="")),
            models.CheckConstraint(name="network_city_joined", condition=Q(joined__gte=2018)),
            models.CheckConstraint(
                name="network_city_point",
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Population(models.Model):
    """A count of people that says whom it counts, where, and when: figures differ by the ground."""

    class Area(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        REGENCY = "regency", _("whole regency, towns and villages")
        METROPOLITAN = "metropolitan", _("metropolitan area")

    city = models.ForeignKey(NetworkCity, on_delete=models.CASCADE, related_name="populations")
    area = models.TextField(choices=Area.choices)
    year = models.SmallIntegerField()
    count = models.BigIntegerField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="network_population_once", fields=["city", "area", "year"]
            ),
            models.CheckConstraint(name="network_population_count", condition=Q(count__gt=0)),
            models.CheckConstraint(name="network_population_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.city_id} {self.area} {self.year}: {self.count}"
