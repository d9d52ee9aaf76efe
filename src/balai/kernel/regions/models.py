"""Regions, their former names, other codes and boundaries; and the cities that run Balai."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """How deep in the tree a region stands. A city is a kota or a kabupaten."""

    COUNTRY = "country", _("country")
    PROVINCE = "province", _("province")
    CITY = "city", _("city or regency")
    DISTRICT = "district", _("district")
    VILLAGE = "village", _("village")


class Kind(models.TextChoices):
    """What the law calls a region of a level; empty where the source does not say."""

    KOTA = "kota", _("city (kota)")
    KABUPATEN = "kabupaten", _("regency (kabupaten)")
    KOTA_ADMINISTRASI = "kota-administrasi", _("administrative city")
    KABUPATEN_ADMINISTRASI = "kabupaten-administrasi", _("administrative regency")
    KECAMATAN = "kecamatan", _("district (kecamatan)")
    KELURAHAN = "kelurahan", _("urban village (kelurahan)")
    DESA = "desa", _("rural village (desa)")


class Region(models.Model):
    """One place in the tree, by its code. A code that is abolished is closed, never deleted.

    `path` is the codes from the country down, joined by `/`: a region's descendants are the rows
    whose path begins with its own and a slash. `valid_to` is the code's last day.
    """

    scheme = models.TextField(default="kemendagri")
    code = models.TextField()
    level = models.TextField(choices=Level.choices)
    kind = models.TextField(choices=Kind.choices, blank=True, default="")
    name = models.TextField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.TextField(unique=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    succeeded_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    source = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="regions_region_code", fields=["scheme", "code"]),
            models.CheckConstraint(name="regions_region_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="regions_region_code_form", condition=Q(code__regex=r"^[A-Za-z0-9.-]+$")
            ),
            models.CheckConstraint(
                name="regions_region_level", condition=Q(level__in=Level.values)
            ),
            models.CheckConstraint(
                name="regions_region_root",
                condition=Q(parent=None, level="country")
                | Q(parent__isnull=False) & ~Q(level="country"),
            ),
            models.CheckConstraint(
                name="regions_region_validity",
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_from__lte=F("valid_to")),
            ),
            models.CheckConstraint(
                name="regions_region_point",
                condition=Q(lat=None, lon=None)
                | Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
            ),
        ]
        indexes = [
            models.Index(OpClass("path", "text_pattern_ops"), name="regions_region_path"),
            models.Index(Upper("name"), name="regions_region_upper_name"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FormerName(models.Model):
    """A name that a region bore until `until`, the last day it held."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="former_names")
    name = models.TextField()
    until = models.DateField()
    source = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="regions_former_name_once", fields=["region", "name", "until"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (until {self.until})"


class OtherCode(models.Model):
    """A region's code in another scheme (`kemdikbud`, `bps`, `iso3166`), with its validity."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="other_codes")
    scheme = models.TextField()
    code = models.TextField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="regions_other_code_once",
                fields=["scheme", "code", "valid_from"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class RegionList(models.Model):
    """A region file that was taken in: what it covered, and from when. Empty prefix: the whole."""

    origin = models.TextField()
    effective_on = models.DateField()
    prefix = models.TextField(blank=True, default="")
    levels = ArrayField(models.TextField())
    rows = models.IntegerField()
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="regions_list_origin", condition=~Q(origin=""))]

    def __str__(self) -> str:
        return f"{self.origin} ({self.effective_on})"


class Boundary(models.Model):
    """The polygon of a region: a GeoJSON Polygon or MultiPolygon in degrees, with its box."""

    region = models.OneToOneField(
        Region, primary_key=True, on_delete=models.CASCADE, related_name="boundary"
    )
    geometry = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.TextField(default="", blank=True)

    class Meta:
        verbose_name_plural = "boundaries"
        constraints = [
            models.CheckConstraint(
                name="regions_boundary_box",
                condition=Q(west__lte=F("east")) & Q(south__lte=F("north")),
            )
        ]

    def __str__(self) -> str:
        return f"boundary of {self.region_id}"


class Population(models.Model):
    """How many people live in a region, counted for a year; a later count of a year replaces it."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="population")
    year = models.SmallIntegerField()
    people = models.BigIntegerField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="regions_population_year", fields=["region", "year"]),
            models.CheckConstraint(name="regions_population_people", condition=Q(people__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.people} people in {self.region_id}, {self.year}"


class City(models.Model):
    """A city as the unit that runs Balai: its region, clock, currency and face."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.TextField()
    region = models.OneToOneField(Region, on_delete=models.PROTECT, related_name="city")
    country = models.CharField(max_length=2)
    time_zone = models.TextField()
    currency = models.CharField(max_length=3)
    band = models.TextField(default="", blank=True)
    languages = ArrayField(models.TextField(), default=list)
    in_network = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "cities"
        constraints = [
            models.CheckConstraint(
                name="regions_city_currency", condition=Q(currency__regex=r"^[A-Z]{3}$")
            ),
            models.CheckConstraint(
                name="regions_city_country", condition=Q(country__regex=r"^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return self.name
