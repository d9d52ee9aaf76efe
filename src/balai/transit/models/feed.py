"""Feeds as imported: a version of a city's timetable, its tables and what was wrong with it.

Rows come only from the feed reader, by COPY in one transaction; it has proved that every
reference within the feed holds, so rows name each other by GTFS's own identifiers without foreign
keys. Text that a feed leaves out is empty, times are seconds after the service day's start.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class FeedVersion(models.Model):
    """One import of one feed file for a city, under the name of the feed it is a version of.

    A city may use several feeds at once (buses from one publisher, trains from another): at most
    one version of each name is current, and trips are planned over all current ones.
    """

    class Status(models.TextChoices):
        CURRENT = "current", _("in use")
        SUPERSEDED = "superseded", _("superseded")

    city = models.TextField()
    name = models.TextField(default="main", db_default="main")
    region_code = models.TextField(blank=True)
    source = models.TextField(blank=True)
    licence = models.TextField(blank=True)
    credit = models.TextField(blank=True)
    generated = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    archive_bytes = models.BigIntegerField()
    imported_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(db_default=Now())
    status = models.TextField(choices=Status.choices)
    timezone = models.TextField(blank=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    counts = models.JSONField(default=dict)
    rows_read = models.JSONField(default=dict)
    issue_totals = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="transit_feed_once", fields=["city", "name", "sha256"]),
            models.UniqueConstraint(
                name="transit_feed_current",
                fields=["city", "name"],
                condition=Q(status="current"),
            ),
            models.CheckConstraint(
                name="transit_feed_name", condition=Q(name__regex=r"^[a-z0-9][a-z0-9-]{0,39}$")
            ),
            models.CheckConstraint(
                name="transit_feed_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="transit_feed_status", condition=Q(status__in=("current", "superseded"))
            ),
            models.CheckConstraint(name="transit_feed_city", condition=~Q(city="")),
        ]
        ordering = ["city", "-imported_at", "-id"]

    def __str__(self) -> str:
        return f"{self.city}: {self.source or self.sha256[:12]}"


class FeedArchive(models.Model):
    """The feed's zip as it came, from which all that is derived of it can be made again."""

    feed = models.OneToOneField(
        FeedVersion, models.CASCADE, primary_key=True, related_name="archive"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.feed_id)


class FeedRow(models.Model):
    """What every row of a feed's table shares: the version it belongs to.

    The primary keys begin with the feed, so the foreign key needs no index of its own.
    """

    feed = models.ForeignKey(FeedVersion, models.CASCADE, db_index=False, related_name="+")

    class Meta:
        abstract = True


class FeedIssue(FeedRow):
    """One thing the reader found, as :class:`balai.transit.engine.gtfs.Issue` has it.

    ``row`` is the line of the file, the header being line 1; null speaks of the whole file. The
    words follow from ``kind``.
    """

    class Severity(models.TextChoices):
        ERROR = "error", _("error")
        WARNING = "warning", _("warning")
        INFO = "info", _("note")

    pk = models.CompositePrimaryKey("feed_id", "number")
    number = models.IntegerField()
    file = models.TextField(blank=True)
    row = models.IntegerField(null=True)
    field = models.TextField(blank=True)
    value = models.TextField(null=True)
    kind = models.TextField()
    other = models.TextField(null=True)
    severity = models.TextField(choices=Severity.choices)

    class Meta:
        indexes = [
            models.Index(name="transit_issue_kind", fields=["feed", "kind", "number"]),
            models.Index(name="transit_issue_severity", fields=["feed", "severity", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.file}:{self.row} {self.kind}"


class Agency(FeedRow):
    """A company of the feed (agency.txt)."""

    pk = models.CompositePrimaryKey("feed_id", "agency_id")
    agency_id = models.TextField(blank=True)
    agency_name = models.TextField(blank=True)
    agency_url = models.TextField(blank=True)
    agency_timezone = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.agency_name or self.agency_id


class Stop(FeedRow):
    """A place where vehicles stop, or the station around such places (stops.txt)."""

    pk = models.CompositePrimaryKey("feed_id", "stop_id")
    stop_id = models.TextField()
    stop_code = models.TextField(blank=True)
    stop_name = models.TextField(blank=True)
    stop_lat = models.FloatField()
    stop_lon = models.FloatField()
    location_type = models.SmallIntegerField()
    parent_station = models.TextField(blank=True)
    zone_id = models.TextField(blank=True)
    wheelchair_boarding = models.SmallIntegerField()
    platform_code = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_stop_on_globe",
                condition=Q(stop_lat__range=(-90, 90), stop_lon__range=(-180, 180)),
            )
        ]

    def __str__(self) -> str:
        return self.stop_name or self.stop_id


class Route(FeedRow):
    """A line as riders know it (routes.txt). Colours are six hexadecimal digits, as given."""

    pk = models.CompositePrimaryKey("feed_id", "route_id")
    route_id = models.TextField()
    agency_id = models.TextField(blank=True)
    route_short_name = models.TextField(blank=True)
    route_long_name = models.TextField(blank=True)
    route_desc = models.TextField(blank=True)
    route_type = models.IntegerField()
    route_color = models.TextField(blank=True)
    route_text_color = models.TextField(blank=True)
    route_sort_order = models.IntegerField(null=True)

    def __str__(self) -> str:
        return self.route_short_name or self.route_long_name or self.route_id


