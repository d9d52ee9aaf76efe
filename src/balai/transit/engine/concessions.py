"""Who may ride under a concession: the rule of a group against what the registry knows.

The rule is data (`laws/cards`). What only a paper can show is left to the officer's eye.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Ground = Literal["living", "age", "residence", "paper"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the registry tells of a resident on a day; `paper` is what the resident names."""

    birth_date: date | None
    region_code: str
    alive: bool
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether a ground of the rule is met; None where an officer has to look at the paper."""

    ground: Ground
    met: bool | None
    wanted: str = ""
    found: str = ""


def age_on(birth_date: date, on: date) -> int:
    """Whole years lived; who is born on 29 February is a year older on 1 March."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def judge(rule: Mapping[str, Any], facts: Facts, on: date) -> tuple[Finding, ...]:
    """The findings of a group's rule: `least_age`, `most_age`, `region`, `paper` where named."""
    findings = [Finding("living", facts.alive)]
    if "least_age" in rule or "most_age" in rule:
        findings.append(_age(rule, facts, on))
    if region := str(rule.get("region", "")):
        here = f"{facts.region_code}.".startswith(f"{region}.")
        findings.append(Finding("residence", here, region, facts.region_code))
    if rule.get("paper"):
        findings.append(Finding("paper", None if facts.paper.strip() else False,
                                found=facts.paper.strip()))  # fmt: skip
    return tuple(findings)


def is_refused(findings: tuple[Finding, ...]) -> bool:
    """Whether a ground is not met, so that nobody need look further."""
    return any(finding.met is False for finding in findings)


def months_later(day: date, months: int) -> date:
    """The same day so many months on; the month's last where it has no such day."""
    whole = day.month - 1 + months
    year, month = day.year + whole // 12, whole % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _age(rule: Mapping[str, Any], facts: Facts, on: date) -> Finding:
    least, most = int(rule.get("least_age", 0)), int(rule.get("most_age", 150))
    wanted = f"{least}-{most}" if "most_age" in rule else f"{least}+"
    if facts.birth_date is None:
        return Finding("age", None, wanted)
    years = age_on(facts.birth_date, on)
    return Finding("age", least <= years <= most, wanted, str(years))
