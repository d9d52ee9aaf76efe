"""How notices behave in a city: quiet hours, limits, tries. Data, in policy.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from balai.kernel.jobs.engine.backoff import Backoff
from balai.kernel.notices.engine.quiet import QuietHours


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of one city."""

    quiet: QuietHours
    an_hour: int
    a_day: int
    retry: Backoff


@cache
def policy_of(city: str) -> Policy:
    """The rules of the city with this slug; those of all where it has none of its own."""
    text = (Path(__file__).parent / "policy.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    told = data | (data["cities"].get(city) or {})
    quiet, limits, retry = told["quiet_hours"], told["limits"], told["retry"]
    return Policy(
        QuietHours(time.fromisoformat(quiet["begin"]), time.fromisoformat(quiet["end"])),
        limits["hour"],
        limits["day"],
        Backoff(retry["first_s"], retry["longest_s"], retry["tries"]),
    )