class Service(FeedRow):
    """The weekdays and dates on which trips run (calendar.txt)."""

    pk = models.CompositePrimaryKey("feed_id", "service_id")
    service_id = models.TextField()
    monday = models.SmallIntegerField()
    tuesday = models.SmallIntegerField()
    wednesday = models.SmallIntegerField()
    thursday = models.SmallIntegerField()
    friday = models.SmallIntegerField()
    saturday = models.SmallIntegerField()
    sunday = models.SmallIntegerField()
    start_date = models.DateField()
    end_date = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_service_span", condition=Q(end_date__gte=F("start_date"))
            )
        ]

    def __str__(self) -> str:
        return self.service_id


class ServiceException(FeedRow):
    """A date on which a service runs (1) or does not (2), whatever its weekdays say."""

    pk = models.CompositePrimaryKey("feed_id", "service_id", "date")
    service_id = models.TextField()
    date = models.DateField()
    exception_type = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_exception_type", condition=Q(exception_type__in=(1, 2))
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.date}"


class Shape(FeedRow):
    """The line a trip draws on the map, its points in order (shapes.txt).

    ``distances`` are shape_dist_traveled in the feed's own unit, null where not given.
    """

    pk = models.CompositePrimaryKey("feed_id", "shape_id")
    shape_id = models.TextField()
    lats = ArrayField(models.FloatField())
    lons = ArrayField(models.FloatField())
    distances = ArrayField(models.FloatField(null=True))

    def __str__(self) -> str:
        return self.shape_id


class Trip(FeedRow):
    """One run along a route, or its pattern where frequencies repeat it (trips.txt)."""

    pk = models.CompositePrimaryKey("feed_id", "trip_id")
    trip_id = models.TextField()
    route_id = models.TextField()
    service_id = models.TextField()
    trip_headsign = models.TextField(blank=True)
    direction_id = models.SmallIntegerField(null=True)
    shape_id = models.TextField(blank=True)
    wheelchair_accessible = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(name="transit_trip_route", fields=["feed", "route_id"])]

    def __str__(self) -> str:
        return self.trip_id


class StopTime(FeedRow):
    """When a trip calls at a stop (stop_times.txt); frequencies are kept apart, not expanded."""

    pk = models.CompositePrimaryKey("feed_id", "trip_id", "stop_sequence")
    trip_id = models.TextField()
    stop_sequence = models.IntegerField()
    stop_id = models.TextField()
    arrival_s = models.IntegerField()
    departure_s = models.IntegerField()
    pickup_type = models.SmallIntegerField()
    drop_off_type = models.SmallIntegerField()
    shape_dist_traveled = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="transit_stop_time_order",
                condition=Q(arrival_s__gte=0, departure_s__gte=F("arrival_s")),
            )
        ]
        indexes = [models.Index(name="transit_stop_time_stop", fields=["feed", "stop_id"])]

    def __str__(self) -> str:
        return f"{self.trip_id} {self.stop_sequence}"


class Frequency(FeedRow):
    """A period in which a trip departs every ``headway_s`` seconds (frequencies.txt)."""

    pk = models.CompositePrimaryKey("feed_id", "trip_id", "start_s")
    trip_id = models.TextField()
    start_s = models.IntegerField()
    end_s = models.IntegerField()
    headway_s = models.IntegerField()
    exact_times = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="transit_frequency_headway", condition=Q(headway_s__gt=0)),
            models.CheckConstraint(
                name="transit_frequency_span", condition=Q(end_s__gt=F("start_s"))
            ),
        ]
        verbose_name_plural = "frequencies"

    def __str__(self) -> str:
        return f"{self.trip_id} every {self.headway_s} s"


class Transfer(FeedRow):
    """A rule for changing between two stops, routes or trips (transfers.txt)."""

    from_stop_id = models.TextField(blank=True)
    to_stop_id = models.TextField(blank=True)
    from_route_id = models.TextField(blank=True)
    to_route_id = models.TextField(blank=True)
    from_trip_id = models.TextField(blank=True)
    to_trip_id = models.TextField(blank=True)
    transfer_type = models.SmallIntegerField()
    min_transfer_time = models.IntegerField(null=True)

    class Meta:
        indexes = [models.Index(name="transit_transfer_from", fields=["feed", "from_stop_id"])]

    def __str__(self) -> str:
        return f"{self.from_stop_id} to {self.to_stop_id}"


class FareAttribute(FeedRow):
    """A fare as the feed states it (fare_attributes.txt); for showing, journeys are priced by law.

    ``price`` is in the currency's major unit, as GTFS writes it.
    """

    pk = models.CompositePrimaryKey("feed_id", "fare_id")
    fare_id = models.TextField()
    price = models.DecimalField(max_digits=18, decimal_places=4)
    currency_type = models.TextField()
    payment_method = models.SmallIntegerField()
    transfers = models.SmallIntegerField(null=True)
    transfer_duration = models.IntegerField(null=True)

    def __str__(self) -> str:
        return self.fare_id


class FareRule(FeedRow):
    """Where a fare holds (fare_rules.txt); an empty field holds everywhere."""

    fare_id = models.TextField()
    route_id = models.TextField(blank=True)
    origin_id = models.TextField(blank=True)
    destination_id = models.TextField(blank=True)
    contains_id = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(name="transit_fare_rule", fields=["feed", "fare_id"])]

    def __str__(self) -> str:
        return f"{self.fare_id} on {self.route_id or 'all routes'}"
