"""`balai people link-account`: join an account to the resident who bears a NIK."""

from __future__ import annotations

import sys

import click

from balai.kernel.commands import needs_database


@click.command("link-account")
@click.argument("username")
@click.option("--reason", required=True, help="How it was verified that the account is theirs.")
@click.option("--by", required=True, help="The account of the officer who answers for it.")
@needs_database
def link(username: str, reason: str, by: str) -> None:
    """Join an account to a resident; the NIK is read from standard input."""
    from balai.kernel.access.origin import Origin
    from balai.kernel.access.queries import find_user
    from balai.kernel.people.actions import link_account
    from balai.kernel.people.queries import Look, Purpose, find_by_nik
    from balai.kernel.problems import MissingError
    from balai.kernel.row_security import EVERYWHERE, rows_of

    user, officer = find_user(username), find_user(by)
    origin = Origin(officer.get_username(), None, "cli")
    nik = click.prompt("NIK", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    with rows_of(EVERYWHERE):
        card = find_by_nik(nik.strip(), look=Look(officer, Purpose("update", reason), origin))
        if card is None:
            raise MissingError("No such resident", detail="Nobody bears this number.")
        link_account(user, card.id, method="identity-card", origin=origin)
    click.echo(f"{username} is joined to {card.id}", err=True)
