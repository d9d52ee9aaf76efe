"""`balai homecare solve`: routes for a day of visits, the best met within a time."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from balai.homecare.commands.routing_files import read_file
from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from balai.homecare.engine.routing.solving import Solver

TOLD_EVERY_S = 1.0


@click.command()
@click.argument("instance", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seconds", type=click.FloatRange(0, min_open=True), default=10.0,
              show_default=True, help="How long to look, on one core.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True,
              help="The same seed and seconds give the same routes.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="The solution, in the benchmark's JSON.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def solve(instance: Path, seconds: float, seed: int, out: Path, as_json: bool) -> None:
    """Plan routes for the visits of INSTANCE.

    Stop it with Ctrl-C whenever the best so far will do: it is written.
    """
    from balai.homecare.engine.routing import as_document, check, read_instance
    from balai.homecare.engine.routing.solving import Solver

    problem = read_file(instance, read_instance)
    solver = read_file(instance, lambda _: Solver(problem, seed))
    spent = _work(solver, seconds)
    _write(out, json.dumps(as_document(solver.solution), ensure_ascii=False, indent=1))
    verdict = check(problem, solver.solution)
    told = {"cost": round(verdict.cost, 6), "seconds": round(spent, 2), "seed": seed}
    if as_json:
        click.echo(json.dumps(told | {"feasible": verdict.feasible}))
    else:
        click.echo(f"cost {verdict.cost:.3f} after {spent:.1f} s: {out}")


def _work(solver: Solver, seconds: float) -> float:
    """Solve until the budget, the time or the patience of who waits is spent; returns seconds."""
    from balai.homecare.engine.routing.solving import budget

    began = told = time.monotonic()
    try:
        for progress in solver.run(
            budget(seconds, solver.problem.nodes), lambda: (time.monotonic() - began) / seconds
        ):
            now = time.monotonic()
            if now - told >= TOLD_EVERY_S:
                told = now
                share = f"{100 * progress.made // progress.of} %"
                click.echo(f"{now - began:6.1f} s  {share:>5}  {progress.cost:.3f}", err=True)
    except KeyboardInterrupt:
        click.echo("stopped: the best so far is kept", err=True)
    return time.monotonic() - began


def _write(out: Path, text: str) -> None:
    """Write the file whole or not at all. Raises ProblemError where it cannot be written."""
    draft = out.with_name(out.name + ".part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(out)
    except OSError as error:
        draft.unlink(missing_ok=True)
        fault = Fault(problem=f"cannot be written: {error.strerror}", field="--out", value=str(out))
        raise ProblemError("The routes cannot be written", faults=(fault,)) from None
