"""`balai homecare check`: whether a day's routes keep every rule, and what they cost."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from balai.homecare.commands.routing_files import read_file

if TYPE_CHECKING:
    from balai.homecare.engine.routing import Verdict

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("instance", type=FILE)
@click.argument("solution", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def check(instance: Path, solution: Path, as_json: bool) -> int:
    """Check the routes of SOLUTION against the visits of INSTANCE.

    Ends with 1 where a rule is broken, and names each.
    """
    from balai.homecare.engine.routing import check as judge
    from balai.homecare.engine.routing import read_instance, read_solution

    verdict = judge(read_file(instance, read_instance), read_file(solution, read_solution))
    if as_json:
        click.echo(json.dumps(as_dict(verdict), ensure_ascii=False))
    else:
        _tell(verdict)
    return 0 if verdict.feasible else 1


def as_dict(verdict: Verdict) -> dict[str, object]:
    """A verdict as it is told in JSON."""
    return {
        "feasible": verdict.feasible,
        "distance": round(verdict.distance, 6),
        "total_tardiness": round(verdict.total_tardiness, 6),
        "max_tardiness": round(verdict.max_tardiness, 6),
        "cost": round(verdict.cost, 6),
        "violations": [asdict(each) for each in verdict.violations],
    }


def _tell(verdict: Verdict) -> None:
    click.echo(f"{'feasible' if verdict.feasible else 'not feasible'}, cost {verdict.cost:.3f}")
    click.echo(
        f"distance {verdict.distance:.3f}, tardiness {verdict.total_tardiness:.3f}, "
        f"the largest {verdict.max_tardiness:.3f}"
    )
    for each in verdict.violations:
        who = " ".join(filter(None, (each.caregiver_id, each.patient_id)))
        click.echo(f"  {each.rule}: {who}: {each.problem}")
