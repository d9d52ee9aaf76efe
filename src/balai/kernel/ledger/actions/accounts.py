"""Opening accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from balai.kernel.any_of import AnyOf
from balai.kernel.ledger import queries
from balai.kernel.ledger.models import Account
from balai.kernel.ledger.postings import Kind, NewAccount
from balai.kernel.problems import ConflictError

OPEN = """
INSERT INTO ledger_account (code, currency, kind, title, region_code, never_negative)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[])
ON CONFLICT (code) DO NOTHING
"""


def open_account(
    code: str,
    *,
    currency: str,
    kind: Kind,
    title: str,
    region_code: str = "",
    never_negative: bool = False,
) -> queries.AccountView:
    """Open the account, or return it where it is open already.

    ConflictError where one of that code has another currency, kind or rule; ProblemError where a
    field is not valid.
    """
    new = NewAccount(
        code=code, currency=currency, kind=kind, title=title, region_code=region_code,
        never_negative=never_negative,
    )  # fmt: skip
    open_accounts([new])
    return queries.account(code)


def open_accounts(accounts: Sequence[NewAccount]) -> int:
    """Open those that are not open yet, all or none; returns how many are new.

    ConflictError where one of that code has another currency, kind or rule.
    """
    unique = {new.code: new for new in sorted(accounts, key=lambda new: new.code)}
    with transaction.atomic():
        open_before = _open(unique)
        made = [new for code, new in unique.items() if code not in open_before]
        _insert(made)
        kept = open_before | (_open(new.code for new in made) if made else {})
        for new in accounts:
            if kept[new.code] != _terms(new):
                raise ConflictError(
                    "The account is open with another currency or kind",
                    detail=f"{new.code} is open as {_in_words(kept[new.code])}, "
                    f"not {_in_words(_terms(new))}.",
                )
    return len(made)


def _open(codes: Iterable[str]) -> dict[str, tuple[str, str, bool]]:
    """The terms of those of the accounts that are open."""
    found = Account.objects.filter(AnyOf("code", codes))
    return {
        code: (currency, kind, rule)
        for code, currency, kind, rule in found.values_list(
            "code", "currency", "kind", "never_negative"
        )
    }


def _insert(accounts: Sequence[NewAccount]) -> None:
    """Insert those that nobody opened meanwhile, in the order given.

    One statement of six parameters: a model's row and its placeholders cost more than the account.
    """
    if not accounts:
        return
    columns = (
        [getattr(new, name) for new in accounts]
        for name in ("code", "currency", "kind", "title", "region_code", "never_negative")
    )
    with connection.cursor() as cursor:
        cursor.execute(OPEN, list(columns))


def _terms(account: NewAccount) -> tuple[str, str, bool]:
    return account.currency, account.kind, account.never_negative


def _in_words(terms: tuple[str, str, bool]) -> str:
    currency, kind, never_negative = terms
    return f"{currency} {kind}{' that is never negative' if never_negative else ''}"
