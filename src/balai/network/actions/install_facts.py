"""Bring in what ships with the product: members, the framework, indicators, plans."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from balai.kernel.problems import Fault, ProblemError
from balai.network import models
from balai.network.engine import formula

FACTS = Path(__file__).parents[1] / "facts"


@transaction.atomic
def install_facts() -> None:
    """Install members, framework and indicators. Doing it again changes nothing."""
    _install_members(_read("members.yaml"))
    _install_framework(_read("framework.yaml"))
    for given in _read("indicators.yaml"):
        _install_indicator(given)


@transaction.atomic
def install_plan(city: str) -> models.ActionPlan:
    """Install the plan that ships for a city. Doing it again changes nothing.

    ProblemError if none ships. A plan that is already there, perhaps edited since, stays.
    """
    path = FACTS / "plans" / f"{city}.yaml"
    if not path.is_file():
        raise ProblemError("No plan ships for this city", detail=f"There is no plan for {city!r}.")
    given = _read(f"plans/{city}.yaml")
    plan, new = models.ActionPlan.objects.get_or_create(
        city_id=given["city"],
        version=given["version"],
        defaults={key: given[key] for key in ("year", "status", "vision", "summary", "source")},
    )
    if new:
        _fill_plan(plan, given)
    return plan


def _read(name: str) -> Any:
    import yaml

    return yaml.safe_load((FACTS / name).read_text(encoding="utf-8"))


def _install_members(facts: dict[str, Any]) -> None:
    for state in facts["states"]:
        models.MemberState.objects.update_or_create(
            code=state["code"],
            defaults={"name": state["name"], "joined_asean": state["joined"]},
        )
    zones = {state["code"]: state["zone"] for state in facts["states"]}
    for city in facts["cities"]:
        models.NetworkCity.objects.update_or_create(
            slug=city["slug"],
            defaults={
                **{key: city[key] for key in ("name", "joined", "lat", "lon")},
                "state_id": city["state"],
                "time_zone": city.get("zone", zones[city["state"]]),
                "region_code": city.get("region", ""),
                "source": facts["source"],
            },
        )
    for each in facts["populations"]:
        models.Population.objects.update_or_create(
            city_id=each["city"],
            area=each["area"],
            year=each["year"],
            defaults={"count": each["count"], "source": each["source"]},
        )


def _install_framework(facts: dict[str, Any]) -> None:
    for kind in models.FrameworkItem.Kind.values:
        for order, (code, title) in enumerate(facts[kind].items(), start=1):
            models.FrameworkItem.objects.update_or_create(
                code=code, defaults={"kind": kind, "title": title, "order": order}
            )


def _install_indicator(given: dict[str, Any]) -> None:
    indicator, _ = models.Indicator.objects.update_or_create(
        code=given["code"],
        defaults={key: given[key] for key in ("title", "unit", "decimals", "direction")},
    )
    for each in given["definitions"]:
        tree = formula.parse(each["formula"])
        kept, new = models.IndicatorDefinition.objects.get_or_create(
            indicator=indicator,
            version=each["version"],
            defaults={
                "in_force_from": each["in_force_from"],
                "formula": formula.to_text(tree),
                "measures": [found.name for found in formula.references(tree)],
                **{key: each[key] for key in ("labels", "description", "source")},
            },
        )
        if not new and formula.parse(kept.formula) != tree:
            raise _changed_definition(kept, each["formula"])


def _changed_definition(kept: models.IndicatorDefinition, formula_text: str) -> ProblemError:
    return ProblemError(
        "A definition in force cannot change",
        faults=(
            Fault(
                field="formula",
                value=formula_text,
                problem=f"differs from version {kept.version} of {kept.indicator_id}",
                remedy="Give the new formula a new version with its own day",
            ),
        ),
    )


def _fill_plan(plan: models.ActionPlan, given: dict[str, Any]) -> None:
    for order, target in enumerate(given["targets"], start=1):
        plan.targets.create(order=order, focus_area_id=target["focus_area"], text=target["text"])
    for order, project in enumerate(given["projects"], start=1):
        created = plan.projects.create(
            order=order,
            focus_area_id=project["focus_area"],
            programme=project.get("programme", ""),
            owner=project.get("owner", {}),
            **{key: project[key] for key in ("slug", "name", "stage", "overview")},
        )
        for place, each in enumerate(project.get("indicators", ()), start=1):
            _add_indicator(created, place, each)


def _add_indicator(project: models.Project, order: int, given: dict[str, Any]) -> None:
    judged = project.indicators.create(
        indicator_id=given["code"],
        order=order,
        baseline_day=given["baseline"]["day"],
        baseline=Decimal(given["baseline"]["value"]),
        note=given.get("note", {}),
    )
    for target in given["targets"]:
        judged.targets.create(day=target["day"], value=Decimal(target["value"]))
