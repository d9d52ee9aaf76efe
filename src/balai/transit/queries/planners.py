"""Planners kept warm in this process, over timetables kept on disk."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection

from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import Planner, Timetable, read_timetable, save_timetable
from balai.transit.engine.planner.store import cache_name
from balai.transit.models import FeedVersion
from balai.transit.queries.feed import feed_archive

log = logging.getLogger(__name__)
MOST_TIMETABLES = 6
PATIENCE_SECONDS = 4.0
"""How long a page waits for a timetable before it says that one is being prepared."""


@dataclass(slots=True)
class _Slot:
    """A timetable being prepared, or ready, or failed, with its planners by tariff."""

    done: threading.Event = field(default_factory=threading.Event)
    timetable: Timetable | None = None
    error: Exception | None = None
    planners: dict[int, Planner] = field(default_factory=dict)


_slots: OrderedDict[tuple[str, date], _Slot] = OrderedDict()
_lock = threading.Lock()


def planner(
    version: FeedVersion, on: date, tariff: Tariff, *, patience: float = PATIENCE_SECONDS
) -> Planner | None:
    """The planner of a feed for a day under a tariff, or None while it is being prepared.

    Raises `OutsideCalendarError` where the feed says nothing about the day.
    """
    slot = prepare(version, on)
    if not slot.done.wait(patience):
        return None
    if slot.error:
        with _lock:
            _slots.pop((version.sha256, on), None)
        raise slot.error
    assert slot.timetable is not None
    with _lock:
        # Equal tariffs are one object (`queries.tariffs.tariff_on`), kept for good by its cache.
        key = id(tariff)
        if key not in slot.planners:
            slot.planners[key] = Planner(slot.timetable, tariff)
        return slot.planners[key]


def prepare(version: FeedVersion, on: date) -> _Slot:
    """Begin to prepare a day's timetable, once; ready ones stay for the next question."""
    key = (version.sha256, on)
    with _lock:
        if slot := _slots.get(key):
            _slots.move_to_end(key)
            return slot
        slot = _slots[key] = _Slot()
        while len(_slots) > MOST_TIMETABLES:
            _slots.popitem(last=False)
    path = cache_folder() / cache_name(version.sha256, on)
    # Read here, for the thread has a connection of its own.
    content = b"" if path.exists() else feed_archive(version)
    threading.Thread(
        target=_fill, args=(slot, path, version, on, content), daemon=True, name="timetable"
    ).start()
    return slot


def cache_folder() -> Path:
    """Where timetables are kept: `cache/timetables` under the installation's home."""
    return Path(settings.MEDIA_ROOT).parent / "cache" / "timetables"


def forget() -> None:
    """Drop what this process keeps; for tests and after a change of reader."""
    with _lock:
        _slots.clear()


def _fill(slot: _Slot, path: Path, version: FeedVersion, on: date, content: bytes) -> None:
    try:
        kept = None if content else read_timetable(path)
        slot.timetable = kept or _build(path, on, content or _archive(version))
    except Exception as error:  # noqa: BLE001 - told to whoever waits for the slot
        slot.error = error
    finally:
        slot.done.set()


def _archive(version: FeedVersion) -> bytes:
    """The feed's zip, by a connection that this thread leaves closed."""
    try:
        return feed_archive(version)
    finally:
        connection.close()


def _build(path: Path, on: date, content: bytes) -> Timetable:
    import io

    from balai.transit.engine.gtfs import read_feed
    from balai.transit.engine.planner import build_timetable

    timetable = build_timetable(read_feed(io.BytesIO(content)), on)
    try:
        save_timetable(timetable, path)
    except OSError:
        log.warning("the timetable of %s is not kept in %s", on, path.parent, exc_info=True)
    return timetable
