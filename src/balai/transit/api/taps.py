"""Taps in."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import MOST_ROWS, Receipt, receive_taps

router = Router()
TAP = {
    "validator": "BRT-0107", "sequence": 48213, "card": "6032981100001234",
    "at": "2026-11-23T07:43:10+07:00", "direction": "in", "mode": "brt", "route_id": "1",
    "stop_id": "hi",
}  # fmt: skip


class TapsIn(Schema):
    """A batch of taps. Each is judged by itself: bad ones are reported, good ones taken."""

    taps: list[Any] = Field(
        description=f"1 to {MOST_ROWS} objects: validator and sequence (the tap's identity), card,"
        " at (ISO 8601 with offset), direction in|out, mode (brt, bus, angkot, mikrotrans, mrt,"
        " lrt, rail, royaltrans), and if known route_id, stop_id, km (on out).",
        examples=[[TAP, {**TAP, "sequence": 48214, "direction": "out", "km": 2.0}]],
    )


class TapResult(Schema):
    """What became of one row (1 is the first)."""

    row: int
    outcome: Literal["accepted", "duplicate", "rejected"]
    field: str = ""
    problem: str = ""
    remedy: str = ""


class TapsOut(Schema):
    """The answer to a batch. `repeated`: the same request came before and got this answer."""

    batch: UUID
    accepted: int
    duplicates: int
    rejected: int
    repeated: bool
    results: list[TapResult]


@router.post(
    "/{city}/taps", auth=token_or_session("transit:taps"), response=TapsOut, summary="Send taps"
)
def post_taps(
    request: HttpRequest, city: str, body: TapsIn,
    idempotency_key: str = Header(
        ..., alias="Idempotency-Key", max_length=100, min_length=1
    ),
) -> TapsOut:  # fmt: skip
    """Take in taps, in any order and any number of times, and price what they complete."""
    found = city_by_slug(city)
    principal = principal_of(request)
    principal.require("transit.post_taps", found.region_code)
    receipt = receive_taps(
        city, body.taps, place=found.region_code, sender=principal.user.get_username(),
        key=idempotency_key,
    )  # fmt: skip
    if not receipt.repeated:
        price_pending(city)
    return _taps_out(receipt)


def _taps_out(receipt: Receipt) -> TapsOut:
    return TapsOut(
        batch=receipt.batch,
        accepted=receipt.count("accepted"),
        duplicates=receipt.count("duplicate"),
        rejected=receipt.count("rejected"),
        repeated=receipt.repeated,
        results=[
            TapResult(
                row=row.row,
                outcome=row.outcome,
                field=row.fault.field if row.fault else "",
                problem=row.fault.problem if row.fault else "",
                remedy=row.fault.remedy if row.fault else "",
            )
            for row in receipt.rows
        ],
    )
