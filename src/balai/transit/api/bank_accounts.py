"""Where operators are paid: entered through one account, decided through another's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.settlement.bank_accounts import (
    approve_account,
    enter_account,
    refuse_account,
)
from balai.transit.queries.settlement.accounts import account_of, accounts_of
from balai.transit.queries.settlement.contracts import operator_of
from balai.transit.rules import APPROVE_SETTLEMENT, MANAGE_OPERATORS, VIEW_SETTLEMENT

router = Router(tags=["settlement"])
MOST_NUMBER = 2**53 - 1


class BankAccountOut(Schema):
    """An account; of its number the last four characters alone."""

    id: int
    bank: str
    number_end: str
    holder: str
    state: str
    entered_by: str
    entered_at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str
    ended_at: datetime | None


class BankAccountIn(Schema):
    """An account as the operator's letter tells it; `bank` is a BIC."""

    bank: str = Field(max_length=20)
    account: str = Field(max_length=60)
    holder: str = Field(max_length=200)


class BankAccountDecisionIn(Schema):
    """`account`: the number typed anew, to approve; `reason`: why it is refused."""

    approve: bool
    account: str = Field("", max_length=60)
    reason: str = Field("", max_length=500)


@router.get("/{city}/operators/{code}/accounts", auth=token_or_session("transit:settlement"),
            response=list[BankAccountOut], summary="An operator's bank accounts")  # fmt: skip
def get_accounts(request: HttpRequest, city: str, code: str) -> Any:
    """The account in use, the one that waits, and those before, latest first."""
    _let_in(request, city, VIEW_SETTLEMENT)
    return list(accounts_of(operator_of(city, code)))


@router.post("/{city}/operators/{code}/accounts", auth=token_or_session("transit:operators"),
             response={201: BankAccountOut}, summary="Enter a bank account")  # fmt: skip
@once_per_key("transit.enter-account")
def post_account(request: HttpRequest, city: str, code: str, body: BankAccountIn) -> Any:
    """Enter where an operator is paid; another officer approves it before it is paid to."""
    _let_in(request, city, MANAGE_OPERATORS)
    made = enter_account(operator_of(city, code), by=origin_of(request, "api"), **body.dict())
    made.refresh_from_db()
    return 201, made


@router.post(
    "/{city}/operators/{code}/accounts/{account}/decision",
    auth=token_or_session("transit:approve"), response=BankAccountOut,
    summary="Approve or refuse a bank account",
)  # fmt: skip
@once_per_key("transit.decide-account")
def post_account_decision(
    request: HttpRequest, city: str, code: str, account: int, body: BankAccountDecisionIn
) -> Any:
    """Decide on an account that another officer entered."""
    _let_in(request, city, APPROVE_SETTLEMENT)
    found = account_of(operator_of(city, code), max(0, min(account, MOST_NUMBER)))
    if body.approve:
        return approve_account(found, number=body.account, by=origin_of(request, "api"))
    return refuse_account(found, reason=body.reason, by=origin_of(request, "api"))


def _let_in(request: HttpRequest, city: str, permission: str) -> Any:
    principal = principal_of(request)
    principal.require(permission, city_by_slug(city))
    return principal
