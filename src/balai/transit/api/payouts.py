"""Payouts of operators: what the bank did with each, and its statement in."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.settlement.payouts import read_bank_statement, take_back
from balai.transit.queries.settlement.payouts import payout_of, payouts_of_city
from balai.transit.rules import SETTLE, VIEW_SETTLEMENT

router = Router(tags=["settlement"])
MOST = 200


class PayoutOut(Schema):
    """What an operator is paid by a bank file; rupiah."""

    reference: str
    batch: str
    operator: str
    account: str
    amount: int
    state: Literal["open", "paid", "returned", "withdrawn"]
    paid_on: date | None
    bank_reference: str
    returned_on: date | None
    return_reference: str
    reason: str
    remark: str

    @staticmethod
    def resolve_batch(row: Any) -> str:
        """The bank file's reference."""
        return str(row.batch.reference)

    @staticmethod
    def resolve_operator(row: Any) -> str:
        """The operator's short name."""
        return str(row.operator.code)

    @staticmethod
    def resolve_account(row: Any) -> str:
        """The bank and the last four characters of the number."""
        return str(row.account)


class PayoutQuery(Schema):
    """Which payouts; `odd`: with an entry that does not fit."""

    state: Literal["", "open", "paid", "returned", "withdrawn", "odd"] = ""
    page: int = Field(1, ge=1, le=100_000)


class BankAnswerOut(Schema):
    """What a bank statement did, by the payouts' references; `faults` in words, one an entry."""

    paid: list[str]
    returned: list[str]
    repeated: int
    faults: list[str]


class PayoutBackIn(Schema):
    """Money that came back on a day, and why."""

    on: date = Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))
    reason: str = Field(min_length=1, max_length=500)
    bank_reference: str = Field("", max_length=140)


@router.get("/{city}/payouts", auth=token_or_session("transit:settlement"),
            response=list[PayoutOut], summary="Payouts of operators")  # fmt: skip
def get_payouts(request: HttpRequest, city: str, query: Query[PayoutQuery]) -> Any:
    """Payouts, latest first, 200 a page."""
    _let_in(request, city, VIEW_SETTLEMENT)
    start = (query.page - 1) * MOST
    return list(payouts_of_city(city, state=query.state)[start : start + MOST])


@router.post("/{city}/payouts/bank-statement", auth=token_or_session("transit:settle"),
             response=BankAnswerOut, summary="Book payouts from a bank statement",
             openapi_extra={"requestBody": {"required": True, "content": {
                 "application/xml": {"schema": {"type": "string"}}}}})  # fmt: skip
@once_per_key("transit.bank-statement")
def post_bank_statement(request: HttpRequest, city: str) -> Any:
    """Read a camt.053 file (001.02 to 001.13): debits that name a payout pay it, credits bring it
    back. Entries that cannot be booked are told, and keep no other out.
    """
    _let_in(request, city, SETTLE)
    done = read_bank_statement(city, request.body, by=origin_of(request, "api"))
    return {
        "paid": [each.reference for each in done.paid],
        "returned": [each.reference for each in done.returned],
        "repeated": done.repeated, "faults": [str(fault) for fault in done.faults],
    }  # fmt: skip


@router.post("/{city}/payouts/{reference}/return", auth=token_or_session("transit:settle"),
             response=PayoutOut, summary="Take a payout back")  # fmt: skip
@once_per_key("transit.payout-return")
def post_payout_return(request: HttpRequest, city: str, reference: str, body: PayoutBackIn) -> Any:
    """Its transfer is reversed and its statements wait for another bank file."""
    _let_in(request, city, SETTLE)
    found = payout_of(city, reference.replace("\x00", "")[:35])
    return take_back(found, by=origin_of(request, "api"), **body.dict())


def _let_in(request: HttpRequest, city: str, permission: str) -> Any:
    principal = principal_of(request)
    principal.require(permission, city_by_slug(city))
    return principal
