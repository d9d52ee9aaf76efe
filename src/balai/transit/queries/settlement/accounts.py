"""Operators' bank accounts: the one in use, the one that waits, and those before them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_noop

from balai.kernel.problems import MissingError
from balai.transit.models import BankAccount, Operator

NONE_ENTERED = gettext_noop("has no bank account")
WAITS = gettext_noop("has a bank account that waits for another officer's approval")
NONE_APPROVED = gettext_noop("has no approved bank account")
REMEDY = gettext_noop("One officer enters it on the operator's page, another approves it")


def accounts_of(operator: Operator) -> QuerySet[BankAccount]:
    """The operator's accounts, latest first."""
    return operator.bank_accounts.order_by("-id")


def account_in_use(operator: Operator) -> BankAccount | None:
    """The one account that the operator may be paid to."""
    return operator.bank_accounts.filter(state=BankAccount.State.APPROVED).first()


def with_accounts(operators: QuerySet[Operator], account: str = "") -> QuerySet[Operator]:
    """Operators with `in_use` (bank and last characters, null without) and `waits` (whether one
    waits for approval); those of which one is `waiting`, or that have `none` approved.
    """
    own = BankAccount.objects.filter(operator=OuterRef("pk"))
    shown = Concat("bank", Value(" …"), "number_end", output_field=TextField())
    rows = operators.annotate(
        in_use=Subquery(own.filter(state=BankAccount.State.APPROVED).values(told=shown)[:1]),
        waits=Exists(own.filter(state=BankAccount.State.WAITING)),
    )
    narrowed = {"waiting": {"waits": True}, "none": {"in_use": None}}.get(account, {})
    return rows.filter(**narrowed)


def account_waiting(operator: Operator) -> BankAccount | None:
    """The account that waits for another officer's word."""
    return operator.bank_accounts.filter(state=BankAccount.State.WAITING).first()


def account_of(operator: Operator, number: int) -> BankAccount:
    """An account of the operator by its number in the table; MissingError where there is none."""
    found = operator.bank_accounts.filter(pk=number).select_related("operator").first()
    if found is None:
        raise MissingError("There is no such account", detail=f"No account {number}.")
    return found


def accounts_in_use(operators: Iterable[Operator]) -> dict[int, BankAccount]:
    """The approved account of each operator that has one, by operator."""
    rows = BankAccount.objects.filter(operator__in=operators, state=BankAccount.State.APPROVED)
    return {row.operator_id: row for row in rows}


def why_unpaid(operator: Operator) -> str:
    """Why the operator cannot be paid, as a msgid; empty where it can."""
    states = set(operator.bank_accounts.values_list("state", flat=True))
    if BankAccount.State.APPROVED in states:
        return ""
    if BankAccount.State.WAITING in states:
        return WAITS
    return NONE_APPROVED if states else NONE_ENTERED
