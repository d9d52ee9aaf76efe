"""Browsers that take web push."""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

from balai.kernel.access.models import User
from balai.kernel.keys import blind_index
from balai.kernel.notices import sealed
from balai.kernel.notices.channels.webpush import endpoint_fault
from balai.kernel.notices.models import Subscription
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.row_security import EVERYWHERE, rows_of

MOST = 10
"""Browsers of one reader: the oldest gives way."""


def subscribe(
    account: User, reader: UUID, *, endpoint: str, p256dh: str, auth: str,
    region_code: str = "", label: str = "",
) -> UUID:  # fmt: skip
    """Keep a browser's subscription (W3C Push API); the same one again keeps its newest keys.

    ProblemError where its address is no push service's, or its keys are none.
    """
    _check(endpoint, p256dh, auth)
    index = blind_index(sealed.ENDPOINT, endpoint)
    # Another reader may have used this browser before: it is one browser's own address.
    with rows_of(EVERYWHERE):
        Subscription.objects.filter(endpoint_index=index).delete()
        number = sealed.new_id()
        told = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
        Subscription.objects.create(
            id=number, reader=reader, account=account, endpoint_index=index, label=label[:100],
            region_code=region_code, sealed=sealed.seal(sealed.ENDPOINT, told, number),
        )  # fmt: skip
        kept = Subscription.objects.filter(reader=reader).order_by("-created_at", "-id")
        old = list(kept.values_list("pk", flat=True)[MOST:])
        Subscription.objects.filter(pk__in=old).delete()
    return number


def unsubscribe(reader: UUID, *, endpoint: str = "", number: UUID | None = None) -> int:
    """Forget a browser of the reader, by its address or number; returns how many were forgotten."""
    with rows_of(person=reader):
        rows = Subscription.objects.filter(reader=reader)
        if number is not None:
            rows = rows.filter(pk=number)
        else:
            rows = rows.filter(endpoint_index=blind_index(sealed.ENDPOINT, endpoint))
        return rows.delete()[0]


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    faults = []
    if fault := endpoint_fault(endpoint):
        faults.append(Fault(field="endpoint", problem=fault))
    # RFC 8291, 3.1 and 3.2: a point of P-256, uncompressed, and 16 octets.
    if len(point := _decoded(p256dh)) != 65 or point[0] != 4 or not _on_curve(point):
        faults.append(Fault(field="p256dh", problem="is no point of P-256"))
    if len(_decoded(auth)) != 16:
        faults.append(Fault(field="auth", problem="is not 16 octets"))
    if faults:
        raise ProblemError("The browser's subscription cannot be kept", faults=tuple(faults))


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""


def _on_curve(point: bytes) -> bool:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        return False
    return True
