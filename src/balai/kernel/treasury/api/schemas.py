"""What the treasury takes in and gives out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime

MOST = 500
MOST_IN_BATCH = 10_000
Word = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.:/-]+$")]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Origin = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["IDR"])]
Amount = Annotated[int, Field(strict=True, ge=1, le=2**63 - 1, description="minor units")]
Kind = Literal["asset", "liability", "income", "expense", "equity"]


class AccountOut(Schema):
    """An account and what it stands at, in the ledger's minor units of its currency."""

    code: str
    title: str
    kind: Kind
    currency: str
    never_negative: bool
    balance: int
    pending: int
    available: int


class AccountsOut(Schema):
    """A page of accounts; `next` is the `after` of the next page."""

    items: list[AccountOut]
    next: str | None


class LineOut(Schema):
    """A transfer as the account sees it; `balance` is what it stood at after it."""

    transfer: UUID
    at: datetime
    counterpart: str
    debit: int
    credit: int
    balance: int
    reason: str
    source: str


class AccountStatementOut(Schema):
    """A page of a statement; opening, closing and sums are of the whole period."""

    account: str
    currency: str
    opening: int
    closing: int
    debits: int
    credits: int
    lines: list[LineOut]
    next: str | None


class TransferIn(Schema):
    """One transfer: `amount` minor units to `debit` from `credit`; the header is its key."""

    debit: Code
    credit: Code
    amount: Amount
    currency: Currency
    at: AwareDatetime
    reason: Text
    source: Origin = ""


class PendingIn(TransferIn):
    """A transfer that only sets its amount aside, until `expires_at` if that is given."""

    expires_at: AwareDatetime | None = None


class KeyedTransferIn(TransferIn):
    """A transfer of a batch, with a key of its own."""

    key: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")]


class BatchIn(Schema):
    """All of these, or none."""

    transfers: list[KeyedTransferIn] = Field(min_length=1, max_length=MOST_IN_BATCH)


class BatchOut(Schema):
    """How many are new, and how many an earlier request had made."""

    posted: int
    repeated: int


class ResolutionIn(Schema):
    """Why a pending transfer is given back, or a transfer taken back, and when."""

    at: AwareDatetime
    reason: Text


class SettlementIn(ResolutionIn):
    """What is settled: all that was set aside, or the part `amount`; the rest is given back."""

    amount: Amount | None = None


class PostedOut(Schema):
    """The transfer that stands for the request; `repeated`: an earlier request had made it."""

    id: UUID
    repeated: bool


class TransferOut(Schema):
    """A transfer as it was recorded."""

    id: UUID
    stage: Literal["posted", "pending", "settled", "voided"]
    debit: str
    credit: str
    amount: int
    reserved: int
    currency: str
    at: datetime
    recorded_at: datetime
    reason: str
    source: str
    reverses: UUID | None
    resolves: UUID | None
    expires_at: datetime | None


class SignatureOut(Schema):
    """A city's signature under a checkpoint's body: r and s in hexadecimal digits (ES256)."""

    city: str
    key_id: str
    signature: str


class CheckpointOut(Schema):
    """A checkpoint; `body` is the exact text that is signed."""

    number: int
    tree_size: int
    root: str
    made_at: datetime
    body: str
    signatures: list[SignatureOut]


class SignedOut(Schema):
    """The signed text and its signatures."""

    body: str
    signatures: list[SignatureOut]


class KeyOut(Schema):
    """A public key (SubjectPublicKeyInfo, DER, in hexadecimal digits)."""

    city: str
    key_id: str
    spki: str


class ProofOut(Schema):
    """That a transfer is in a checkpoint: SHA-256 of a zero byte and `leaf`, along `path`, is the
    root that `checkpoint` signs (RFC 9162, 2.1.3)."""

    form: str
    leaf: str
    index: int
    path: list[str]
    checkpoint: SignedOut
    keys: list[KeyOut]


class TrialLineOut(Schema):
    """An account on the side where it stands."""

    account: str
    title: str
    kind: Kind
    currency: str
    debit: int
    credit: int


class TrialTotalOut(Schema):
    """The sums of both sides in a currency."""

    currency: str
    debit: int
    credit: int


class TrialBalanceOut(Schema):
    """Every account of the city, and the sums by currency."""

    lines: list[TrialLineOut]
    totals: list[TrialTotalOut]


class AccountsQuery(Schema):
    """Narrows the list; `on` is a day of the city's calendar."""

    q: Word = ""
    kind: Kind | None = None
    currency: Currency | None = None
    on: date | None = None
    after: Word = ""
    limit: int = Field(100, ge=1, le=MOST)


class StatementQuery(Schema):
    """An account and a period of whole days of the city's calendar (this month without it)."""

    account: Code
    start: date | None = None
    end: date | None = None
    after: Word | None = None
    limit: int = Field(100, ge=1, le=MOST)


class DayQuery(Schema):
    """A day of the city's calendar; now without it."""

    on: date | None = None


class CheckpointsQuery(Schema):
    """Those below a number, the latest first."""

    before: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=MOST)
