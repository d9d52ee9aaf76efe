"""`balai network formula`: the exact value of a formula. Needs no database."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from balai.kernel.problems import Fault, ProblemError

DECIMALS = 12


@click.command()
@click.argument("expression")
@click.option(
    "--values",
    "values_path",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON: {"transit.journeys_paid": 120, "b": [3, null, 4], "c": "0.1"}.',
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone on standard output.")
def formula(expression: str, values_path: Path, as_json: bool) -> None:
    """Compute EXPRESSION exactly over the values of a JSON file.

    A value is a number, a number as text, null (no data) or a list with a value a day.
    """
    from balai.network.engine.formula import FormulaError, evaluate, parse, to_text

    try:
        tree = parse(expression)
    except FormulaError as error:
        raise _unreadable(expression, error) from error
    outcome = evaluate(tree, _values(values_path))
    if as_json:
        answer = {
            "formula": to_text(tree),
            "state": outcome.state,
            "value": _decimal(outcome.value),
            "ratio": str(outcome.value) if outcome.value is not None else None,
            "missing": list(outcome.missing),
            "reason": outcome.reason,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif outcome.value is None:
        click.echo(f"{outcome.state}: {outcome.reason}")
    else:
        click.echo(_decimal(outcome.value))


def _unreadable(expression: str, error: Any) -> ProblemError:
    return ProblemError(
        "The formula cannot be read",
        faults=(
            Fault(
                field=f"character {error.position + 1}",
                value=expression[error.position : error.position + 20],
                problem=error.problem,
                remedy=error.remedy,
            ),
        ),
    )


def _decimal(value: Fraction | None) -> str | None:
    """The value with up to 12 decimals, halves away from zero, without trailing zeros."""
    from balai.network.engine.rounding import rounded

    if value is None:
        return None
    text = format(rounded(value, DECIMALS), "f").rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _values(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise _bad("values", path.name, f"is not JSON: {error}", "Write one object") from error
    if not isinstance(given, dict):
        raise _bad("values", path.name, "is not an object", 'Write {"name": number, ...}')
    return {
        name: [_scalar(name, each) for each in value]
        if isinstance(value, list)
        else _scalar(name, value)
        for name, value in given.items()
    }


def _scalar(name: str, value: object) -> int | Decimal | None:
    if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
        return _finite(name, value) if isinstance(value, Decimal) else value
    if isinstance(value, str):
        try:
            return _finite(name, Decimal(value))
        except ArithmeticError as error:
            raise _bad(name, value, "is not a number", "Write digits and a point") from error
    raise _bad(name, str(value), "is not a number", "Write a number, null, or a list of them")


def _finite(name: str, value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value.adjusted()) > 1_000:
        raise _bad(name, str(value), "is not a number of ordinary size", "Write its digits")
    return value


def _bad(field: str, value: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, value=value, problem=problem, remedy=remedy)
    return ProblemError("The values cannot be read", faults=(fault,))
