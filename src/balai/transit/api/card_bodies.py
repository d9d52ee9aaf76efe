"""What the API takes and tells about cards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema

Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{4,40}$", examples=["6032981100000417"])]
Words = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Rupiah = Annotated[int, Field(gt=0, le=10**9, examples=[50000])]


class NumberIn(Schema):
    """A card by its number, which stands in no address."""

    number: Number


class CardStandingOut(Schema):
    """How a card stands; `balance` in rupiah."""

    reference: str
    state: str
    block: str
    balance: int
    may_board: bool


class TravelCardOut(Schema):
    """A card; its number is known by the last four digits alone."""

    id: int
    issuer: str
    last_four: str
    state: str
    block: str
    bound: bool
    balance: int
    issued_on: date
    expires_on: date | None
    generated: bool


class CardsOut(Schema):
    """Cards, those changed last first."""

    count: int
    cards: list[TravelCardOut]


class RiddenLegOut(Schema):
    """A boarding; `boarding` is what a dispute names. Money in rupiah."""

    boarding: int
    number: int
    mode: str
    line: str
    from_name: str
    to_name: str
    at: datetime
    until: datetime | None
    metres: int | None
    full_price: int
    charge: int
    relief: int
    relief_reason: str
    refunded: int
    reason: str


class RideOut(Schema):
    """A journey of an own card, with its legs."""

    id: UUID
    day: date
    first_at: datetime
    charge: int
    full_price: int
    tariff: str
    changed: bool
    generated: bool
    legs: list[RiddenLegOut]


class RidesOut(Schema):
    """A page of journeys, latest first."""

    count: int
    journeys: list[RideOut]


class MovementOut(Schema):
    """A movement of a card's money."""

    at: datetime
    kind: str
    change: int
    balance: int
    journey: UUID | None


class CardStatementOut(Schema):
    """A month of a card's money, in rupiah."""

    opening: int
    closing: int
    loaded: int
    charged: int
    lines: list[MovementOut]


class ClaimIn(Schema):
    """A card in hand: `proof` is the code printed on it, or the amount of its last load."""

    number: Number
    proof: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")
    issuer: Literal["JakLingko", "JakCard", "e-Money", "Flazz", "Brizzi", "TapCash"]


class LoadIn(Schema):
    """How much to load, in rupiah."""

    amount: Rupiah


class LoadOut(Schema):
    """A load to be paid: `qris` is the code's text."""

    id: UUID
    amount: int
    request: UUID
    qris: str
    expires_at: datetime


class LoadedOut(Schema):
    """A load that reached its card."""

    id: UUID
    amount: int
    balance: int


class LostIn(Schema):
    """Since which day a card is missing."""

    lost_on: date


class CardReasonIn(Schema):
    """Why."""

    reason: Words = Field(min_length=1)


Nik = Annotated[str, Field(max_length=30, pattern=r"^[0-9 .-]*$", examples=["3171015708900001"])]


class HolderIn(Schema):
    """Whose a card is: a NIK, and why it is looked up, which the resident reads."""

    nik: Nik = Field(min_length=1)
    reason: Words = Field(min_length=1)


class CardIssueIn(Schema):
    """A card to be issued; `code` is printed on it. With `nik` and `reason` it is that resident's
    at once.
    """

    number: Number
    issuer: Literal["JakLingko", "JakCard", "e-Money", "Flazz", "Brizzi", "TapCash"]
    code: str = Field("", max_length=40, pattern=r"^[^\x00]*$")
    nik: Nik = ""
    reason: Words = ""


class ReplaceIn(Schema):
    """The card that replaces another."""

    number: Number
    code: str = Field("", max_length=40, pattern=r"^[^\x00]*$")


class EntitlementOut(Schema):
    """What a card entitles to: a `concession`, or a pass (`product`) and its price in rupiah."""

    kind: str
    code: str
    start: datetime
    end: datetime
    price: int


class PassOut(Schema):
    """A pass of the tariff in force: its price in rupiah and how many days it holds."""

    code: str
    title: dict[str, str]
    price: int
    valid_days: int
    modes: list[str]


class PassesOut(Schema):
    """What a card entitles to now or later, and what it may buy today."""

    held: list[EntitlementOut]
    offered: list[PassOut]


class PassIn(Schema):
    """A pass to be bought with the money on the card, from its first day on."""

    code: str = Field(max_length=40, pattern=r"^[A-Za-z0-9_-]+$", examples=["bulanan"])
    first: date


class Days(Schema):
    """Days of the city's calendar, and a page."""

    start: date | None = None
    end: date | None = None
    page: int = Field(1, ge=1, le=10_000)
