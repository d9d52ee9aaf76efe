"""What programmes and officers' tools ask: requests, payments, differences, books, statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.payments import queries
from balai.kernel.payments.actions import request_payment, take_file
from balai.kernel.payments.actions.statements import Taken
from balai.kernel.payments.models import Difference, Payment, Request
from balai.kernel.payments.payable import PayableBill, PaymentRequest, Receipt
from balai.kernel.payments.rules import RECONCILE, REQUEST, VIEW
from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug

router = Router()
MOST = 100
Text = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[ -~]+$")]
State = Literal["in-transit", "settled", "never-credited", "reversed", "taken-back"]


class BillIn(Schema):
    """A bill. `amount` in minor units (for IDR whole rupiah); `receivable` an open ledger account
    of the city; `region_code` where the payer lives or the service is given.
    """

    programme: Text = Field(examples=["levy"])
    reference: Text = Field(examples=["RET-2026-000123"])
    purpose: dict[str, Annotated[str, Field(max_length=120)]] = Field(
        examples=[{"id": "Retribusi sampah", "en": "Waste levy"}], max_length=10
    )
    amount: int = Field(gt=0, le=10**13 - 1, examples=[25000])
    receivable: str = Field(max_length=200, pattern=r"^[A-Za-z0-9_.:/-]+$")
    region_code: str = Field("", max_length=20, pattern=r"^[0-9.]*$")
    person: UUID | None = None
    takes_parts: bool = False
    expires_at: datetime | None = None


class RequestIn(Schema):
    """A bill and the way to pay it."""

    bill: BillIn
    method: Literal["qris", "virtual_account", "counter", "card"]


class RequestOut(Schema):
    """A way to pay: `account` is the number or reference, `qris` the code's text."""

    id: UUID
    bill: UUID
    method: str
    bank: str
    account: str
    amount: int
    currency: str
    state: str
    expires_at: datetime
    qris: str


class PaymentOut(Schema):
    """A payment; `state` in-transit until the bank's statement shows it."""

    id: UUID
    bank: str
    method: str
    reference: str
    account: str
    amount: int
    currency: str
    paid_at: datetime
    state: str
    bill_reference: str
    generated: bool


class PaymentsOut(Schema):
    """A page of payments, newest first."""

    count: int
    payments: list[PaymentOut]


class ReceiptOut(Schema):
    """What a receipt tells."""

    payment: UUID
    bill: UUID
    reference: str
    purpose: dict[str, str]
    amount: int
    currency: str
    method: str
    paid_at: datetime
    settled: bool
    bank: str
    bank_reference: str
    transfers: list[UUID]


class DifferenceOut(Schema):
    """Something that is not as it should be."""

    id: UUID
    bank: str
    day: date
    kind: str
    place: str
    amount: int
    remaining: int
    state: str
    payment: UUID | None


class PlaceOut(Schema):
    """A place where money stands; `residual` is what no record explains."""

    place: str
    ledger: int
    explained: int
    residual: int


class StatementOut(Schema):
    """A statement that was taken in, or `refused` for the reasons that are told."""

    identifier: str
    day: date | None
    opening: int = 0
    closing: int = 0
    entries: int = 0
    differences: int = 0
    repeated: bool = False
    refused: list[str] = []
    remarks: list[str] = []


class PaymentsQuery(Schema):
    """Narrows the list; days are of the city's calendar."""

    text: str = Field("", max_length=60)
    state: State | Literal[""] = ""
    method: str = Field("", max_length=20)
    start: date | None = None
    end: date | None = None
    page: int = Field(1, ge=1, le=10_000)


@router.post("/{city}/requests", auth=token_or_session("payments:request"),
             response=RequestOut, summary="Ask for a way to pay a bill")  # fmt: skip
@once_per_key("payments.request")
def post_request(request: HttpRequest, city: str, body: RequestIn) -> RequestOut:
    """Present the bill, if it is new, and give out a QRIS code or a number to pay it with."""
    found = _city(request, city, REQUEST)
    given = body.bill
    if not given.receivable.startswith(f"{found.slug}/"):
        raise _refused("bill.receivable", given.receivable, "is no account of this city",
                       f"Its code begins with {found.slug}/")  # fmt: skip
    region = given.region_code or found.region_code
    if not f"{region}.".startswith(f"{found.region_code}."):
        raise _refused("bill.region_code", region, "does not lie in this city",
                       f"It begins with {found.region_code}")  # fmt: skip
    if given.expires_at is not None and given.expires_at.tzinfo is None:
        raise _refused("bill.expires_at", str(given.expires_at), "has no time zone",
                       "Give the time with its offset from UTC")  # fmt: skip
    told = given.dict()
    told["region_code"] = region
    bill = PayableBill(city=found.slug, currency=found.currency, **told)
    return _request_out(request_payment(bill, body.method))


@router.get("/{city}/requests/{identifier}", auth=token_or_session("payments:request"),
            response=RequestOut, summary="A way to pay")  # fmt: skip
def get_request(request: HttpRequest, city: str, identifier: UUID) -> RequestOut:
    """Whether it waits, was paid or has expired."""
    found = _city(request, city, REQUEST)
    kept = Request.objects.select_related("bill", "bank").filter(city=found.slug, pk=identifier)
    if (one := kept.first()) is None:
        raise MissingError("No such request", detail=f"No request {identifier} was made here.")
    return _request_out(queries.request_view(one))


@router.get("/{city}/payments", auth=token_or_session("payments:read"), response=PaymentsOut,
            summary="Payments")  # fmt: skip
