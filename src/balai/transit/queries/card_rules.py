"""What a city decides about cards: the figures of its law on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from balai.kernel.laws import Law, LawGap, find_law
from balai.kernel.problems import MissingError

FOLDER = "transit/cards"


def card_law(city: str) -> Law:
    """The law of the city's cards; MissingError where the city has none."""
    try:
        return find_law(f"{FOLDER}/{city}")
    except (LookupError, MissingError):
        raise MissingError(
            "The city has no rules of cards", detail=f"No law {FOLDER}/{city} is in force."
        ) from None


def has_cards(city: str) -> bool:
    """Whether the city has rules of cards."""
    try:
        card_law(city)
    except MissingError:
        return False
    return True


def has_cards_for(city: str, user: Any) -> bool:
    """Whether the city's navigation names cards, whoever looks."""
    return has_cards(city)


def rule(city: str, parameter: str, on: date) -> Any:
    """A figure of the city's law of cards on the day. MissingError where no value covers it."""
    try:
        return card_law(city).value(parameter, on).value
    except LawGap as gap:
        raise MissingError("No rule of cards covers the day", detail=str(gap)) from gap


def groups(city: str, on: date) -> Mapping[str, Mapping[str, Any]]:
    """The groups that ride under a concession, by code, each with its rule."""
    found: Mapping[str, Mapping[str, Any]] = rule(city, "groups", on)
    return found


def group(city: str, code: str, on: date) -> Mapping[str, Any]:
    """The rule of a group; MissingError names those there are."""
    known = groups(city, on)
    if code not in known:
        raise MissingError("There is no such group", detail=f"Known: {', '.join(sorted(known))}.")
    return known[code]
