"""Where sealed values stand in the database, so that keys can be checked and renewed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of values made by `seal`; each app names its own in `rights.SEALED`.

    `purpose` and `about` are SQL over a row of `table`: what each value was sealed for, and what it
    is bound to. `fixed`: a guard of the table forbids to change it, so that it keeps the key it
    was sealed under.
    """

    table: str
    column: str
    purpose: str
    about: str = "id::text"
    fixed: bool = False
