"""How the ledger's rows are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection

UNDER = """
(%(prefix)s = '' OR code = %(prefix)s
 OR (code COLLATE "C" >= %(prefix)s || '/' AND code COLLATE "C" < %(prefix)s || '0'))
"""
"""A path and what is under it, by comparison, so that the code's index serves: '0' follows '/'."""


def fetch(statement: str, values: Mapping[str, Any]) -> list[Any]:
    """All rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
