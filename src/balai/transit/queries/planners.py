"""Planners kept warm in this process, over timetables kept on disk."""

from __future__ import annotations

import io
import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection

from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import Planner, Timetable, read_timetable, save_timetable
from balai.transit.engine.planner.store import cache_name
from balai.transit.queries.feed import feed_archive
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.realtime import Live

log = logging.getLogger(__name__)
MOST_TIMETABLES = 6
MOST_TARIFFS = 12
"""Tariffs of one timetable whose planners are kept warm."""
PATIENCE_SECONDS = 4.0
"""How long a page waits for a timetable before it says that one is being prepared."""
Contents = Sequence[tuple[str, bytes]]
Planners = dict[int, tuple[Tariff, Planner]]


@dataclass(slots=True)
class _Slot:
    """A timetable being prepared, or ready, or failed, with its planners by tariff.

    `told` is the real time that `patched` was made of; planners over it are kept until it
    changes.
    """

    done: threading.Event = field(default_factory=threading.Event)
    timetable: Timetable | None = None
    error: Exception | None = None
    planners: Planners = field(default_factory=dict)
    told: tuple[int, ...] = ()
    patched: Timetable | None = None
    running: Planners = field(default_factory=dict)


_slots: OrderedDict[tuple[str, date], _Slot] = OrderedDict()
_lock = threading.Lock()


def planner(
    network: CityNetwork, on: date, tariff: Tariff, *, live: Live | None = None,
    patience: float = PATIENCE_SECONDS,
) -> Planner | None:  # fmt: skip
    """The planner of a network for a day under a tariff, or None while it is being prepared.

    With `live`, over the timetable as it runs now. Raises `OutsideCalendarError` where the
    network says nothing about the day.
    """
    slot = prepare(network, on)
    if not slot.done.wait(patience):
        return None
    if slot.error:
        with _lock:
            _slots.pop((network.fingerprint, on), None)
        raise slot.error
    assert slot.timetable is not None
    with _lock:
        # Equal tariffs are one object (`queries.tariffs.tariff_on`), kept here with its planner
        # so that no other gets its id.
        key = id(tariff)
        if live is not None and live.runs:
            kept, table = _running(slot, live)
        else:
            kept, table = slot.planners, slot.timetable
        if key not in kept:
            while len(kept) >= MOST_TARIFFS:
                kept.pop(next(iter(kept)))
            kept[key] = tariff, Planner(table, tariff.on_weekday(on.weekday()))
        return kept[key][1]


def _running(slot: _Slot, live: Live) -> tuple[Planners, Timetable]:
    """Planners over the timetable as it runs, and that timetable; made anew with fresh news."""
    assert slot.timetable is not None
    if slot.told != live.told or slot.patched is None:
        from balai.transit.engine.realtime.laying import trip_delays

        delays = trip_delays(live.runs.values(), slot.timetable)
        slot.patched, slot.running = slot.timetable.with_delays(delays), {}
        slot.told = live.told
    return slot.running, slot.patched


def prepare(network: CityNetwork, on: date) -> _Slot:
    """Begin to prepare a day's timetable, once; ready ones stay for the next question."""
    key = (network.fingerprint, on)
    with _lock:
        if slot := _slots.get(key):
            _slots.move_to_end(key)
            return slot
        slot = _slots[key] = _Slot()
        while len(_slots) > MOST_TIMETABLES:
            _slots.popitem(last=False)
    path = cache_folder() / cache_name(network.fingerprint, on)
    # Read here, for the thread has a connection of its own.
    contents = () if path.exists() else _archives(network)
    threading.Thread(
        target=_fill, args=(slot, path, network, on, contents), daemon=True, name="timetable"
    ).start()
    return slot


def cache_folder() -> Path:
    """Where timetables are kept: `cache/timetables` under the installation's home."""
    return Path(settings.MEDIA_ROOT).parent / "cache" / "timetables"


def forget() -> None:
    """Drop what this process keeps; for tests and after a change of reader."""
    with _lock:
        _slots.clear()


def _archives(network: CityNetwork) -> Contents:
    return [(each.name, feed_archive(each)) for each in network.versions]


def _fill(slot: _Slot, path: Path, network: CityNetwork, on: date, contents: Contents) -> None:
    try:
        kept = None if contents else read_timetable(path)
        slot.timetable = kept or _build(path, on, contents or _closing(network))
    except Exception as error:  # noqa: BLE001 - told to whoever waits for the slot
        slot.error = error
    finally:
        slot.done.set()


def _closing(network: CityNetwork) -> Contents:
    """The feeds' zips, by a connection that this thread leaves closed."""
    try:
        return _archives(network)
    finally:
        connection.close()


def _build(path: Path, on: date, contents: Contents) -> Timetable:
    from balai.transit.engine.gtfs import read_feed
    from balai.transit.engine.planner import build_timetable
    from balai.transit.engine.planner.joining import join_feeds

    feeds = [(name, read_feed(io.BytesIO(content))) for name, content in contents]
    joined = join_feeds(feeds) if len(feeds) > 1 else feeds[0][1]
    timetable = build_timetable(joined, on)
    try:
        save_timetable(timetable, path)
    except OSError:
        log.warning("the timetable of %s is not kept in %s", on, path.parent, exc_info=True)
    return timetable
