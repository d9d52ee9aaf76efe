"""One at a time prices or adjusts a city's journeys."""

from __future__ import annotations

from django.db import connection


def await_turn(city: str) -> None:
    """Wait until no other transaction prices or adjusts the city's journeys."""
    _ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", city)


def take_turn(city: str) -> bool:
    """Whether nobody else prices or adjusts: then it is ours until the transaction ends."""
    return bool(_ask("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", city))


def _ask(statement: str, city: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, [f"transit:price:{city}"])
        return cursor.fetchone()[0]
