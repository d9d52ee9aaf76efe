"""Action plans after the network's framework: vision, focus areas, targets, projects."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from balai.network.models.indicators import Indicator
from balai.network.models.members import NetworkCity


class FrameworkItem(models.Model):
    """A part of the framework of 8 July 2018: outcome, urban system, focus area or enabler."""

    class Kind(models.TextChoices):
        OUTCOME = "outcome", _("outcome")
        URBAN_SYSTEM = "urban-system", _("urban system")
        FOCUS_AREA = "focus-area", _("focus area")
        ENABLER = "enabler", _("enabler")

    code = models.SlugField(primary_key=True, max_length=60)
    kind = models.TextField(choices=Kind.choices)
    title = models.JSONField()
    order = models.SmallIntegerField()

    def __str__(self) -> str:
        return self.code


class ActionPlan(models.Model):
    """A city's plan in one version; a new year or a revision is a new version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        REPLACED = "replaced", _("replaced")

    city = models.ForeignKey(NetworkCity, on_delete=models.PROTECT, related_name="plans")
    version = models.SmallIntegerField()
    year = models.SmallIntegerField()
    status = models.TextField(choices=Status.choices, default=Status.DRAFT)
    vision = models.JSONField()
    summary = models.JSONField()
    source = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="network_plan_version", fields=["city", "version"]),
            models.UniqueConstraint(
                name="network_plan_one_published",
                fields=["city"],
                condition=Q(status="published"),
            ),
            models.CheckConstraint(name="network_plan_numbered", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.city_id} {self.year}, version {self.version}"


class StrategicTarget(models.Model):
    """What the plan wants to reach, in words."""

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="targets")
    order = models.SmallIntegerField()
    focus_area = models.ForeignKey(FrameworkItem, on_delete=models.PROTECT, related_name="+")
    text = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="network_strategic_target", fields=["plan", "order"])
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.order}"


class Project(models.Model):
    """A project of the plan. `programme` names the programme of Balai that reports for it."""

    class Stage(models.TextChoices):
        PLANNING = "planning", _("planning")
        ONGOING = "ongoing", _("ongoing")
        COMPLETED = "completed", _("completed")

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="projects")
    slug = models.SlugField(max_length=60)
    order = models.SmallIntegerField()
    name = models.TextField()
    programme = models.TextField(blank=True, default="")
    focus_area = models.ForeignKey(FrameworkItem, on_delete=models.PROTECT, related_name="+")
    stage = models.TextField(choices=Stage.choices)
    owner = models.JSONField(default=dict)
    overview = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="network_project_slug", fields=["plan", "slug"]),
            models.CheckConstraint(name="network_project_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectIndicator(models.Model):
    """An indicator by which a project is judged, with the baseline it starts from."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="projects")
    order = models.SmallIntegerField()
    baseline_day = models.DateField()
    baseline = models.DecimalField(max_digits=20, decimal_places=6)
    note = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="network_project_indicator", fields=["project", "indicator"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.indicator_id}"


class Target(models.Model):
    """The value an indicator shall have on a day."""

    project_indicator = models.ForeignKey(
        ProjectIndicator, on_delete=models.CASCADE, related_name="targets"
    )
    day = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="network_target_day", fields=["project_indicator", "day"])
        ]

    def __str__(self) -> str:
        return f"{self.value} on {self.day}"