def get_payments(request: HttpRequest, city: str, query: Query[PaymentsQuery]) -> PaymentsOut:
    """Payments, newest first, a hundred a page."""
    found = _city(request, city, VIEW)
    rows = queries.payments(
        found.slug, text=_plain(query.text), state=query.state, method=_plain(query.method),
        start=_day(query.start), end=_day(query.end), zone=found.zone,
    )  # fmt: skip
    first = (query.page - 1) * MOST
    page = [_payment_out(row) for row in rows[first : first + MOST]]
    return PaymentsOut(count=rows.count(), payments=page)


@router.get("/{city}/payments/{identifier}", auth=token_or_session("payments:read"),
            response=PaymentOut, summary="A payment")  # fmt: skip
def get_payment(request: HttpRequest, city: str, identifier: UUID) -> PaymentOut:
    """One payment as it stands."""
    found = _city(request, city, VIEW)
    row = Payment.objects.select_related("bill", "bank").filter(city=found.slug, pk=identifier)
    if (one := row.first()) is None:
        raise MissingError("No such payment", detail=f"No payment {identifier} is known here.")
    queries.note_opening(one, by=origin_of(request, "api"))
    return _payment_out(one)


@router.get("/{city}/payments/{identifier}/receipt", auth=token_or_session("payments:read"),
            response=ReceiptOut, summary="A payment's receipt")  # fmt: skip
def get_receipt(request: HttpRequest, city: str, identifier: UUID) -> Receipt:
    """What a receipt tells, for a payment that reached its bill."""
    get_payment(request, city, identifier)
    return queries.receipt(identifier)


@router.get("/{city}/differences", auth=token_or_session("payments:read"),
            response=list[DifferenceOut], summary="Differences")  # fmt: skip
def get_differences(
    request: HttpRequest, city: str, state: Literal["open", "kept", "resolved", ""] = "open"
) -> list[DifferenceOut]:
    """What officers should look at, oldest first; at most 1,000."""
    found = _city(request, city, VIEW)
    return [_difference_out(row) for row in queries.worklist(found.slug, state=state)[:1000]]


@router.get("/{city}/banks/{bank}/books", auth=token_or_session("payments:read"),
            response=list[PlaceOut], summary="Where money stands")  # fmt: skip
def get_books(request: HttpRequest, city: str, bank: str, on: date | None = None) -> Any:
    """Every place of a bank: the ledger's balance, what explains it, the residual (zero)."""
    found = _city(request, city, VIEW)
    return queries.books(queries.bank_by_slug(found.slug, _plain(bank)), _day(on))


@router.post("/{city}/banks/{bank}/statements", auth=token_or_session("payments:request"),
             response=list[StatementOut], summary="Send in a bank statement",
             openapi_extra={"requestBody": {"required": True, "content": {
                 "application/xml": {"schema": {"type": "string"}}}}})  # fmt: skip
@once_per_key("payments.statement")
def post_statement(request: HttpRequest, city: str, bank: str) -> list[StatementOut]:
    """Take in a camt.053 file (001.02 to 001.13) and reconcile its days.

    Good statements are taken in though another of the file is not; where none is good, a problem.
    """
    found = _city(request, city, RECONCILE)
    intake = take_file(queries.bank_by_slug(found.slug, _plain(bank)), request.body,
                       by=principal_of(request).user.get_username())  # fmt: skip
    return [_statement_out(each, bank) for each in intake.taken] + [
        StatementOut(identifier=each.identifier, day=None, refused=[str(f) for f in each.faults])
        for each in intake.refused
    ]


def _statement_out(taken: Taken, bank: str) -> StatementOut:
    row = taken.statement
    return StatementOut(

        identifier=row.identifier, day=row.day, opening=row.opening, closing=row.closing,
        entries=row.entries.count(), repeated=taken.repeated, remarks=row.remarks,
        differences=queries.worklist(row.city, state="", day=row.day, bank=bank).count(),
    )  # fmt: skip


def _city(request: HttpRequest, city: str, permission: str) -> City:
    found = city_by_slug(_plain(city))
    principal_of(request).require(permission, found.region_code)
    return found


def _plain(text: str) -> str:
    """The text without what PostgreSQL cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _day(given: date | None) -> date | None:
    if given is not None and not 2000 <= given.year <= 2200:
        raise _refused("day", str(given), "is no day of this ledger", "Choose a day near")
    return given


def _request_out(view: PaymentRequest) -> RequestOut:
    return RequestOut(
        id=view.id, bill=view.bill, method=view.method, bank=view.bank, account=view.account,
        amount=view.amount, currency=view.currency, state=view.state,
        expires_at=view.expires_at, qris=view.qris,
    )  # fmt: skip


def _payment_out(row: Payment) -> PaymentOut:
    return PaymentOut(
        id=row.pk, bank=row.bank.slug, method=row.method, reference=row.reference,
        account=row.account, amount=row.amount, currency=row.currency, paid_at=row.paid_at,
        state=row.state, bill_reference=row.bill.reference if row.bill else "",
        generated=row.generated,
    )  # fmt: skip


def _difference_out(row: Difference) -> DifferenceOut:
    return DifferenceOut(
        id=row.pk, bank=row.bank.slug, day=row.day, kind=row.kind, place=row.place,
        amount=row.amount, remaining=row.remaining, state=row.state, payment=row.payment_id,
    )  # fmt: skip


def _refused(field: str, value: str, problem: str, remedy: str) -> ProblemError:
    fault = Fault(field=field, value=value[:100], problem=problem, remedy=remedy)
    return ProblemError("The request cannot be taken", faults=(fault,))
