"""How the register's short words read on a page."""

from __future__ import annotations

from typing import Any

from django import template

from balai.kernel.access.roles import find_role
from balai.kernel.people import facts, words
from balai.kernel.problems import MissingError
from balai.kernel.regions import queries as regions

register = template.Library()


@register.filter
def village(code: str) -> str:
    """The name of a region and of the one above it, for example `Lette, Mariso`."""
    names = village_names([code])
    return names.get(code, code)


def village_names(codes: list[str]) -> dict[str, str]:
    """The names of many regions, each with the one above it where it is a village."""
    return {code: _named(code) for code in set(codes)}


def _named(code: str) -> str:
    try:
        found = regions.place(code)
        above = regions.place(found.parent).name if found.level == "village" else ""
    except MissingError:
        return code
    return f"{found.name}, {above}" if above else found.name


@register.filter
def coded(code: Any, field: str) -> Any:
    """The title by language of a code of the family card: `{{ 1|coded:"religion"|localised }}`."""
    return facts.title_of(field, code)


@register.filter
def purpose_title(name: str) -> Any:
    """The title by language of a purpose."""
    found = facts.purposes().get(name)
    return found.title if found else name


@register.filter
def office_titles(names: str) -> list[Any]:
    """The titles by language of the roles named, joined by commas in the log."""
    return [_role(name) for name in names.split(",") if name]


def _role(name: str) -> Any:
    try:
        return find_role(name).title
    except MissingError:
        return name


@register.filter
def parts(names: list[str]) -> str:
    """Parts of a record in words, joined by commas."""
    return ", ".join(map(str, words.part_titles(names)))


@register.filter
def part(name: str) -> Any:
    """One part of a record in words."""
    return words.PARTS.get(name, name)


@register.filter
def life(status: str) -> tuple[str, Any]:
    """The kind of tag and the words of a life status."""
    return words.LIFE.get(status, ("mute", status))


@register.filter
def kin(kind: str) -> Any:
    """A relation in words."""
    return words.KIN.get(kind, kind)


@register.filter
def scheme(name: str) -> Any:
    """The name of a kind of number."""
    return words.SCHEMES.get(name, name.upper())


@register.filter
def way(channel: str) -> Any:
    """A channel in words."""
    return words.CHANNELS.get(channel, channel)


@register.filter
def request_status(status: str) -> Any:
    """A request's status in words."""
    return words.status_title(status)


@register.filter
def request_kind(kind: str) -> Any:
    """A request's kind in words."""
    return words.request_title(kind)
