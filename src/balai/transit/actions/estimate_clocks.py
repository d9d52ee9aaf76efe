"""Estimating validators' clocks from when their uploads came in."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import BigIntegerField, Max
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from balai.transit.engine.taps import clocks
from balai.transit.models import Quarantined, Validator
from balai.transit.queries.acceptance import acceptance_on

LOOKED_BACK = timedelta(days=2)
UPLOADS = """
SELECT validator.code, max(tap.received_at),
       extract(epoch FROM min(tap.received_at) - max(tap.at))
  FROM transit_tap AS tap
  JOIN transit_validator AS validator ON validator.id = tap.validator_id
 WHERE tap.city = %(city)s AND tap.received_at >= %(since)s AND tap.received_at <= %(now)s
 GROUP BY validator.code, tap.batch_id
"""


def estimate_clocks(city: str, *, now: datetime | None = None) -> int:
    """Estimate how far each validator's clock is off, from the uploads of the last two days.

    Taps held because of their clock count too: it is of those that the estimate matters most.
    Validators that sent nothing keep what was known. Returns how many were estimated.
    """
    moment = now or timezone.now()
    asked = acceptance_on(city, moment.date())
    delays, seen = _delays(city, moment - LOOKED_BACK, moment)
    found = clocks(delays, most_spread=asked.drift_spread_seconds)
    with transaction.atomic():
        rows = list(Validator.objects.filter(city=city, code__in=list(found)).order_by("code"))
        for row in rows:
            clock = found[row.code]
            row.drift_seconds, row.drift_spread = clock.ahead, clock.spread
            row.drift_uploads, row.drift_at = clock.uploads, moment
            row.last_seen_at = max(filter(None, (row.last_seen_at, seen[row.code])))
        names = ("drift_seconds", "drift_spread", "drift_uploads", "drift_at", "last_seen_at")
        Validator.objects.bulk_update(rows, names, batch_size=1000)
    return len(rows)


def _delays(
    city: str, since: datetime, now: datetime
) -> tuple[dict[str, list[float]], dict[str, datetime]]:
    delays: dict[str, list[float]] = defaultdict(list)
    seen: dict[str, datetime] = {}
    with connection.cursor() as cursor:
        cursor.execute(UPLOADS, {"city": city, "since": since, "now": now})
        for code, received_at, delay in cursor.fetchall():
            delays[code].append(float(delay))
            seen[code] = max(seen.get(code, received_at), received_at)
    held = Quarantined.objects.filter(
        city=city, received_at__gte=since, received_at__lte=now,
        kind__in=(Quarantined.Kind.CLOCK_AHEAD, Quarantined.Kind.CLOCK_DRIFT),
    ).values("validator", "batch_id")  # fmt: skip
    second = Cast(KeyTextTransform("at", "content"), BigIntegerField())
    for row in held.annotate(received=Max("received_at"), newest=Max(second)):
        code, received_at = row["validator"], row["received"]
        delays[code].append(received_at.timestamp() - float(row["newest"]))
        seen[code] = max(seen.get(code, received_at), received_at)
    return delays, seen
