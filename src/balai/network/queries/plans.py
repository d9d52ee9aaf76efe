"""A city's action plan: its projects, their indicators, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from balai.kernel.problems import MissingError
from balai.network import models
from balai.network.engine.progress import Assessment, Point, Status, assess
from balai.network.queries.values import Figure, exact, latest_figure

ORDER: tuple[Status, ...] = ("behind", "at-risk", "no-data", "on-track", "target-met")


@dataclass(frozen=True, slots=True)
class Judged:
    """An indicator of a project: where it began, where it shall go, where it is."""

    indicator: models.Indicator
    baseline: Point
    target: Point | None
    figure: Figure | None
    assessment: Assessment
    note: dict[str, str]


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project and its status: the worst of its indicators', no data where it has none."""

    project: models.Project
    judged: tuple[Judged, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan with everything its page shows."""

    plan: models.ActionPlan
    targets: tuple[models.StrategicTarget, ...]
    projects: tuple[ProjectRow, ...]
    versions: tuple[models.ActionPlan, ...]

    @property
    def generated(self) -> bool:
        """Whether a figure on the page counts records made for the demonstration."""
        return any(
            judged.figure is not None and judged.figure.value.generated
            for row in self.projects
            for judged in row.judged
        )


def plan_page(city: str, *, on: date) -> PlanPage:
    """A city's published plan as it stands on a day; MissingError if it has none."""
    plans = models.ActionPlan.objects.select_related("city__state").filter(city=city)
    plan = plans.filter(status="published").first()
    if plan is None:
        raise MissingError(
            "No action plan", detail=f"{city!r} has not published an action plan here."
        )
    return PlanPage(
        plan,
        tuple(plan.targets.select_related("focus_area").order_by("order")),
        tuple(_row(each, on) for each in _projects(plan)),
        tuple(plans.exclude(status="draft").order_by("-version")),
    )


def judged(city: str, indicator: str, *, on: date) -> tuple[models.Project, Judged]:
    """An indicator of a city's published plan and its project; MissingError if it has none."""
    found = (
        models.ProjectIndicator.objects.select_related("indicator", "project__focus_area")
        .prefetch_related("targets")
        .filter(
            project__plan__city=city,
            project__plan__status="published",
            indicator=indicator,
        )
        .first()
    )
    if found is None:
        raise MissingError(
            "No such indicator", detail=f"The plan of {city!r} has no indicator {indicator!r}."
        )
    return found.project, _judged(found, city, on)


def framework(kind: str) -> list[models.FrameworkItem]:
    """The parts of the framework of one kind, in their order."""
    return list(models.FrameworkItem.objects.filter(kind=kind).order_by("order"))


def _projects(plan: models.ActionPlan) -> Any:
    return (
        plan.projects.select_related("focus_area", "plan")
        .prefetch_related("indicators__indicator", "indicators__targets")
        .order_by("order")
    )


def _row(project: models.Project, on: date) -> ProjectRow:
    found = tuple(
        _judged(each, project.plan.city_id, on)
        for each in sorted(project.indicators.all(), key=lambda each: each.order)
    )
    statuses = [each.assessment.status for each in found]
    return ProjectRow(project, found, min(statuses, key=ORDER.index, default="no-data"))


def _judged(found: models.ProjectIndicator, city: str, on: date) -> Judged:
    baseline = Point(found.baseline_day, Fraction(found.baseline))
    targets = sorted(found.targets.all(), key=lambda target: target.day)
    ahead = next((each for each in targets if each.day >= on), targets[-1] if targets else None)
    target = Point(ahead.day, Fraction(ahead.value)) if ahead else None
    figure = latest_figure(city, found.indicator_id)
    return Judged(
        found.indicator, baseline, target, figure, _assess(baseline, target, figure, on), found.note
    )


def _assess(baseline: Point, target: Point | None, figure: Figure | None, on: date) -> Assessment:
    if target is None:
        return Assessment("no-data")
    value = exact(figure.value) if figure else None
    latest = Point(figure.value.through, value) if figure and value is not None else None
    return assess(baseline, target, latest, on=on)
