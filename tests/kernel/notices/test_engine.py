"""The rules of notices: quiet hours, limits, ways, segments, words, receipts."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.kernel.notices.engine import receipts, wording
from balai.kernel.notices.engine.choice import Wish, ways
from balai.kernel.notices.engine.quiet import QuietHours, after_limit, next_allowed
from balai.kernel.notices.engine.segments import measure, plainer

moments = st.datetimes(datetime(2001, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Europe/Berlin"])
minutes = st.times().map(lambda each: each.replace(second=0, microsecond=0))
NIGHT = QuietHours(time(21), time(6))
ORDER = ("webpush", "chat", "sms", "email")


@settings(deadline=None)
@given(moments, zones, minutes, minutes)
def test_what_is_allowed_is_never_earlier_never_quiet_and_stays_allowed(now, zone, begin, end):
    quiet, clock = QuietHours(begin, end), ZoneInfo(zone)
    found = next_allowed(now, clock, quiet)
    assert found >= now
    assert not quiet.holds(found.astimezone(clock).time())
    assert next_allowed(found, clock, quiet) == found
    assert found - now < timedelta(hours=26)


@pytest.mark.parametrize(
    ("local", "wanted"),
    [
        ("2026-11-22T20:59", "2026-11-22T20:59"),
        ("2026-11-22T21:00", "2026-11-23T06:00"),
        ("2026-11-23T03:15", "2026-11-23T06:00"),
        ("2026-11-23T06:00", "2026-11-23T06:00"),
    ],
)
def test_a_night_ends_at_six_in_makassar(local, wanted):
    zone = ZoneInfo("Asia/Makassar")
    moment = datetime.fromisoformat(local).replace(tzinfo=zone)
    assert next_allowed(moment, zone, NIGHT) == datetime.fromisoformat(wanted).replace(tzinfo=zone)


@settings(deadline=None)
@given(st.lists(st.integers(0, 7200), max_size=30), st.integers(1, 10))
def test_a_limit_is_never_passed(ago, most):
    now, window = datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1)
    sent = [now - timedelta(seconds=each) for each in ago]
    when = after_limit(sent, now, most=most, within=window) or now
    assert sum(when - window < each <= when for each in sent) < most
    if when > now:
        before = when - timedelta(seconds=1)
        assert sum(before - window < each <= before for each in sent) >= most


def test_the_ways_follow_wishes_but_the_law_is_never_silent():
    reach = {"sms", "email", "webpush"}
    assert ways(ORDER, reach, legal=False) == ("webpush", "sms", "email")
    off = [Wish(off=True)]
    assert ways(ORDER, reach, legal=False, wishes=off) == ()
    assert ways(ORDER, reach, legal=True, wishes=off) == ("webpush", "sms", "email")
    mail = [Wish(channels=("email",)), Wish(off=True)]
    assert ways(ORDER, reach, legal=False, wishes=mail) == ("email",)
    assert ways(ORDER, reach, legal=True, wishes=mail) == ("email", "webpush", "sms")


@settings(deadline=None)
@given(
    st.sets(st.sampled_from(ORDER)), st.booleans(),
    st.lists(st.builds(Wish, st.booleans(), st.lists(st.sampled_from(ORDER)).map(tuple))),
)  # fmt: skip
def test_a_way_is_reachable_and_taken_once_and_a_legal_notice_has_one_if_any(reach, legal, wishes):
    found = ways(ORDER, reach, legal=legal, wishes=wishes)
    assert set(found) <= reach
    assert len(set(found)) == len(found)
    if legal:
        assert set(found) == reach


@pytest.mark.parametrize(
    ("text", "alphabet", "segments"),
    [
        ("", "GSM-7", 1), ("a" * 160, "GSM-7", 1), ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2), ("a" * 307, "GSM-7", 3), ("€" * 80, "GSM-7", 1),
        ("€" * 81, "GSM-7", 2), ("a" * 152 + "€" + "a" * 152, "GSM-7", 3),
        ("—" * 70, "UCS-2", 1), ("—" * 71, "UCS-2", 2), ("😀" * 35, "UCS-2", 1),
        ("😀" * 36, "UCS-2", 2), ("😀" * 66, "UCS-2", 2), ("😀" * 67, "UCS-2", 3),
    ],
)  # fmt: skip
def test_an_sms_is_counted_as_the_network_counts_it(text, alphabet, segments):
    assert (measure(text).alphabet, measure(text).segments) == (alphabet, segments)


def test_typographic_signs_do_not_make_an_sms_dearer():
    text = "Surat “keterangan usaha” – siap diambil… "
    assert measure(text).alphabet == "UCS-2"
    assert measure(plainer(text)).alphabet == "GSM-7"


@settings(deadline=None)
@given(st.text())
def test_a_value_adds_no_line_to_a_subject_and_no_direction_to_a_text(value):
    assert "\n" not in wording.filled("Surat {name}", {"name": value}, wording.one_line)
    assert not wording.CONTROL.search(wording.plain(value))


def test_a_template_takes_declared_places_only():
    assert wording.places("Yth. {name}, {at}") == {"name", "at"}
    for bad in ("{name.__class__}", "{0}", "{Name}", "{"):
        with pytest.raises(ValueError, match="brace"):
            wording.places(bad)
    assert wording.filled("{a}", {"a": "{b}", "b": "never"}, str) == "{b}"


def test_a_name_turns_nothing_bold_in_chat():
    assert "*" in wording.unmarked("*tebal*")
    assert "*tebal" not in wording.unmarked("*tebal*")


def test_a_receipt_is_signed_for_its_body_and_minute():
    body = b'{"receipts": []}'
    header = receipts.signature("s", body, 1000)
    assert receipts.is_signed("s", body, header, now=1000 + 299)
    assert not receipts.is_signed("s", body, header, now=1000 + 301)
    assert not receipts.is_signed("s", body + b" ", header, now=1000)
    assert not receipts.is_signed("other", body, header, now=1000)
    assert not receipts.is_signed("", body, receipts.signature("", body, 1000), now=1000)


def test_receipts_are_read_in_our_form_and_whatsapps():
    ours = {"receipts": [{"id": "a", "state": "delivered"}, {"id": "b", "state": "dancing"}, 3]}
    assert receipts.read(json.dumps(ours).encode()) == [receipts.Told("a", "delivered")]
    status = {"id": "wamid.1", "status": "failed", "errors": [{"title": "No such user"}]}
    theirs = {"entry": [{"changes": [{"value": {"statuses": [status]}}]}]}
    assert receipts.read(json.dumps(theirs).encode()) == [
        receipts.Told("wamid.1", "failed", "No such user")
    ]


@settings(deadline=None)
@given(st.binary() | st.recursive(
    st.none() | st.text() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["receipts", "entry", "changes", "value", "statuses", "id", "state"]),
        inner),
).map(lambda each: json.dumps(each).encode()))  # fmt: skip
def test_no_body_breaks_the_reader(body):
    with contextlib.suppress(ValueError):
        assert isinstance(receipts.read(body), list)
