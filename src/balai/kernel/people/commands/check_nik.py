"""`balai people check-nik`: what a NIK says, and what is wrong with it; without a database."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from balai.kernel.people.engine.nik import NikReading, masked, read_nik

ASKED_FROM_PIPE = "-"
CITY_CLOCK = ZoneInfo("Asia/Jakarta")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("check-nik")
@click.argument("nik")
@click.option("--sex", type=click.Choice(["m", "f"]), help="The record's sex, to compare.")
@click.option("--birth-date", type=DAY, help="The record's birth date, to compare.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_nik(nik: str, sex: str | None, birth_date: datetime | None, as_json: bool) -> None:
    """Read a NIK and tell errors apart from warnings; `-` reads it from standard input.

    A number given as `-` stands in no history of the shell. Exit code 2 where there are errors;
    warnings alone are no reason to refuse a NIK.
    """
    from balai.kernel.people.facts import districts

    text = sys.stdin.readline() if nik == ASKED_FROM_PIPE else nik
    reading = read_nik(
        text.strip(), districts(), on=datetime.now(CITY_CLOCK).date(), sex=sex or "",
        birth_date=birth_date.date() if birth_date else None,
    )  # fmt: skip
    if as_json:
        click.echo(json.dumps(as_dict(reading), ensure_ascii=False))
    else:
        _tell(reading)
    if not reading.is_valid:
        sys.exit(2)


def as_dict(reading: NikReading) -> dict[str, Any]:
    """The reading for JSON. The number itself is masked."""
    return {
        "nik": masked(reading.digits) if reading.is_valid else "",
        "valid": reading.is_valid,
        "errors": [_remark(each) for each in reading.errors],
        "warnings": [_remark(each) for each in reading.warnings],
        "region": reading.district,
        "birth_date": reading.birth_date.isoformat() if reading.birth_date else None,
        "sex": reading.sex or None,
        "serial": reading.serial,
    }


def _remark(remark: Any) -> dict[str, str]:
    return {"field": "nik", "kind": remark.kind, "problem": remark.problem,
            "remedy": remark.remedy}  # fmt: skip


def _tell(reading: NikReading) -> None:
    for each in reading.errors:
        click.echo(f"error: {each.problem}. {each.remedy}", err=True)
    for each in reading.warnings:
        click.echo(f"warning: {each.problem}. {each.remedy}", err=True)
    if reading.is_valid:
        click.echo(
            f"{masked(reading.digits)}: district {reading.district}, "
            f"born {reading.birth_date}, {'woman' if reading.sex == 'f' else 'man'}, "
            f"serial {reading.serial}"
        )
