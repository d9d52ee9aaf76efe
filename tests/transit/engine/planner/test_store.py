"""Timetables kept on disk."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from balai.transit.engine.planner import build_timetable, read_timetable, save_timetable
from balai.transit.engine.planner.store import cache_name, stored_timetable
from transit.engine.planner.networks import ON, random_feed


def equal(one, other):
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(one)
    )


def test_a_timetable_comes_back_as_it_went(tmp_path):
    timetable = build_timetable(random_feed(1, ("bus",)), ON)
    save_timetable(timetable, tmp_path / "deep" / "t.npz")
    again = read_timetable(tmp_path / "deep" / "t.npz")
    assert again is not None
    assert equal(timetable, again)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["t.npz"]


def test_what_is_missing_or_damaged_is_as_good_as_not_there(tmp_path):
    assert read_timetable(tmp_path / "none.npz") is None
    whole = tmp_path / "t.npz"
    save_timetable(build_timetable(random_feed(1, ("bus",)), ON), whole)
    for damaged in (b"", b"not a zip", whole.read_bytes()[:200]):
        whole.write_bytes(damaged)
        assert read_timetable(whole) is None


def test_the_name_changes_with_feed_date_and_parameters():
    other_day = ON.replace(day=2)
    names = {
        cache_name("x", ON),
        cache_name("y", ON),
        cache_name("x", other_day),
        cache_name("x", ON, between_stops_m=300),
    }
    assert len(names) == 4
    assert cache_name("x", ON) == cache_name("x", ON)


def test_a_feed_is_read_once_and_then_found(tmp_path, feed_path, monkeypatch):
    source = feed_path("jakarta_tj")
    first = stored_timetable(source, ON, tmp_path)
    monkeypatch.setattr("balai.transit.engine.gtfs.read_feed", None)
    assert equal(first, stored_timetable(source, ON, tmp_path))
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_size < 5_000_000
