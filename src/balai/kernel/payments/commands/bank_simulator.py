"""`balai payments connect-simulator` and `bank-simulator`: a bank to try with, on its own port."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click

from balai.kernel.commands import needs_database


@click.command("connect-simulator")
@click.argument("city")
@click.option("--bank-url", default="http://127.0.0.1:8099", show_default=True)
@click.option("--city-url", default="http://localhost:8000", show_default=True)
@click.option("--signing", type=click.Choice(["hmac", "rsa"]), default="hmac", show_default=True)
@click.option("--seed", type=click.IntRange(0, 10**9), default=1, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="The simulator's configuration, with its keys.")  # fmt: skip
@needs_database
def connect_simulator(
    city: str, bank_url: str, city_url: str, signing: str, seed: int, out: Path
) -> None:
    """Add a simulated bank to a city and write the configuration it runs by."""
    from balai.kernel.payments.actions import add_bank, add_range
    from balai.kernel.payments.actions.banks import Keys
    from balai.kernel.payments.demo import new_keys
    from balai.kernel.regions.queries import city_by_slug
    from balai.kernel.row_security import rows_of

    _refuse_bad_out(out)
    place = city_by_slug(city)
    slug = f"simulator-{secrets.token_hex(3)}"
    ours, theirs = new_keys(), new_keys()
    secret = secrets.token_urlsafe(32)
    prefix = f"{secrets.randbelow(90_000) + 10_000}"
    with rows_of(place.region_code):
        bank = add_bank(
            city, slug, name=f"Simulated bank ({slug})", account_number=f"9{prefix}{seed:04}",
            account_holder=place.name, signing=signing, partner_id=slug,  # type: ignore[arg-type]
            keys=Keys(client_key=slug, client_secret=secret, private_key=ours[0],
                      public_key=theirs[1]),
            base_url=bank_url, qris_guid="ID.CO.SIMULATOR.WWW", qris_pan="936000990000000099",
            qris_nmid="ID1020200000099", qris_name=f"{place.name} SIMULASI"[:25],
            qris_city=place.name[:15], is_simulator=True,
        )  # fmt: skip
        bank.refresh_from_db()
        add_range(bank, title="Simulator", prefix=prefix, digits=10, first=1, last=99_999)
        told = {
            "city_url": city_url, "account": bank.account_number, "currency": bank.currency,
            "zone": place.time_zone, "seed": seed, "prefix": prefix,
            "partner_public_key": ours[1],
            "keys": {"client_key": slug, "client_secret": secret, "private_key": theirs[0],
                     "partner_id": slug, "signing": signing},
            "merchant": {"name": bank.qris_name, "city": bank.qris_city, "nmid": bank.qris_nmid,
                         "criteria": bank.qris_criteria, "category": bank.qris_category},
        }  # fmt: skip
        # Before the bank is kept: without this file nobody has its keys.
        out.touch(mode=0o600)
        out.write_text(json.dumps(told, indent=2), encoding="utf-8")
    click.echo(f"{slug} is added to {place.name}. Run: balai payments bank-simulator {out}")


def _refuse_bad_out(out: Path) -> None:
    if out.exists():
        raise click.UsageError(f"--out: {out} is there already. Name a new file: it holds keys")
    if not out.parent.is_dir():
        raise click.UsageError(f"--out: there is no folder {out.parent}")


@click.command("bank-simulator")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65_535), default=8099, show_default=True)
def bank_simulator(config: Path, host: str, port: int) -> None:
    """Run the simulated bank: its page pays, and `POST /statement` closes a day."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
    import django

    django.setup()
    from balai.kernel.payments.simulator.app import over_http, server, service_of

    try:
        told = json.loads(config.read_text(encoding="utf-8"))
        service = service_of(told, over_http(told["city_url"]))
    except (ValueError, KeyError, TypeError) as error:
        raise click.UsageError(
            f"{config}: is no configuration of the simulator ({error})"
        ) from None
    try:
        running = server(service, host, port)
    except OSError as error:
        raise click.UsageError(
            f"--port: {host}:{port} cannot be listened on ({error.strerror})"
        ) from None
    click.echo(f"The simulated bank is at http://{host}:{running.server_address[1]}", err=True)
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        running.server_close()
