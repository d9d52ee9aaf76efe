"""A condition over thousands of values, for querysets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.db.models.lookups import Lookup


class AnyOf(Lookup):
    """`field = ANY(values)`: a filter with one parameter, however many values there are.

    `__in` makes a parameter of each; with ten thousand, writing the statement costs more than
    answering it. The values are sent as the database adapter sends a list of them; none may be
    None.
    """

    prepare_rhs = False

    def __init__(self, field: str, values: Iterable[Any]) -> None:
        super().__init__(F(field), list(values))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The condition and its parameters."""
        sql, params = self.process_lhs(compiler, connection)
        return f"{sql} = ANY(%s)", (*params, self.rhs)
