"""What the treasury answers: accounts and statements out; transfers in, each once for its key."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import HEADER, once_per_key
from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.postings import Posting
from balai.kernel.ledger.queries import CheckpointView, TransferView
from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.kernel.treasury import books
from balai.kernel.treasury.api.schemas import (
    AccountOut,
    AccountsOut,
    AccountsQuery,
    AccountStatementOut,
    BatchIn,
    BatchOut,
    CheckpointOut,
    CheckpointsQuery,
    DayQuery,
    LineOut,
    PendingIn,
    PostedOut,
    ProofOut,
    ResolutionIn,
    SettlementIn,
    StatementQuery,
    TransferIn,
    TransferOut,
    TrialBalanceOut,
)
from balai.kernel.treasury.rules import POST, VIEW

router = Router()


@router.get("/{city}/accounts", auth=token_or_session("treasury:read"), response=AccountsOut,
            summary="Accounts with their balances")  # fmt: skip
def get_accounts(request: HttpRequest, city: str, query: Query[AccountsQuery]) -> AccountsOut:
    """The city's accounts by code, a page at a time."""
    found = _city(request, city, VIEW)
    rows = queries.find_accounts(
        found.slug, words=query.q, kind=query.kind or "", currency=query.currency or "",
        after=query.after, limit=query.limit + 1,
    )  # fmt: skip
    page = rows[: query.limit]
    standing = {
        each.account: each
        for each in queries.balances_of([row.id for row in page], _day(query.on), zone=found.zone)
    }
    items = [
        AccountOut(
            **{name: getattr(row, name)
               for name in ("code", "title", "kind", "currency", "never_negative")},
            balance=standing[row.code].amount, pending=standing[row.code].pending,
            available=standing[row.code].available,
        )
        for row in page
    ]  # fmt: skip
    return AccountsOut(items=items, next=page[-1].code if len(rows) > query.limit else None)


@router.get("/{city}/statement", auth=token_or_session("treasury:read"),
            response=AccountStatementOut, summary="An account's statement")  # fmt: skip
def get_statement(
    request: HttpRequest, city: str, query: Query[StatementQuery]
) -> AccountStatementOut:
    """The transfers of a period with the balance after each, a page at a time."""
    found = _city(request, city, VIEW)
    account = books.account_of(found.slug, query.account)
    today = timezone.localdate(timezone=found.zone)
    start, end = books.period_of(_day(query.start), _day(query.end), today, found.zone)
    page = queries.statement(account.code, start, end, limit=query.limit, after=query.after)
    return AccountStatementOut(
        account=account.code, currency=account.currency, opening=page.opening,
        closing=page.closing, debits=page.debits, credits=page.credits,
        lines=[LineOut(**asdict(line)) for line in page.lines], next=page.next,
    )  # fmt: skip


@router.get("/{city}/trial-balance", auth=token_or_session("treasury:read"),
            response=TrialBalanceOut, summary="The trial balance")  # fmt: skip
def get_trial_balance(request: HttpRequest, city: str, query: Query[DayQuery]) -> Any:
    """Every account of the city on the side where it stands."""
    found = _city(request, city, VIEW)
    return asdict(queries.trial_balance(found.slug, _day(query.on), zone=found.zone))


@router.post("/{city}/transfers", auth=token_or_session("treasury:post"), response=PostedOut,
             summary="Post a transfer")  # fmt: skip
@once_per_key("treasury.post")
def post_transfer(request: HttpRequest, city: str, body: TransferIn) -> Any:
    """Move money once. Answers that come late may be asked for again with the same key."""
    found = _city(request, city, POST)
    books.require_own(found.slug, body.debit, body.credit)
    return asdict(actions.post(_posting(body, _key(request, found))))


@router.post("/{city}/transfers/batch", auth=token_or_session("treasury:post"),
             response=BatchOut, summary="Post a batch")  # fmt: skip
@once_per_key("treasury.batch")
def post_batch(request: HttpRequest, city: str, body: BatchIn) -> Any:
    """Make all transfers or none; a refusal names row, field and value."""
    found = _city(request, city, POST)
    codes = {code for each in body.transfers for code in (each.debit, each.credit)}
    books.require_own(found.slug, *sorted(codes))
    postings = [_posting(each, f"treasury:{found.slug}:{each.key}") for each in body.transfers]
    return asdict(actions.post_many(postings))


@router.post("/{city}/pendings", auth=token_or_session("treasury:post"), response=PostedOut,
             summary="Set money aside")  # fmt: skip
@once_per_key("treasury.reserve")
def post_pending(request: HttpRequest, city: str, body: PendingIn) -> Any:
    """Make a pending transfer, to be settled or voided."""
    found = _city(request, city, POST)
    books.require_own(found.slug, body.debit, body.credit)
    posting = _posting(body, _key(request, found))
    return asdict(actions.reserve(posting, expires_at=body.expires_at))


@router.post("/{city}/pendings/{identifier}/settle", auth=token_or_session("treasury:post"),
             response=PostedOut, summary="Settle a pending transfer")  # fmt: skip
