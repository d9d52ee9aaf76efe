"""Which accounts there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from balai.kernel.ledger.models import Account
from balai.kernel.ledger.queries.rows import UNDER, fetch
from balai.kernel.problems import MissingError

AccountKind = Account.Kind
FIELDS = (
    "id", "code", "currency", "kind", "title", "region_code", "opened_at", "never_negative",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account as others see it."""

    id: int
    code: str
    currency: str
    kind: str
    title: str
    region_code: str
    opened_at: datetime
    never_negative: bool


def account(code: str) -> AccountView:
    """The account of that code; MissingError if none is open."""
    row = Account.objects.filter(code=code).values_list(*FIELDS).first()
    if row is None:
        raise MissingError("There is no such account", detail=f"No account {code!r} is open.")
    return AccountView(*row)


def accounts(prefix: str = "") -> list[AccountView]:
    """The accounts at or under a path (`jakarta/transit`), all if it is empty, by code."""
    rows = fetch(
        f"SELECT {', '.join(FIELDS)} FROM ledger_account"  # noqa: S608
        f" WHERE {UNDER} ORDER BY code",
        {"prefix": prefix.rstrip("/")},
    )
    return [AccountView(*row) for row in rows]


def find_accounts(
    prefix: str, *, words: str = "", kind: str = "", currency: str = "", limit: int = 50,
    after: str = "",
) -> list[AccountView]:  # fmt: skip
    """Accounts under a path whose code or title holds `words`, a page at a time, by code."""
    pattern = "".join("\\" + letter if letter in "\\%_" else letter for letter in words)
    rows = fetch(
        f"SELECT {', '.join(FIELDS)} FROM ledger_account"  # noqa: S608
        f" WHERE {UNDER} AND (%(kind)s = '' OR kind = %(kind)s)"
        " AND (%(currency)s = '' OR currency = %(currency)s)"
        " AND (%(words)s = '' OR code ILIKE %(pattern)s OR title ILIKE %(pattern)s)"
        " AND code > %(after)s ORDER BY code LIMIT %(limit)s",
        {"prefix": prefix.rstrip("/"), "words": words, "pattern": f"%{pattern}%", "kind": kind,
         "currency": currency, "after": after, "limit": limit},
    )  # fmt: skip
    return [AccountView(*row) for row in rows]


def currencies(prefix: str = "") -> list[str]:
    """The currencies of the accounts under a path."""
    rows = fetch(
        f"SELECT DISTINCT currency FROM ledger_account WHERE {UNDER} ORDER BY 1",  # noqa: S608
        {"prefix": prefix.rstrip("/")},
    )
    return [currency for (currency,) in rows]


def codes(ids: Collection[int]) -> dict[int, str]:
    """The codes of the accounts of these ids, of those that exist."""
    rows = fetch("SELECT id, code FROM ledger_account WHERE id = ANY(%(ids)s)", {"ids": list(ids)})
    return dict(rows)


def identities(codes: Collection[str]) -> dict[str, tuple[int, str]]:
    """The id and currency of each of the accounts that exist, by code."""
    # An array is one parameter, where IN would be one for each code.
    rows = fetch(
        "SELECT code, id, currency FROM ledger_account WHERE code = ANY(%(codes)s)",
        {"codes": list(codes)},
    )
    return {code: (number, currency) for code, number, currency in rows}
