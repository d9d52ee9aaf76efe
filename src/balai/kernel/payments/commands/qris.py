"""`balai payments qris`: read, make and check QRIS codes. Needs no database.

Other programmes mount this group as it is.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

MOST_BYTES = 10_000
"""A code has at most 512 characters; more is not read."""


@click.group()
def qris() -> None:
    """QRIS codes (EMVCo merchant-presented QR)."""


@qris.command("parse")
@click.argument("text", metavar="STRING")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def parse_code(text: str, as_json: bool) -> None:
    """Read a code (`-` reads standard input) and name its tags; exit 2 where it is not valid."""
    from balai.kernel.payments.engine.qris.reading import parse

    if text == "-":
        text = sys.stdin.buffer.read(MOST_BYTES).decode("utf-8", "replace").rstrip("\r\n")
    code = parse(text)
    if as_json:
        click.echo(json.dumps(code.as_dict(), ensure_ascii=False, indent=2))
        return
    for warning in code.warnings:
        click.echo(f"Note: {warning}", err=True)
    _print(code.tags)


@qris.command("verify")
@click.argument("text", metavar="STRING")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
@click.pass_context
def verify_code(context: click.Context, text: str, as_json: bool) -> None:
    """Say whether a code is valid; exit 0 if it is, 2 with the reasons if not."""
    from balai.kernel.payments.engine.qris.reading import parse
    from balai.kernel.problems import ProblemError

    try:
        code = parse(text)
    except ProblemError as error:
        if not as_json:
            raise
        faults = [fault.as_dict() for fault in error.faults]
        click.echo(json.dumps({"valid": False, "errors": faults}, ensure_ascii=False))
        context.exit(2)
    warnings = [warning.as_dict() for warning in code.warnings]
    click.echo(json.dumps({"valid": True, "warnings": warnings}) if as_json else "valid")


@qris.command("make")
@click.option("--name", required=True, help="Merchant name, at most 25 characters.")
@click.option("--city", required=True, help="Merchant city, at most 15 characters.")
@click.option("--nmid", required=True, help="National Merchant ID, for tag 51.")
@click.option("--postal-code", default="")
@click.option("--category", default="9399", show_default=True, help="Merchant category code.")
@click.option("--criteria", default="URE", show_default=True, help="UMI, UKE, UME, UBE, URE, PSO.")
@click.option("--guid", default="", help="The acquirer's reversed domain name, for tag 26.")
@click.option("--pan", default="", help="Merchant PAN at the acquirer, for tag 26.")
@click.option("--merchant-id", default="", help="Merchant ID at the acquirer, for tag 26.")
@click.option("--amount", help="In rupiah. Without it the code is static: the payer enters it.")
@click.option("--static", "is_static", is_flag=True, help="Static although it has an amount.")
@click.option("--tip", help="`ask`, a fixed fee such as 1000, or a percentage such as 2.5%.")
@click.option("--bill-number", default="")
@click.option("--reference-label", default="")
@click.option("--customer-label", default="")
@click.option("--terminal-label", default="")
@click.option("--purpose", default="")
@click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write the picture.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def make_code(
    amount: str | None, tip: str | None, is_static: bool, svg: Path | None, as_json: bool,
    **told: str,
) -> None:  # fmt: skip
    """Make a code, with its checksum."""
    from balai.kernel.payments.engine.qris import Account, Merchant, make, parse

    accounts = (Account(tag="26", guid=told["guid"], pan=told["pan"],
                        merchant_id=told["merchant_id"], criteria=told["criteria"]),)  # fmt: skip
    merchant = Merchant(
        name=told["name"], city=told["city"], postal_code=told["postal_code"],
        category=told["category"], nmid=told["nmid"], criteria=told["criteria"],
        accounts=accounts if told["guid"] else (),
    )  # fmt: skip
    text = make(
        merchant, amount=_decimal("--amount", amount) if amount else None,
        dynamic=False if is_static else None, tip=_tip(tip), bill_number=told["bill_number"],
        reference_label=told["reference_label"], customer_label=told["customer_label"],
        terminal_label=told["terminal_label"], purpose=told["purpose"],
    )  # fmt: skip
    if svg is not None:
        from balai.kernel.payments.picture import svg_of

        try:
            svg.write_text(svg_of(text), encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"--svg: {svg} cannot be written ({error.strerror})") from None
    told_json = {"text": text, **parse(text).as_dict()}
    click.echo(json.dumps(told_json, ensure_ascii=False, indent=2) if as_json else text)


def _tip(text: str | None) -> Any:
    from balai.kernel.payments.engine.qris import Tip

    if not text:
        return None
    if text == "ask":
        return Tip("01")
    if text.endswith("%"):
        return Tip("03", _decimal("--tip", text[:-1]))
    return Tip("02", _decimal("--tip", text))


def _decimal(option: str, text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise click.UsageError(f"{option}: {text!r} is not a number. Write it like 15000")
    return found


def _print(tags: Any, depth: int = 0) -> None:
    for tag in tags:
        value = "" if tag.children else f": {tag.value}"
        click.echo(f"{'  ' * depth}{tag.path.rpartition('.')[2]} {tag.name}{value}")
        _print(tag.children, depth + 1)
