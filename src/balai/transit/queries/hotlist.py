"""The list of cards that validators refuse: whole, or what changed since a version."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max

from balai.kernel.keys import city_key
from balai.kernel.problems import Fault, ProblemError
from balai.transit.engine.hotlist import Change, Delta, delta, digest, listed_at, signed_text
from balai.transit.models import HotlistChange

PURPOSE = "hotlist"
LISTED = """
SELECT reference FROM (
    SELECT DISTINCT ON (reference) reference, listed FROM transit_hotlistchange
     WHERE city = %s AND version <= %s ORDER BY reference, version DESC
) AS last WHERE listed
"""


@dataclass(frozen=True, slots=True)
class HotlistFile:
    """A delta as validators get it. `digest` is that of the whole list at `version`, `count` its
    length; `signature` (base64, ES256 by `key_id`) is over `engine.hotlist.signed_text`.
    """

    city: str
    since: int
    version: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    count: int
    digest: str
    key_id: str
    signature: str


def version_of(city: str) -> int:
    """The list's version now; 0 before the first change."""
    found = HotlistChange.objects.filter(city=city).aggregate(last=Max("version"))["last"]
    return int(found or 0)


def listed_now(city: str, references: Iterable[str]) -> frozenset[str]:
    """Those of the cards that are on the list now."""
    rows = HotlistChange.objects.filter(city=city, reference__in=list(references))
    changes = (Change(*row) for row in rows.values_list("version", "reference", "listed"))
    return listed_at(changes, version_of(city))


def hotlist_file(city: str, since: int, version: int | None = None) -> HotlistFile:
    """What changed from `since` to `version` (the newest where none is named); the whole list
    from 0. ProblemError where the list has no such version.
    """
    last = version_of(city)
    wanted = last if version is None else version
    if not 0 <= since <= wanted <= last:
        raise ProblemError(
            "The list has no such version", status=400, kind="hotlist-version",
            faults=(Fault(field="since", value=str(since), problem="is not a version so far",
                          remedy=f"Ask from 0 to {last}; 0 gives the whole list"),),
        )  # fmt: skip
    changed = _delta(city, since, wanted)
    whole = _listed(city, wanted) if since else frozenset(changed.added)
    of_list = digest(whole)
    key = city_key(city, PURPOSE)
    signature = key.sign(signed_text(city, changed, of_list))
    return HotlistFile(
        city,
        since,
        wanted,
        changed.added,
        changed.removed,
        len(whole),
        of_list,
        key.key_id,
        base64.b64encode(signature).decode(),
    )


def _delta(city: str, since: int, version: int) -> Delta:
    if since == 0:
        return Delta(0, version, tuple(sorted(_listed(city, version))), ())
    touched = HotlistChange.objects.filter(city=city, version__gt=since, version__lte=version)
    rows = HotlistChange.objects.filter(
        city=city, version__lte=version, reference__in=touched.values("reference")
    ).values_list("version", "reference", "listed")
    return delta((Change(*row) for row in rows), since, version)


def _listed(city: str, version: int) -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(LISTED, [city, version])
        return frozenset(row[0] for row in cursor.fetchall())
