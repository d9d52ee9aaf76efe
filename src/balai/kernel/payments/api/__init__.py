"""The room's API: ways to pay asked for, payments read, statements sent in, and SNAP BI."""

from ninja import Router

from balai.kernel.payments import rules  # noqa: F401 - its scopes must be known first
from balai.kernel.payments.api import snap, v1

router = Router()
router.add_router("", v1.router)
router.add_router("", snap.router)

__all__ = ["router"]
