"""Where a city's real-time reports come from: set up, changed, paused."""

from __future__ import annotations

from django.db import transaction

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.keys import seal
from balai.kernel.problems import Fault, ProblemError
from balai.transit.actions.fetch_realtime import SEALED_FOR, FetchError, check_address
from balai.transit.models import RealtimeSource


def put_source(
    city: str, name: str, *, feed: str, url: str = "", header_name: str = "", secret: str = "",
    poll_s: int = 30, stale_s: int = 180, active: bool = True, generated: bool = False,
    origin: Origin | None = None,
) -> RealtimeSource:  # fmt: skip
    """Set up a source, or change the one of that name; without a `url` it is posted to us.

    `secret` is sent to the publisher in the header `header_name`; empty keeps the one there is.
    Raises ProblemError where the address cannot be asked.
    """
    if url:
        try:
            check_address(url)
        except FetchError as error:
            fault = Fault(field="url", value=url, problem=str(error),
                          remedy="Write the whole address, without a user's name")  # fmt: skip
            raise ProblemError("The source was not kept", faults=(fault,)) from error
    told = {"feed": feed, "url": url, "header_name": header_name, "poll_s": poll_s,
            "stale_s": stale_s, "active": active, "generated": generated}  # fmt: skip
    with transaction.atomic():
        source, _ = RealtimeSource.objects.update_or_create(city=city, name=name, defaults=told)
        if secret:
            source.header_secret = seal(SEALED_FOR, secret, about=str(source.pk))
            source.save(update_fields=["header_secret"])
        if origin:
            record("transit.realtime-source", origin, subject=f"{city}/{name}", feed=feed,
                   active=active)  # fmt: skip
    return source
