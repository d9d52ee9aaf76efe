"""`balai documents verify` and `read-qr`: what anyone can ask of a file or of a QR code."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def verify(file: Path, as_json: bool) -> None:
    """Whether a PDF's signatures are valid and nothing was changed; exit 1 where not."""
    from balai.kernel.documents.verifying import Verdict, verify_pdf

    verdict: Verdict = verify_pdf(file.read_bytes())
    if as_json:
        click.echo(json.dumps(_as_json(verdict), ensure_ascii=False))
    else:
        click.echo("valid" if verdict.valid else f"not valid: {verdict.problem}")
        for each in verdict.signers:
            at = each.at.isoformat() if each.at else "-"
            good = "valid" if each.good else each.problem or "not trusted"
            if each.basis == "stamp":
                good += " (at the time of its time stamp; the certificate has expired since)"
            click.echo(f"{each.name}\t{each.organisation}\t{at}\t{good}")
    sys.exit(0 if verdict.valid else 1)


@click.command("read-qr")
@click.argument("text")
@click.option(
    "--revoked",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A city's signed list of what no longer stands (/verify/revoked/CITY.cose).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def read_qr(text: str, revoked: Path | None, as_json: bool) -> None:
    """What a document's QR code says, and whether the city signed it; exit 1 where not, or where
    the list says that it ended.
    """
    from balai.kernel.documents import qr
    from balai.kernel.documents.engine import claims

    try:
        said = claims.decode(text.rpartition("#")[2]).claims
        good = qr.check(text) is not None
    except ValueError as error:
        click.echo(f"text: {error}", err=True)
        sys.exit(2)
    ended = _ended(said.city, said.code, revoked) if revoked else {}
    plain = {**asdict(said), "day": said.day.isoformat(), "digest": said.digest.hex()}
    plain |= ended
    good = good and not ended.get("ended")
    if as_json:
        click.echo(json.dumps({"valid": good, **plain}, ensure_ascii=False))
    else:
        click.echo(
            f"{ended['ended']} since {ended['ended_on']}" if ended.get("ended")
            else "signed by the city" if good else "not signed by the city"
        )  # fmt: skip
        for name, value in plain.items():
            click.echo(f"{name}\t{value}")
    sys.exit(0 if good else 1)


def _ended(city: str, code: str, path: Path) -> dict[str, str]:
    """How the document ended as far as a signed list knows, and as of when; exit 2 where the list
    is none of the city's.
    """
    from datetime import UTC, datetime

    from balai.kernel.documents.queries.revocations import read_revocations

    try:
        found = read_revocations(path.read_bytes())
        if found.city != city:
            raise ValueError(f"the list is of {found.city}, the document of {city}")
    except ValueError as error:
        click.echo(f"{path}: {error}", err=True)
        sys.exit(2)
    entry = found.find(code)
    return {
        "ended": entry.state if entry else "", "ended_on": entry.day.isoformat() if entry else "",
        "list_of": datetime.fromtimestamp(found.issued_at, UTC).isoformat(),
    }  # fmt: skip


def _as_json(verdict: object) -> dict[str, object]:
    from balai.kernel.documents.verifying import Verdict

    assert isinstance(verdict, Verdict)
    return {
        "valid": verdict.valid,
        "changed": verdict.changed,
        "problem": verdict.problem,
        "digest": verdict.digest,
        "signers": [
            {
                "name": each.name, "organisation": each.organisation,
                "at": each.at.isoformat() if each.at else None, "timestamped": each.timestamped,
                "intact": each.intact, "trusted": each.trusted, "valid": each.good,
                "problem": each.problem, "basis": each.basis,
                "judged_at": each.judged_at.isoformat() if each.judged_at else None,
            }
            for each in verdict.signers
        ],
        "times": [each.at.isoformat() if each.at else None for each in verdict.signers],
    }  # fmt: skip