@once_per_key("treasury.settle")
def post_settlement(request: HttpRequest, city: str, identifier: UUID, body: SettlementIn) -> Any:
    """Move what was set aside, or a part of it."""
    found = _city(request, city, POST)
    books.own_transfer(found.slug, identifier)
    return asdict(actions.settle(identifier, key=_key(request, found), at=_moment(body.at),
                                 reason=body.reason, amount=body.amount))  # fmt: skip


@router.post("/{city}/pendings/{identifier}/void", auth=token_or_session("treasury:post"),
             response=PostedOut, summary="Void a pending transfer")  # fmt: skip
@once_per_key("treasury.void")
def post_voiding(request: HttpRequest, city: str, identifier: UUID, body: ResolutionIn) -> Any:
    """Give back what was set aside."""
    found = _city(request, city, POST)
    books.own_transfer(found.slug, identifier)
    return asdict(actions.void(identifier, key=_key(request, found), at=_moment(body.at),
                               reason=body.reason))  # fmt: skip


@router.post("/{city}/transfers/{identifier}/reverse", auth=token_or_session("treasury:post"),
             response=PostedOut, summary="Take a transfer back")  # fmt: skip
@once_per_key("treasury.reverse")
def post_reversal(request: HttpRequest, city: str, identifier: UUID, body: ResolutionIn) -> Any:
    """Post the mirror image; a transfer can be taken back once."""
    found = _city(request, city, POST)
    kept = books.own_transfer(found.slug, identifier)
    if not kept.amount:
        fault = Fault(field="identifier", value=str(identifier), problem="moved nothing")
        raise ProblemError("The transfer cannot be taken back", faults=(fault,))
    return asdict(actions.reverse(identifier, key=_key(request, found), at=_moment(body.at),
                                  reason=body.reason))  # fmt: skip


@router.get("/{city}/transfers/{identifier}", auth=token_or_session("treasury:read"),
            response=TransferOut, summary="A transfer")  # fmt: skip
def get_transfer(request: HttpRequest, city: str, identifier: UUID) -> Any:
    """A transfer as it was recorded."""
    found = _city(request, city, VIEW)
    return _transfer_out(books.transfer_of(found.slug, identifier))


@router.get("/{city}/transfers/{identifier}/proof", auth=token_or_session("treasury:read"),
            response=ProofOut, summary="The proof that a transfer is sealed")  # fmt: skip
def get_proof(request: HttpRequest, city: str, identifier: UUID) -> Any:
    """What a payer can hold: anyone can check it without this installation."""
    found = _city(request, city, VIEW)
    books.transfer_of(found.slug, identifier)
    proof = queries.inclusion_proof(identifier)
    if proof is None:
        raise MissingError("The transfer is in no checkpoint yet",
                           detail="Ask again after the next checkpoint.")  # fmt: skip
    return proof.as_dict()


@router.get("/{city}/checkpoints", auth=token_or_session("treasury:read"),
            response=list[CheckpointOut], summary="Checkpoints")  # fmt: skip
def get_checkpoints(request: HttpRequest, city: str, query: Query[CheckpointsQuery]) -> Any:
    """The signed checkpoints of the ledger."""
    _city(request, city, VIEW)
    return [_checkpoint_out(each)
            for each in queries.checkpoints(before=query.before, limit=query.limit)]  # fmt: skip


def _city(request: HttpRequest, slug: str, permission: str) -> City:
    found = city_by_slug(slug)
    principal_of(request).require(permission, found.region_code)
    return found


def _key(request: HttpRequest, city: City) -> str:
    """The ledger's key for the request, of its sender and city: two senders do not meet."""
    sender = principal_of(request).user.pk
    key = f"treasury:{city.slug}:{sender}:{request.headers[HEADER]}"
    if len(key) > 200:
        fault = Fault(field=HEADER, problem="is too long", remedy="Use a UUID")
        raise ProblemError("The key cannot be used", faults=(fault,))
    return key


def _posting(body: TransferIn, key: str) -> Posting:
    return Posting(debit=body.debit, credit=body.credit, amount=body.amount,
                   currency=body.currency, at=_moment(body.at), key=key, reason=body.reason,
                   source=body.source)  # fmt: skip


def _moment(at: datetime) -> datetime:
    if not books.FIRST <= at.date() <= books.LAST:
        raise _outside("at", at.isoformat())
    return at


def _day(day: date | None) -> date | None:
    if day is not None and not books.FIRST <= day <= books.LAST:
        raise _outside("day", day.isoformat())
    return day


def _outside(field: str, value: str) -> ProblemError:
    fault = Fault(field=field, value=value, problem="is no day of the books",
                  remedy=f"Choose one from {books.FIRST} to {books.LAST}")  # fmt: skip
    return ProblemError("The day cannot be used", faults=(fault,))


def _transfer_out(found: TransferView) -> dict[str, Any]:
    return {**asdict(found), "stage": found.stage}


def _checkpoint_out(found: CheckpointView) -> dict[str, Any]:
    return {**asdict(found), "root": found.root.hex()}
