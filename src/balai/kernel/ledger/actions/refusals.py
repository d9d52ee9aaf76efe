"""What the ledger answers when it cannot do what it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, connection, transaction

from balai.kernel.problems import ConflictError, Fault, ProblemError

CONFLICTS = {
    "ledger_transfer_reversed_once": ("The transfer is reversed already", "conflict"),
    "ledger_transfer_resolved_once": ("The transfer is settled or voided already", "conflict"),
    "ledger_standing_not_negative": ("The account does not hold enough", "insufficient-funds"),
}


@contextmanager
def one_effect() -> Iterator[None]:
    """A statement or several, all or none, with the database's refusals in a person's words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refusal(error) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "40P01":
            raise ConflictError(
                "Another posting was in the way",
                detail="Two postings waited for each other's accounts. Repeat this one unchanged.",
                kind="try-again",
            ) from error
        raise


@contextmanager
def one_statement() -> Iterator[None]:
    """As `one_effect`, for a single statement: outside a transaction it needs none of its own."""
    if connection.in_atomic_block:
        with one_effect():
            yield
        return
    try:
        yield
    except IntegrityError as error:
        raise refusal(error) from error


def refusal(error: IntegrityError) -> ProblemError:
    """The database's refusal as a problem that a person can read."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = diagnosis.constraint_name if diagnosis else ""
    if diagnosis and name in CONFLICTS:
        title, kind = CONFLICTS[name]
        detail = diagnosis.message_detail or diagnosis.message_primary
        return ConflictError(title, detail=detail, kind=kind)
    message = diagnosis.message_primary if diagnosis else str(error)
    return ProblemError("The transfers cannot be made", detail=message)


def another_body(key: str) -> ConflictError:
    """The refusal of a key that stands for another transfer."""
    return ConflictError(
        "The idempotency key stands for another transfer",
        detail=f"The key {key!r} was used for a transfer with another body. "
        "Repeat it unchanged, or use a new key.",
        kind="idempotency-conflict",
    )


def account_fault(
    accounts: Mapping[str, tuple[int, str]], code: str, currency: str, field: str, row: int | None
) -> Fault | None:
    """What is wrong with an account that a transfer names, or None."""
    found = accounts.get(code)
    if found is None:
        return Fault(
            row=row, field=field, value=code, problem="there is no such account",
            remedy="Open it first",
        )  # fmt: skip
    if found[1] != currency:
        return Fault(
            row=row, field=field, value=code,
            problem=f"is an account in {found[1]}, not in {currency}",
            remedy=f"Post in {found[1]} or name an account in {currency}",
        )  # fmt: skip
    return None
