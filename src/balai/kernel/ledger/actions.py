"""Everything that moves money: open accounts, post transfers once, reverse them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from balai.kernel.copying import NULL, copy_once, escaped
from balai.kernel.ledger import queries
from balai.kernel.ledger.models import Account
from balai.kernel.ledger.postings import Kind, NewAccount, Posting
from balai.kernel.problems import ConflictError, Fault, ProblemError

COLUMNS = (
    "debit_id", "credit_id", "amount", "currency", "at",
    "idempotency_key", "reason", "source", "reverses",
)  # fmt: skip

TAB = "\t"

POST = f"""
INSERT INTO ledger_transfer ({", ".join(COLUMNS)})
SELECT debit.id, credit.id, %s, %s, %s, %s, %s, %s, %s
  FROM ledger_account AS debit, ledger_account AS credit
 WHERE debit.code = %s AND credit.code = %s
   AND debit.currency = %s AND credit.currency = %s
ON CONFLICT (idempotency_key) DO NOTHING
RETURNING id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Posted:
    """The transfer that stands for a posting, and whether an earlier call had made it."""

    id: UUID
    repeated: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """How many transfers of a batch are new, and how many an earlier call had made."""

    posted: int
    repeated: int


def open_account(
    code: str, *, currency: str, kind: Kind, title: str, region_code: str = ""
) -> queries.AccountView:
    """Open the account, or return it where it is open already.

    ConflictError where one of that code has another currency or kind; ProblemError where a field
    is not valid.
    """
    new = NewAccount(code=code, currency=currency, kind=kind, title=title, region_code=region_code)
    open_accounts([new])
    return queries.account(code)


def open_accounts(accounts: Sequence[NewAccount]) -> int:
    """Open those that are not open yet, all or none; returns how many are new.

    ConflictError where one of that code has another currency or kind.
    """
    unique = {new.code: new for new in sorted(accounts, key=lambda new: new.code)}
    rows = [
        Account(
            code=new.code, currency=new.currency, kind=new.kind, title=new.title,
            region_code=new.region_code,
        )
        for new in unique.values()
    ]  # fmt: skip
    with transaction.atomic():
        before = Account.objects.filter(code__in=list(unique)).count()
        Account.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)
        kept = {
            found.code: (found.currency, found.kind)
            for found in Account.objects.filter(code__in=list(unique))
        }
        for new in accounts:
            if kept[new.code] != (new.currency, new.kind):
                raise ConflictError(
                    "The account is open with another currency or kind",
                    detail=f"{new.code} is open as {' '.join(kept[new.code])}, "
                    f"not {new.currency} {new.kind}.",
                )
    return len(kept) - before


def post(posting: Posting) -> Posted:
    """Make the transfer once: the same key with the same body returns the one made before.

    ConflictError where the key stands for another body; ProblemError where an account does not
    exist or is in another currency, or the reversal does not mirror its transfer.
    """
    with _refusals(), transaction.atomic():
        made = _insert(posting)
        if made is not None:
            return Posted(made, repeated=False)
        _refuse_bad_accounts([posting])
        kept = queries.transfer_by_key(posting.key)
        if kept.as_posting() != posting:
            raise _another_body(posting.key)
        return Posted(kept.id, repeated=True)


def post_many(postings: Sequence[Posting]) -> Batch:
    """Make all transfers by COPY, or none. Those made before, with the same body, stay as they are.

    ConflictError names the first key that stands for another body; ProblemError names rows
    (1 is the first) whose accounts do not exist or are in another currency.
    """
    with _refusals(), transaction.atomic():
        accounts = _refuse_bad_accounts(postings)
        unique = _unique(postings)
        lines = [_line(unique[key], accounts) for key in sorted(unique)]
        if not lines:
            return Batch(0, 0)
        new, differing = copy_once("ledger_transfer", COLUMNS, lines, key="idempotency_key")
        if differing is not None:
            raise _another_body(differing)
    return Batch(posted=new, repeated=len(postings) - new)


def reverse(transfer: UUID, *, reason: str, key: str, at: datetime) -> Posted:
    """Take a transfer back by its mirror image; a transfer can be taken back once.

    MissingError where it does not exist; ConflictError where it is reversed already under
    another key, or the key stands for another body.
    """
    original = queries.transfer(transfer)
    return post(
        Posting(
            debit=original.credit,
            credit=original.debit,
            amount=original.amount,
            currency=original.currency,
            at=at,
            key=key,
            reason=reason,
            source=original.source,
            reverses=original.id,
        )
    )


def _insert(posting: Posting) -> UUID | None:
    values: list[Any] = [
        posting.amount, posting.currency, posting.at, posting.key, posting.reason,
        posting.source, posting.reverses, posting.debit, posting.credit,
        posting.currency, posting.currency,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(POST, values)
        row = cursor.fetchone()
    return row[0] if row else None


def _refuse_bad_accounts(postings: Sequence[Posting]) -> Mapping[str, tuple[int, str]]:
    codes = {code for posting in postings for code in (posting.debit, posting.credit)}
    accounts = queries.identities(codes)
    currencies = {code: currency for code, (_, currency) in accounts.items()}
    faults = [
        fault
        for row, posting in enumerate(postings, 1)
        if not (currencies.get(posting.debit) == posting.currency == currencies.get(posting.credit))
        for field in ("debit", "credit")
        if (fault := _account_fault(accounts, posting, field, row if len(postings) > 1 else None))
    ]
    if faults:
        raise ProblemError("The transfers cannot be made", faults=tuple(faults))
    return accounts


def _account_fault(
    accounts: Mapping[str, tuple[int, str]], posting: Posting, field: str, row: int | None
) -> Fault | None:
    code: str = getattr(posting, field)
    found = accounts.get(code)
    if found is None:
        return Fault(
            row=row, field=field, value=code, problem="there is no such account",
            remedy="Open it first",
        )  # fmt: skip
    if found[1] != posting.currency:
        return Fault(
            row=row, field=field, value=code,
            problem=f"is an account in {found[1]}, not in {posting.currency}",
            remedy=f"Post in {found[1]} or name an account in {posting.currency}",
        )  # fmt: skip
    return None


def _unique(postings: Sequence[Posting]) -> dict[str, Posting]:
    unique: dict[str, Posting] = {}
    for posting in postings:
        first = unique.setdefault(posting.key, posting)
        if first is not posting and first != posting:
            raise _another_body(posting.key)
    return unique


def _line(posting: Posting, accounts: Mapping[str, tuple[int, str]]) -> str:
    # Postings hold no control characters, so that the three texts can be escaped as one.
    texts = f"{posting.key}\0{posting.reason}\0{posting.source}"
    return (
        f"{accounts[posting.debit][0]}\t{accounts[posting.credit][0]}\t{posting.amount}"
        f"\t{posting.currency}\t{posting.at.isoformat()}"
        f"\t{escaped(texts).replace(chr(0), TAB)}\t{posting.reverses or NULL}"
    )


def _another_body(key: str) -> ConflictError:
    return ConflictError(
        "The idempotency key stands for another transfer",
        detail=f"The key {key!r} was used for a transfer with another body. "
        "Repeat it unchanged, or use a new key.",
        kind="idempotency-conflict",
    )


@contextmanager
def _refusals() -> Iterator[None]:
    """The database's own refusals, as problems that a person can read."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis and diagnosis.constraint_name == "ledger_transfer_reversed_once":
            raise ConflictError(
                "The transfer is reversed already", detail=diagnosis.message_detail
            ) from error
        message = diagnosis.message_primary if diagnosis else str(error)
        raise ProblemError("The transfers cannot be made", detail=message) from error
