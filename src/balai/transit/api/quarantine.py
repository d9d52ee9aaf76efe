"""Quarantine over the API: what waits, released, rejected, opened again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.judge_quarantine import (
    MOST,
    Correction,
    Judged,
    reject,
    release,
    undo,
)
from balai.transit.queries.quarantine import Wanted, quarantined_of

router = Router()
SCOPE = token_or_session("transit:quarantine")
PAGE = 200
LARGEST = 2**63 - 1


class HeldOut(Schema):
    """An entry of quarantine. `kind` is the reason in one word; `evidence` what speaks against
    the tap; `held` whether it can be released.
    """

    id: int
    received_at: datetime
    kind: str
    state: str
    held: bool
    validator: str
    sequence: int | None
    field: str
    value: str
    problem: str
    remedy: str
    evidence: dict[str, Any]
    decision: str
    decided_by: str


class HeldPage(Schema):
    """Entries, latest first. `next` is the `before` of the next page; null on the last."""

    entries: list[HeldOut]
    next: int | None


class JudgeIn(Schema):
    """Which entries, and why."""

    entries: list[int] = Field(min_length=1, max_length=MOST)
    reason: str = Field(min_length=1, max_length=300)


class ReleaseIn(JudgeIn):
    """And what is put right: how many seconds the clock was ahead, the stop, the route."""

    seconds_ahead: int = Field(0, ge=-(10**9), le=10**9)
    stop_id: str = Field("", max_length=255)
    route_id: str = Field("", max_length=255)


class NotJudged(Schema):
    """An entry that was not decided, and why."""

    entry: int
    problem: str


class JudgedOut(Schema):
    """How many entries were decided, and those that were not."""

    decided: int
    refused: list[NotJudged]


@router.get("/{city}/quarantine", auth=SCOPE, response=HeldPage, summary="What waits in quarantine")
def list_quarantine(
    request: HttpRequest, city: str,
    kind: str = Query("", max_length=20), validator: str = Query("", max_length=60),
    state: Literal["", "open", "released", "rejected", "resolved"] = "open",
    before: int | None = Query(None, ge=1, le=LARGEST),
) -> Any:  # fmt: skip
    """A page of entries, those with the largest id first; `before` goes on from a page's `next`."""
    _require(request, city)
    wanted = Wanted(kind.replace("\x00", ""), state, validator.replace("\x00", ""))
    rows = quarantined_of(city, wanted).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    more = len(found) > PAGE
    return {"entries": found[:PAGE], "next": found[PAGE - 1].pk if more else None}


@router.post("/{city}/quarantine/release", auth=SCOPE, response=JudgedOut, summary="Release taps")
@once_per_key("transit.quarantine")
def release_taps(request: HttpRequest, city: str, body: ReleaseIn) -> Any:
    """Let taps count, as they were sent or put right; journeys are priced anew a moment later."""
    _require(request, city)
    right = Correction(body.seconds_ahead, _text(body.stop_id), _text(body.route_id))
    return _told(
        release(city, _ids(body), origin=origin_of(request, "api"), reason=_text(body.reason),
                correction=right)
    )  # fmt: skip


@router.post("/{city}/quarantine/reject", auth=SCOPE, response=JudgedOut, summary="Reject taps")
@once_per_key("transit.quarantine")
def reject_taps(request: HttpRequest, city: str, body: JudgeIn) -> Any:
    """Decide that taps never count."""
    _require(request, city)
    origin = origin_of(request, "api")
    return _told(reject(city, _ids(body), origin=origin, reason=_text(body.reason)))


@router.post(
    "/{city}/quarantine/reopen", auth=SCOPE, response=JudgedOut, summary="Take decisions back"
)
@once_per_key("transit.quarantine")
def reopen_taps(request: HttpRequest, city: str, body: JudgeIn) -> Any:
    """Open entries again; what was let in does not count until it is decided."""
    _require(request, city)
    origin = origin_of(request, "api")
    return _told(undo(city, _ids(body), origin=origin, reason=_text(body.reason)))


def _require(request: HttpRequest, city: str) -> None:
    principal_of(request).require("transit.judge_taps", city_by_slug(city).region_code)


def _ids(body: JudgeIn) -> list[int]:
    """The entries that can be ids; others are told as unknown by any id that none has."""
    return [each if 0 < each <= LARGEST else 0 for each in body.entries]


def _text(text: str) -> str:
    return text.replace("\x00", "")


def _told(done: Judged) -> dict[str, Any]:
    return {
        "decided": done.done,
        "refused": [{"entry": fault.row or 0, "problem": fault.problem} for fault in done.faults],
    }
