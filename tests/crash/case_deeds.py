"""Cases under fire: opened and worked on to their end, step by step, each step under a key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crash.installation import Installation

Post = Callable[[str, Any, str], Any]
"""Posts a body to a path under a key until it is answered; None where it was refused."""

STEPS = ("claim", "check", "claim", "approve")
COMPLAINT = {
    "service": "pengaduan", "city": "banyuwangi", "region_code": "35.10.19.2004",
    "answers": {"subject": "light", "what": "Lampu jalan padam sejak kemarin",
                "where": "Dusun Krajan", "wants_answer": False},
}  # fmt: skip


@dataclass
class CaseDeeds:
    """What clients were told of their cases: numbers by id, and each step by its sequence."""

    numbers: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    def work(self, post: Post, key: str) -> None:
        """Open a case and take it to its end."""
        told = post("/api/v1/cases/cases", COMPLAINT, f"{key}-open")
        if told is None:
            return
        case = told["id"]
        self.numbers[case] = told["number"]
        self.steps[case][told["sequence"]] = "submit"
        for number, kind in enumerate(STEPS):
            body = {"kind": kind, "expected": told["sequence"]}
            told = post(f"/api/v1/cases/cases/{case}/acts", body, f"{key}-{number}")
            if told is None:
                return
            self.steps[case][told["sequence"]] = kind


CENSUS = """
import json
from balai.kernel.calendars import city_calendar
from balai.kernel.cases import queries
from balai.kernel.cases.engine import replay
from balai.kernel.cases.models import Case, CaseEvent
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import EVERYWHERE, rows_of
found = {}
with rows_of(EVERYWHERE):
    calendar = city_calendar(city_by_slug("banyuwangi"))
    for case in Case.objects.order_by("no"):
        events = list(CaseEvent.objects.filter(case=case).order_by("sequence"))
        state = replay(lambda version: queries.service(case.service_code, version),
                       [each.payload for each in events], calendar)
        row = queries.state_of(case)
        found[str(case.pk)] = {
            "number": case.number, "no": case.no, "status": case.status,
            "sequence": case.sequence, "same": state == row and row.status == case.status,
            "steps": [[each.sequence, each.kind] for each in events],
        }
print(json.dumps(found))
"""


def case_census(installation: Installation) -> dict[str, Any]:
    """Every case by id as the database has it, with its steps, and whether they add up to it."""
    found: dict[str, Any] = json.loads(installation.python(CENSUS).splitlines()[-1])
    return found


def check_cases(told: CaseDeeds, found: dict[str, Any]) -> None:
    """No step that a client was told of is lost, none is there twice or untold, no number left
    out, and the events of each case add up to its row.
    """
    assert {case: each["number"] for case, each in found.items()} == told.numbers
    assert [each["no"] for each in found.values()] == list(range(1, len(found) + 1)), "a gap"
    for case, each in found.items():
        steps = [(sequence, kind) for sequence, kind in each["steps"]]
        assert steps == sorted(told.steps[case].items()), each["number"]
        assert each["sequence"] == len(steps)
        assert each["same"], f"{each['number']}: its events do not add up to its row"
