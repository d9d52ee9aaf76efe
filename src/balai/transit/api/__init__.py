"""The programme's API under `/api/v1/transit/`: one module a matter, each with its router."""

from __future__ import annotations

from ninja import Router

from balai.transit import rules  # noqa: F401 - its scopes must be known before they are asked for
from balai.transit.api import (
    bank_accounts,
    boards,
    card_claims,
    card_desk,
    cards,
    feeds,
    hotlist,
    journeys,
    payouts,
    planning,
    quarantine,
    realtime,
    settlement,
    simulation,
    taps,
    tariffs,
)

router = Router()
for part in (taps, quarantine, journeys, feeds, tariffs, planning, boards, realtime):
    router.add_router("", part.router)
for part in (hotlist, cards, card_claims, card_desk):
    router.add_router("", part.router)
router.add_router("", settlement.router)
router.add_router("", bank_accounts.router)
router.add_router("", payouts.router)
router.add_router("", simulation.router)
