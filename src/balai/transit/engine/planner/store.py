"""Timetables kept on disk, so that a fresh process need not read the feed again."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from .timetable import Timetable

FORMAT = 2  # raise whenever what the arrays mean changes
WORDS = ("stop_ids", "stop_names", "route_ids", "route_names", "trip_ids")
SAID = "said"


def fingerprint(source: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def cache_name(feed_fingerprint: str, on: date, **parameters: float) -> str:
    """File name of a timetable: it changes with the feed, date, parameters and format."""
    told = json.dumps([FORMAT, feed_fingerprint, on.isoformat(), sorted(parameters.items())])
    return f"timetable-{on:%Y%m%d}-{hashlib.sha256(told.encode()).hexdigest()[:20]}.npz"


def save_timetable(timetable: Timetable, path: Path) -> None:
    """Write a timetable whole or not at all."""
    said: dict[str, Any] = {"on": timetable.on.isoformat(), "zone": timetable.zone}
    said |= {name: list(getattr(timetable, name)) for name in WORDS}
    arrays = {name: getattr(timetable, name) for name in _array_names()}
    arrays[SAID] = np.frombuffer(json.dumps(said).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **arrays)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def read_timetable(path: Path) -> Timetable | None:
    """Read what `save_timetable` wrote; None where the file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            said: dict[str, Any] = json.loads(kept[SAID].tobytes())
            arrays: dict[str, Any] = {name: kept[name] for name in _array_names()}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    told: dict[str, Any] = {name: tuple(said[name]) for name in WORDS}
    return Timetable(on=date.fromisoformat(said["on"]), zone=said["zone"], **told, **arrays)


def stored_timetable(source: Path | Mapping[str, Path], on: date, folder: Path) -> Timetable:
    """Timetable of a feed's zip, or of several by name, from `folder` or built and put there.

    A folder that cannot be written to costs the next process its head start, nothing else.
    Raises what `read_feed`, `join_feeds` and `build_timetable` raise.
    """
    if isinstance(source, Path):
        print_of = fingerprint(source)
    else:
        print_of = json.dumps([[name, fingerprint(path)] for name, path in source.items()])
    path = folder / cache_name(print_of, on)
    timetable = read_timetable(path)
    if timetable is None:
        timetable = _built(source, on)
        try:
            save_timetable(timetable, path)
        except OSError:
            return timetable
    return timetable


def _built(source: Path | Mapping[str, Path], on: date) -> Timetable:
    from balai.transit.engine.gtfs import read_feed

    from .building import build_timetable
    from .joining import join_feeds

    if isinstance(source, Path):
        return build_timetable(read_feed(source), on)
    return build_timetable(
        join_feeds([(name, read_feed(path)) for name, path in source.items()]), on
    )


def _array_names() -> list[str]:
    told = {"on", "zone", *WORDS}
    return [field.name for field in fields(Timetable) if field.name not in told]
