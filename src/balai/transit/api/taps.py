"""Taps in."""

from __future__ import annotations

import json
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Header, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.price_received import price_received
from balai.transit.actions.receive_taps import MOST_ROWS, Receipt, RowResult, receive_taps
from balai.transit.api.tap_bodies import ARROW, JSON, LINES, is_compact, taps_of

router = Router()
TAP = {
    "validator": "BRT-0107", "sequence": 48213, "card": "6032981100001234",
    "at": "2026-11-23T07:43:10+07:00", "direction": "in", "mode": "brt", "route_id": "1",
    "stop_id": "hi",
}  # fmt: skip
ABOUT = (
    f"1 to {MOST_ROWS} objects: validator and sequence (the tap's identity), card, at (ISO 8601"
    " with offset), direction in|out, mode (brt, bus, angkot, mikrotrans, mrt, lrt, rail,"
    " royaltrans), and if known route_id, stop_id, km (on out). Each is judged by itself: bad ones"
    " are reported, good ones taken."
)
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "title": "TapsIn",
                    "required": ["taps"],
                    "properties": {"taps": {"type": "array", "items": {}, "description": ABOUT}},
                    "example": {"taps": [TAP, {**TAP, "sequence": 48214, "direction": "out"}]},
                }
            },
            LINES: {"schema": {"type": "string", "description": "One such object a line."}},
            ARROW: {
                "schema": {
                    "type": "string",
                    "format": "binary",
                    "description": "An Arrow IPC stream of plain columns of these names; `at` is"
                    " a timestamp in UTC. Uncompressed, without dictionaries.",
                }
            },
        },
    }
}


class TapResult(Schema):
    """What became of one row (1 is the first). `reason` says in one word why it was rejected:
    invalid, conflict, clock-ahead, clock-drift, unknown-card or unknown-stop. All but the first
    two are kept in quarantine and need not be sent again.
    """

    row: int
    outcome: Literal["accepted", "duplicate", "rejected"]
    field: str = ""
    problem: str = ""
    remedy: str = ""
    reason: str = ""


class TapsOut(Schema):
    """The answer to a batch. `repeated`: the same request came before and got this answer."""

    batch: UUID
    accepted: int
    duplicates: int
    rejected: int
    repeated: bool
    results: list[TapResult] = Field(
        description="Every row; after a compact body, or with results=others, only those that were"
        " not accepted."
    )


@router.post(
    "/{city}/taps", auth=token_or_session("transit:taps"), response=TapsOut, summary="Send taps",
    openapi_extra=BODY,
)  # fmt: skip
def post_taps(
    request: HttpRequest, city: str,
    idempotency_key: str = Header(
        ..., alias="Idempotency-Key", max_length=100, min_length=1
    ),
    price: Literal["auto", "now", "later"] = Query(
        "auto", description="When what the batch completes is priced: before the answer, or by a"
        " job a moment later. auto: a small batch before the answer.",
    ),
    results: Literal["auto", "all", "others"] = Query(
        "auto", description="Which rows the answer tells of: all, or those not accepted."
    ),
) -> Any:  # fmt: skip
    """Take in taps, in any order and any number of times, and price what they complete.

    The answer is sent when the taps are on disk. Taps that cannot be priced yet, because no tariff
    is in force on their day for example, are taken all the same.
    """
    found = city_by_slug(city)
    principal = principal_of(request)
    principal.require("transit.post_taps", found.region_code)
    receipt = receive_taps(
        city, taps_of(request), place=found.region_code, sender=principal.user.get_username(),
        key=idempotency_key,
    )  # fmt: skip
    if not receipt.repeated:
        price_received(city, receipt, when=price)
    every = results == "all" or (results == "auto" and not is_compact(request))
    return HttpResponse(_answer(receipt, every=every), content_type="application/json")


def _answer(receipt: Receipt, *, every: bool) -> str:
    """The answer as JSON. Written by hand: thousands of rows that say the same cost more to
    check against their schema than to take in.
    """
    rows = receipt.rows if every else receipt.others
    head = {
        "batch": str(receipt.batch),
        "accepted": receipt.count("accepted"),
        "duplicates": receipt.count("duplicate"),
        "rejected": receipt.count("rejected"),
        "repeated": receipt.repeated,
    }
    return f'{json.dumps(head)[:-1]}, "results": [{", ".join(map(_row, rows))}]}}'


def _row(row: RowResult) -> str:
    if row.fault is None:
        return (
            f'{{"row": {row.row}, "outcome": "{row.outcome}", "field": "", "problem": "",'
            ' "remedy": "", "reason": ""}'
        )
    told = {
        "row": row.row, "outcome": row.outcome, "field": row.fault.field,
        "problem": row.fault.problem, "remedy": row.fault.remedy, "reason": row.reason,
    }  # fmt: skip
    return json.dumps(told)
