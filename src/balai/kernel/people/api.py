"""The register's API: look-ups and records for programs that say why; one's own data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from balai.kernel import row_security
from balai.kernel.access.api_auth import PersonAuth, principal_of, token_or_session
from balai.kernel.access.origin import origin_of
from balai.kernel.people import rules  # noqa: F401 - its scopes must be known before they are used
from balai.kernel.people.actions import say_on_consent
from balai.kernel.people.intake.api import router as intake_router
from balai.kernel.people.limits import allow_opening, looked_up
from balai.kernel.people.looks import LONGEST_REASON, Look, Purpose
from balai.kernel.people.queries import OWN, find_by_nik, open_person, person_of
from balai.kernel.people.queries.accesses import accesses_of
from balai.kernel.people.queries.export import everything_of
from balai.kernel.people.queries.rights import consents_of
from balai.kernel.problems import MissingError
from balai.kernel.regions.queries import City, city_by_slug
from balai.kernel.row_security import EVERYWHERE, opened

router = Router(tags=["people"])
router.add_router("", intake_router)
MOST_LOOKS = 200


class PurposeIn(Schema):
    """Why the record is opened; the resident reads both."""

    purpose: str = Field(max_length=50, examples=["service"])
    reason: str = Field(max_length=LONGEST_REASON, examples=["request 2026/114"])


class LookUpIn(PurposeIn):
    """A number to find somebody by. It stands in the body, never in an address."""

    nik: str = Field(max_length=40, examples=["7371015708900001"])


class CardOut(Schema):
    """A resident by name alone."""

    id: UUID
    name: str
    region_code: str


class LookUpOut(Schema):
    """Whom the number led to; null where nobody in the open regions bears it."""

    person: CardOut | None


class NumberOut(Schema):
    """A number with its middle hidden (in full on one's own record)."""

    scheme: str
    shown: str
    valid_from: date | None
    valid_to: date | None


class HousemateOut(Schema):
    """A member of the household; the relation is the code of the family card."""

    person_id: UUID
    name: str
    relation: int


class AddressOut(Schema):
    """An address and when it held."""

    street: str
    rt: str
    rw: str
    postal_code: str
    region_code: str
    valid_from: date | None
    valid_to: date | None


class KinOut(Schema):
    """A relative."""

    person_id: UUID
    name: str
    kind: str


class PersonOut(Schema):
    """A record. Coded fields hold the codes of the family card."""

    id: UUID
    name: str
    region_code: str
    sex: str
    birth_date: date | None
    birth_place: str
    life_status: str
    died_on: date | None
    moved_on: date | None
    moved_to: str
    citizenship: str
    religion: int | None
    marital_status: int | None
    education: int | None
    occupation: int | None
    blood_type: int | None
    father_name: str
    mother_name: str
    is_generated: bool
    numbers: list[NumberOut]
    household: list[HousemateOut]
    addresses: list[AddressOut]
    relations: list[KinOut]


class LookOut(Schema):
    """A look at one's record."""

    id: UUID
    at: datetime
    actor: str
    actor_name: str
    office: str
    purpose: str
    reason: str
    channel: str
    address: str | None
    parts: list[str]


class LooksQuery(Schema):
    """Which looks, counted from the newest."""

    skip: int = Field(0, ge=0, le=100_000)
    limit: int = Field(50, ge=1, le=MOST_LOOKS)


class LooksOut(Schema):
    """Looks, the newest first; `more` says that there are others before them."""

    looks: list[LookOut]
    more: bool


class ConsentOut(Schema):
    """How a consent stands."""

    purpose: str
    title: dict[str, str]
    text: dict[str, str]
    text_version: str
    granted: bool
    granted_version: str
    at: datetime | None


class ConsentIn(Schema):
    """A word on a consent, to the version of the text that was read."""

    granted: bool
    text_version: str = Field(max_length=40)


@router.post("/{city}/lookups", response=LookUpOut, auth=token_or_session("people:read"),
             operation_id="people_look_up", summary="Find a resident by NIK")  # fmt: skip
def look_up(request: HttpRequest, city: str, body: LookUpIn) -> dict[str, Any]:
    """Find the bearer of a NIK. Finding and not finding are both written to the log of looks."""
    place = _within(request, city)
    look = _look(request, body)
    return {"person": looked_up(find_by_nik, body.nik, look=look, city=place)}


@router.post("/{city}/people/{person_id}", response=PersonOut,
             auth=token_or_session("people:read"), operation_id="people_open",
             summary="Open a resident's record for a purpose")  # fmt: skip
def open_record(request: HttpRequest, city: str, person_id: UUID, body: PurposeIn) -> Any:
    """The record with hidden numbers. The resident sees who looked, why and from where."""
    place = _within(request, city)
    look = _look(request, body)
    allow_opening(look, place)
    return open_person(person_id, look=look)


@router.get("/me", response=PersonOut, auth=PersonAuth(), operation_id="people_me",
            summary="One's own record")  # fmt: skip
def my_record(request: HttpRequest) -> Any:
    """The record of the signed-in resident."""
    return open_person(_me(request), look=_own(request), own=True)


@router.get("/me/looks", response=LooksOut, auth=PersonAuth(), operation_id="people_my_looks",
            summary="Who looked at one's own record")  # fmt: skip
def my_looks(request: HttpRequest, query: Query[LooksQuery]) -> dict[str, Any]:
    """Who looked, in which office, why, when and from where."""
    rows = list(accesses_of(_me(request))[query.skip : query.skip + query.limit + 1])
    return {"looks": rows[: query.limit], "more": len(rows) > query.limit}


@router.get("/me/export", response=dict[str, Any], auth=PersonAuth(),
            operation_id="people_my_export", summary="Everything about oneself")  # fmt: skip
def my_export(request: HttpRequest) -> dict[str, Any]:
    """Record, looks, consents and requests, for another program (UU 27/2022 art. 13)."""
    return everything_of(_me(request), look=_own(request))


@router.get("/me/consents", response=list[ConsentOut], auth=PersonAuth(),
            operation_id="people_my_consents", summary="One's own consents")  # fmt: skip
def my_consents(request: HttpRequest) -> list[dict[str, Any]]:
    """Each consent the city asks for, and one's newest word on it."""
    return _consents(_me(request))


@router.put("/me/consents/{purpose}", response=list[ConsentOut], auth=PersonAuth(),
            operation_id="people_say_on_consent", summary="Give or withdraw a consent")  # fmt: skip
def put_consent(request: HttpRequest, purpose: str, body: ConsentIn) -> list[dict[str, Any]]:
    """Give or withdraw one; the same word again changes nothing."""
    person = _me(request)
    say_on_consent(person, purpose, granted=body.granted, text_version=body.text_version,
                   origin=origin_of(request, "api"))  # fmt: skip
    return _consents(person)


def _within(request: HttpRequest, slug: str) -> City:
    # A session's rows reach over every city of its roles: this call is about one.
    city = city_by_slug(slug)
    principal_of(request).require("people.open_record", city)
    now = opened()
    kept = tuple(code for each in now.regions if (code := _common(each, city.region_code)))
    row_security.name(row_security.Rows(kept, now.person))
    return city


def _common(code: str, whole: str) -> str:
    """The narrower of two regions of which one lies in the other; empty where neither does."""
    if code == EVERYWHERE or f"{whole}.".startswith(f"{code}."):
        return whole
    return code if code.startswith(f"{whole}.") else ""


def _look(request: HttpRequest, body: PurposeIn) -> Look:
    return Look(principal_of(request).user, Purpose(body.purpose, body.reason),
                origin_of(request, "api"))  # fmt: skip


def _own(request: HttpRequest) -> Look:
    return Look(principal_of(request).user, OWN, origin_of(request, "api"))


def _me(request: HttpRequest) -> UUID:
    person = person_of(principal_of(request).user)
    if person is None:
        raise MissingError("No record", detail="This account is joined to no resident's record.")
    return person


def _consents(person: UUID) -> list[dict[str, Any]]:
    return [
        {"purpose": state.spec.purpose, "title": dict(state.spec.title),
         "text": dict(state.spec.text), "text_version": state.spec.version,
         "granted": state.granted, "granted_version": state.text_version, "at": state.at}
        for state in consents_of(person)
    ]  # fmt: skip
