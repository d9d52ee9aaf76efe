"""The part of the ledger that is a city's: its accounts' codes begin with the city's slug."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from balai.kernel.ledger import queries
from balai.kernel.ledger.queries import AccountView, TransferView
from balai.kernel.problems import Fault, MissingError, ProblemError

FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
"""Days between which books are kept."""


def account_of(city: str, code: str) -> AccountView:
    """An account of the city; MissingError where it is another's, or none."""
    if not is_of(city, code):
        raise MissingError("There is no such account", detail=f"{city} keeps no account {code!r}.")
    return queries.account(code)


def transfer_of(city: str, identifier: UUID) -> TransferView:
    """A transfer to or from an account of the city; MissingError where it is another's, or none."""
    found = queries.transfer(identifier)
    if not (is_of(city, found.debit) or is_of(city, found.credit)):
        raise MissingError(
            "There is no such transfer", detail=f"No transfer {identifier} was made."
        )
    return found


def own_transfer(city: str, identifier: UUID) -> TransferView:
    """A transfer between accounts of the city, that the city may act on.

    MissingError where there is none, ProblemError where one of its accounts is another's.
    """
    found = transfer_of(city, identifier)
    require_own(city, found.debit, found.credit)
    return found


def require_own(city: str, *codes: str) -> None:
    """ProblemError where an account that is to be posted to is not the city's."""
    faults = tuple(
        Fault(field="account", value=code, problem="is no account of this city",
              remedy=f"Its code begins with {city}/")
        for code in codes if not is_of(city, code)
    )  # fmt: skip
    if faults:
        raise ProblemError("The transfers cannot be made", faults=faults)


def is_of(city: str, code: str) -> bool:
    """Whether an account's code is the city's."""
    return code.startswith(f"{city}/")


def moment_of(day: date, zone: tzinfo) -> datetime:
    """The day's beginning on the city's clock."""
    return datetime.combine(min(max(day, FIRST), LAST), time(), zone)


def period_of(
    start: date | None, end: date | None, today: date, zone: tzinfo
) -> tuple[datetime, datetime]:
    """The moments of a period of whole days, both included; this month, where none is given."""
    first = start or (end or today).replace(day=1)
    last = end or max(today, first)
    return moment_of(first, zone), moment_of(min(last, LAST) + timedelta(days=1), zone)
