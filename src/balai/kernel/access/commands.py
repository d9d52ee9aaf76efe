"""`balai access`: accounts, roles, tokens. A password is asked for or piped in, never an option."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

import click

from balai.kernel.commands import needs_database

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def group() -> None:
    """Accounts, roles and API tokens."""


@group.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", default="", help="The person's name.")
@click.option("--email", default="")
@click.option("--language", type=click.Choice(["id", "en"]), default="id", show_default=True)
@click.option("--service", is_flag=True, help="A service account: no password, only tokens.")
@click.option("--superuser", is_flag=True, help="May do everything.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@needs_database
def add(
    username: str, name: str, email: str, language: str, service: bool, superuser: bool,
    password_stdin: bool,
) -> None:  # fmt: skip
    """Make an account; asks for its password."""
    from balai.kernel.access.actions import add_user
    from balai.kernel.access.origin import Origin

    password = None if service else _password(password_stdin)
    made = add_user(
        username, password=password, display_name=name, email=email, language=language,
        service=service, superuser=superuser, origin=Origin("cli"),
    )  # fmt: skip
    click.echo(f"{made.username} has an account.", err=True)


@group.command()
@click.argument("username")
@click.argument("role")
@click.option("--in", "place", default="", help="A city's slug or a region's code; all if absent.")
@click.option("--from", "start", type=DAY, help="First day, on that place's calendar; now.")
@click.option("--until", "end", type=DAY, help="Last day, on that place's calendar.")
@needs_database
def grant(
    username: str, role: str, place: str, start: datetime | None, end: datetime | None
) -> None:
    """Give a role (transit.officer) in a city or region."""
    from balai.kernel.access import queries
    from balai.kernel.access.actions import grant_role
    from balai.kernel.access.origin import Origin

    grant_role(
        queries.find_user(username), role, place=place, origin=Origin("cli"),
        start=_moment(start.date(), place) if start else None,
        end=_moment(end.date() + timedelta(days=1), place) if end else None,
    )  # fmt: skip
    click.echo(f"{username} holds {role} in {place or 'the whole installation'}.", err=True)


@group.command()
@click.argument("username")
@click.argument("role")
@click.option("--in", "place", default="", help="As it was granted.")
@needs_database
def revoke(username: str, role: str, place: str) -> None:
    """Take a role back."""
    from balai.kernel.access import queries
    from balai.kernel.access.actions import revoke_role
    from balai.kernel.access.origin import Origin

    revoke_role(queries.find_user(username), role, place=place, origin=Origin("cli"))
    click.echo(f"{username} no longer holds {role} in {place or 'the whole installation'}.",
               err=True)  # fmt: skip


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def roles(as_json: bool) -> None:
    """The roles that can be granted, and what each may do."""
    from balai.kernel.access.roles import all_roles

    rows = [{"role": each.name, "title": dict(each.title), "permissions": sorted(each.permissions)}
            for each in all_roles()]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['role']}  {', '.join(row['permissions'])}")


@group.group()
def token() -> None:
    """API tokens."""


@token.command("issue")
@click.argument("username")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, help="May be repeated.")
@click.option("--in", "place", default="", help="Only in this city or region.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@click.option("--from", "networks", multiple=True, help="Only from this network (CIDR).")
@needs_database
def issue(
    username: str, name: str, scopes: tuple[str, ...], place: str, days: int,
    networks: tuple[str, ...],
) -> None:  # fmt: skip
    """Make a token; the secret is printed this once, alone on standard output."""
    from django.utils import timezone

    from balai.kernel.access import queries
    from balai.kernel.access.actions import issue_token
    from balai.kernel.access.origin import Origin

    made, secret = issue_token(
        queries.find_user(username), name, scopes=scopes, place=place,
        expires_at=timezone.now() + timedelta(days=days), origin=Origin("cli"), networks=networks,
    )  # fmt: skip
    click.echo(secret)
    click.echo(f"It works until {made.expires_at:%Y-%m-%d} and is not shown again.", err=True)


@token.command("list")
@click.option("--user", "username", default="", help="Only this account's.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def list_tokens(username: str, as_json: bool) -> None:
    """The tokens, without their secrets."""
    from balai.kernel.access import queries

    owner = queries.find_user(username) if username else None
    rows = [_plain(each) for each in queries.tokens_of(owner)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        state = "revoked" if row["revoked_at"] else f"until {row['expires_at'] or 'revoked'}"
        click.echo(f"balai_{row['prefix']}  {row['owner']}  {row['name']}  "
                   f"{' '.join(row['scopes'])}  {state}")  # fmt: skip


@token.command("revoke")
@click.argument("prefix")
@needs_database
def revoke_one(prefix: str) -> None:
    """Make the token useless that begins with balai_PREFIX."""
    from balai.kernel.access import queries
    from balai.kernel.access.actions import revoke_token
    from balai.kernel.access.origin import Origin

    found = queries.find_token(prefix.removeprefix("balai_")[:8])
    revoke_token(found, origin=Origin("cli"))
    click.echo(f"{found.name} no longer works.", err=True)


@token.command("renew")
@click.argument("prefix")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True)
@needs_database
def renew(prefix: str, days: int) -> None:
    """Make the successor of the token that begins with balai_PREFIX; both work for a week."""
    from balai.kernel.access import queries
    from balai.kernel.access.actions import renew_token
    from balai.kernel.access.origin import Origin

    found = queries.find_token(prefix.removeprefix("balai_")[:8])
    _, secret = renew_token(found, days=days, origin=Origin("cli"))
    click.echo(secret)
    click.echo("The old one works for seven days more.", err=True)


@group.command()
@click.argument("username")
@click.argument("title")
@click.argument("role")
@click.option("--in", "place", default="", help="A city's slug or a region's code; all if absent.")
@needs_database
def service(username: str, title: str, role: str, place: str) -> None:
    """Make a service account with the role that bounds its tokens."""
    from balai.kernel.access.actions import add_service
    from balai.kernel.access.origin import Origin

    made = add_service(username, title, role=role, place=place, origin=Origin("cli"))
    click.echo(f"{made.username} holds {role} in {place or 'the whole installation'}.", err=True)


@group.command()
@click.argument("giver")
@click.argument("to")
@click.argument("role")
@click.option("--in", "place", required=True, help="As the giver holds it.")
@click.option("--until", "end", type=DAY, required=True, help="Last day, on that place's calendar.")
@click.option("--permission", "permissions", multiple=True, help="Only this one; may be repeated.")
@click.option("--reason", default="")
@needs_database
def delegate(
    giver: str, to: str, role: str, place: str, end: datetime, permissions: tuple[str, ...],
    reason: str,
) -> None:  # fmt: skip
    """Let another hold a role of GIVER until a day."""
    from balai.kernel.access import queries
    from balai.kernel.access.actions import delegate_role
    from balai.kernel.access.origin import Origin
    from balai.kernel.problems import MissingError

    holder, code = queries.find_user(giver), queries.region_code_of(place)
    held = [
        each
        for each in queries.roles_of(holder)
        if (each.role.name, each.region_code) == (role, code) and each.may_delegate
    ]
    if not held:
        raise MissingError("No such grant", detail=f"{giver} does not hold {role} in {place}.")
    delegate_role(
        holder, queries.find_user(to), held[0].grant_id, permissions=list(permissions) or None,
        end=_moment(end.date() + timedelta(days=1), place), reason=reason, origin=Origin("cli"),
    )  # fmt: skip
    click.echo(f"{to} holds {role} in {place} by delegation until {end:%Y-%m-%d}.", err=True)


@group.command()
@click.option("--in", "place", default="", help="Around this city or region only.")
@click.option("--state", type=click.Choice(["now", "ending", "coming", "over", "all"]),
              default="now", show_default=True)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def grants(place: str, state: str, as_json: bool) -> None:
    """Who holds which role where, until when, as what."""
    from balai.kernel.access import queries
    from balai.kernel.access.queries import people

    search = people.GrantSearch(within=queries.region_code_of(place) if place else "", state=state)
    rows = [
        {"user": each.user.username, "role": each.role, "region": each.region_code,
         "capacity": each.capacity, "starts": each.starts_at.isoformat(),
         "ends": each.ends_at.isoformat() if each.ends_at else None}
        for each in people.search_grants(search)
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row['user']}  {row['role']}  {row['region'] or 'all'}  {row['ends'] or ''}")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def sweep(as_json: bool) -> None:
    """Forget answers, limits, sessions and calls that have run out."""
    from balai.kernel.access.sweep import sweep as forget

    swept = forget()
    click.echo(json.dumps(swept) if as_json else
               "  ".join(f"{name}: {count}" for name, count in swept.items()))  # fmt: skip


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _moment(day: date, place: str) -> datetime:
    from zoneinfo import ZoneInfo

    from balai.kernel.access import queries
    from balai.kernel.regions import queries as regions

    city = regions.city_of(queries.region_code_of(place)) if place else None
    return datetime.combine(day, time.min, tzinfo=city.zone if city else ZoneInfo("Asia/Jakarta"))


def _plain(found: Any) -> dict[str, Any]:
    moments = ("created_at", "expires_at", "last_used_at", "revoked_at")
    told = {name: value.isoformat() if (value := getattr(found, name)) else None
            for name in moments}  # fmt: skip
    return {"prefix": found.prefix, "name": found.name, "owner": found.owner.username,
            "scopes": found.scopes, "region": found.region_code, **told}  # fmt: skip
