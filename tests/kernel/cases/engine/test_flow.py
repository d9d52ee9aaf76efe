"""A case from request to end: stages, offices, promises, refusals, appeal, versions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from balai.kernel.cases.engine import (
    RESIDENT,
    SYSTEM,
    Act,
    IssueDocument,
    Notify,
    RefusedAct,
    apply,
    possible,
    replay,
)
from kernel.cases.engine.desk import (
    CALENDAR,
    CLERK,
    DISTRICT,
    HEAD,
    MONDAY,
    NEXT_VILLAGE,
    SUPERVISOR,
    VILLAGE,
    Desk,
    letter,
)


def local(day, hour, minute=0):
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def test_two_offices_sign_one_document_in_order():
    desk = Desk()
    desk.to_district(local(23, 9))
    assert (desk.state.office_level, desk.state.office_region) == ("district", "35.10.19")
    done = desk.do("sign", DISTRICT, "camat", local(23, 10))
    assert done.status == "approved"
    assert done.signed == ("village_sign", "district_sign")
    assert IssueDocument(kind="letter", step="district_sign", signature=2) in desk.effects
    assert Notify(kind="approved", to="resident") in desk.effects


def test_the_first_signature_makes_the_document():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    desk.do("check", CLERK, "budi", local(23, 9))
    desk.do("claim", HEAD, "kades", local(23, 9))
    desk.do("sign", HEAD, "kades", local(23, 9))
    assert IssueDocument(kind="letter", step="village_sign", signature=1) in desk.effects


def test_the_promise_counts_office_hours_only():
    desk = Desk(at=local(27, 14))  # Friday: two hours left that day
    assert desk.state.due_at == datetime(2026, 12, 1, 4, tzinfo=UTC)
    assert desk.state.step_due_at == local(30, 10)
    assert desk.state.escalates_at == local(27, 16)


def test_the_clock_stands_while_the_resident_has_the_next_word():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    back = desk.do("return", CLERK, "budi", local(23, 10), reason="Foto buram", asks=["card"])
    assert (back.clock, back.due_at, back.remaining) == ("stopped", None, 600)
    assert back.holder == "budi"
    on = desk.do("resubmit", RESIDENT, "wati", local(26, 8))
    assert (on.clock, on.status, on.remaining) == ("running", "working", None)
    assert on.due_at == local(27, 11)
    assert on.step_due_at == local(26, 10)


def test_a_pause_stops_the_clock_and_only_its_holder_ends_it():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    with pytest.raises(RefusedAct, match="reason or text is missing"):
        desk.do("pause", CLERK, "budi", local(23, 10))
    paused = desk.do("pause", CLERK, "budi", local(23, 10), reason="Kantor banjir")
    assert (paused.status, paused.clock, paused.remaining) == ("paused", "stopped", 600)
    with pytest.raises(RefusedAct, match="is waiting"):
        desk.do("check", CLERK, "budi", local(24, 8))
    with pytest.raises(RefusedAct):
        desk.do("resume", RESIDENT, "wati", local(24, 8))
    on = desk.do("resume", CLERK, "budi", local(24, 8))
    assert (on.status, on.due_at) == ("working", local(25, 11))


def test_a_late_case_stays_as_late_while_it_waits():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    back = desk.do("return", CLERK, "budi", local(25, 10), reason="Foto buram")  # due 24th, 14.00
    assert (back.remaining, back.late(local(25, 10))) == (-240, True)
    on = desk.do("resubmit", RESIDENT, "wati", local(27, 8))
    assert CALENDAR.working_minutes(on.due_at, local(27, 8)) == 240
    assert on.late(local(27, 8))


def test_a_share_of_the_promised_time_escalates_once():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    early, after = local(23, 9, 59), local(23, 10)
    assert "escalate" not in possible(desk.service, desk.state, role=SYSTEM, actor="", now=early)
    with pytest.raises(RefusedAct, match="time for this has not come"):
        desk.do("escalate", SYSTEM, "", early)
    state = desk.do("escalate", SYSTEM, "", after)
    assert (state.escalated, state.holder, state.escalates_at) == (SUPERVISOR, "budi", None)
    assert state.due_at is not None
    assert "escalate" not in possible(desk.service, state, role=SYSTEM, actor="", now=after)
    taken = desk.do("claim", SUPERVISOR, "penyelia", after)
    assert taken.holder == "penyelia"
    assert desk.do("check", SUPERVISOR, "penyelia", after).escalated == ""


def test_who_takes_an_escalated_case_does_not_sign_for_the_post():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    desk.do("check", CLERK, "budi", local(23, 9))
    desk.do("escalate", SYSTEM, "", local(24, 9))
    desk.do("claim", DISTRICT, "camat", local(24, 9))
    with pytest.raises(RefusedAct, match="Only the post that the step names may sign"):
        desk.do("sign", DISTRICT, "camat", local(24, 9))


def test_one_holder_at_most_and_a_supervisor_can_move_the_case():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    with pytest.raises(RefusedAct, match="A colleague holds this case"):
        desk.do("claim", CLERK, "sari", local(23, 9))
    with pytest.raises(RefusedAct, match="A colleague holds this case"):
        desk.do("check", CLERK, "sari", local(23, 9))
    assert desk.do("assign", SUPERVISOR, "penyelia", local(23, 9), to="sari").holder == "sari"
    assert desk.do("release", SUPERVISOR, "penyelia", local(23, 9)).holder is None


def test_handing_over_within_the_district_moves_where_the_case_is_served():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    moved = desk.do("hand_over", CLERK, "budi", local(23, 11), region=NEXT_VILLAGE, reason="Pindah")
    assert (moved.office_region, moved.home_region) == (NEXT_VILLAGE, VILLAGE)
    assert (moved.holder, moved.role) == (None, CLERK)
    assert moved.due_at == local(24, 14)  # the promise to the resident stays
    assert moved.step_due_at == local(23, 16)  # the new office has the step's whole time
    desk.do("claim", CLERK, "tuti", local(23, 11))
    assert desk.do("check", CLERK, "tuti", local(23, 11)).office_region == NEXT_VILLAGE


def test_handing_up_and_going_on_comes_back_to_the_village():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    up = desk.do("hand_over", CLERK, "budi", local(23, 9), region="35.10.19", reason="Sengketa")
    assert (up.office_level, up.role) == ("district", DISTRICT)
    desk.do("claim", DISTRICT, "camat", local(23, 9))
    assert desk.do("check", DISTRICT, "camat", local(23, 9)).office_region == VILLAGE


@pytest.mark.parametrize(
    ("region", "says"),
    [
        (VILLAGE, "at that office already"),
        ("35.09.01.2001", "in another city"),
        ("35.10", "No office for this service"),
        ("nowhere", "No office for this service"),
        (None, "No office for this service"),
    ],
)
def test_a_hand_over_that_leads_nowhere_is_refused_by_its_member(region, says):
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    with pytest.raises(RefusedAct, match=says) as refused:
        desk.do("hand_over", CLERK, "budi", local(23, 9), region=region, reason="x")
    assert refused.value.faults[0].field == "region"
    assert refused.value.status == 422


def test_a_refusal_names_a_ground_of_the_service_and_gives_reasons():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    for payload in ({"reason": "x"}, {"reason": "x", "ground": "because"}, {"ground": "untrue"}):
        with pytest.raises(RefusedAct):
            desk.do("refuse", CLERK, "budi", local(23, 9), **payload)
    ended = desk.do("refuse", CLERK, "budi", local(23, 9), ground="untrue", reason="Palsu")
    assert (ended.status, ended.clock, ended.holder) == ("refused", "ended", None)


def test_an_appeal_opens_a_refused_case_once_for_other_eyes():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    desk.do("refuse", CLERK, "budi", local(23, 9), ground="untrue", reason="Palsu")
    for role in (CLERK, SYSTEM, DISTRICT):
        assert not possible(desk.service, desk.state, role=role, actor="x", now=local(24, 9))
    late = local(23, 9) + timedelta(days=21, seconds=1)
    assert not possible(desk.service, desk.state, role=RESIDENT, actor="wati", now=late)
    again = desk.do("appeal", RESIDENT, "wati", local(24, 8), reason="Asli")
    assert (again.status, again.step, again.due_at) == ("working", "check", local(25, 14))
    with pytest.raises(RefusedAct, match="does not decide on its appeal"):
        desk.do("claim", CLERK, "budi", local(24, 9))
    with pytest.raises(RefusedAct, match="does not decide on its appeal"):
        desk.do("assign", SUPERVISOR, "penyelia", local(24, 9), to="budi")
    desk.do("claim", CLERK, "sari", local(24, 9))
    desk.do("refuse", CLERK, "sari", local(24, 9), ground="untrue", reason="Palsu")
    assert not possible(desk.service, desk.state, role=RESIDENT, actor="wati", now=local(24, 10))


def test_what_was_signed_is_not_sent_back():
    desk = Desk()
    desk.to_district(local(23, 9))
    with pytest.raises(RefusedAct, match="cannot go back"):
        desk.do("send_back", DISTRICT, "camat", local(23, 9), step="check", reason="x")


def test_the_head_sends_a_case_back_to_the_clerk():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    desk.do("check", CLERK, "budi", local(23, 9))
    desk.do("claim", HEAD, "kades", local(23, 9))
    back = desk.do("send_back", HEAD, "kades", local(23, 9), reason="Nama salah")
    assert (back.step, back.role, back.holder) == ("check", CLERK, None)


def test_a_case_goes_on_under_a_new_version():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    renamed = letter(2, a=("code: check\n", "code: examine\n"), b=("step: check", "step: examine"))
    act = Act(kind="migrate", at=local(23, 10), actor="", role=SYSTEM, payload={"version": 2})
    with pytest.raises(RefusedAct, match="has no such step"):
        apply(renamed, desk.state, act, CALENDAR)
    desk.service = renamed
    moved = desk.do("migrate", SYSTEM, "", local(23, 10), version=2, step="examine")
    assert (moved.version, moved.step, moved.due_at) == (2, "examine", local(24, 14))
    assert moved.step_due_at == local(23, 15)
    versions = {1: letter(), 2: renamed}
    assert replay(versions.__getitem__, desk.events, CALENDAR) == moved


def test_a_version_with_the_same_step_changes_nothing_else():
    desk = Desk()
    before = desk.do("claim", CLERK, "budi", local(23, 9))
    desk.service = letter(2)
    moved = desk.do("migrate", SYSTEM, "", local(23, 10), version=2)
    assert (moved.holder, moved.step_due_at) == (before.holder, before.step_due_at)


def test_an_act_under_the_wrong_version_is_an_error_of_the_caller():
    desk = Desk()
    act = Act(kind="claim", at=MONDAY, actor="budi", role=CLERK)
    with pytest.raises(ValueError, match="version 1"):
        apply(letter(2), desk.state, act, CALENDAR)


def test_a_stranger_cannot_ask_for_a_letter():
    act = Act(kind="submit", at=MONDAY, actor="", role=RESIDENT, payload={"region": VILLAGE})
    with pytest.raises(RefusedAct) as refused:
        apply(letter(), None, act, CALENDAR)
    assert refused.value.faults[0].field == "channel"


@pytest.mark.parametrize("region", [None, "", "35.10", "35.10.19", "x", 35, "35.10.19.2004.1"])
def test_a_case_begins_in_a_village(region):
    act = Act(kind="submit", at=MONDAY, actor="wati", role=RESIDENT, payload={"region": region})
    with pytest.raises(RefusedAct) as refused:
        apply(letter(), None, act, CALENDAR)
    assert refused.value.faults[0].field == "region"


def test_a_draft_has_no_clock_until_it_is_submitted():
    act = Act(kind="open", at=MONDAY, actor="wati", role=RESIDENT, payload={"region": VILLAGE})
    draft = apply(letter(), None, act, CALENDAR).state
    assert (draft.status, draft.clock, draft.submitted_at) == ("draft", "stopped", None)
    submit = Act(kind="submit", at=local(24, 8), actor="wati", role=RESIDENT)
    done = apply(letter(), draft, submit, CALENDAR)
    assert (done.state.status, done.state.due_at) == ("submitted", local(25, 14))


def test_events_are_json_and_tell_the_state_without_their_free_text():
    desk = Desk()
    desk.do("claim", CLERK, "budi", local(23, 9))
    desk.do("return", CLERK, "budi", local(23, 10), reason="Foto KTP Wati buram")
    kept = json.loads(json.dumps(desk.events))
    for event in kept:
        event["payload"].pop("reason", None)
    assert replay(lambda _: desk.service, kept, CALENDAR) == desk.state
    with pytest.raises(ValueError, match="event 2 is missing"):
        replay(lambda _: desk.service, [kept[0], kept[2]], CALENDAR)


def test_members_nobody_knows_are_refused():
    desk = Desk()
    with pytest.raises(RefusedAct) as refused:
        desk.do("claim", CLERK, "budi", local(23, 9), speed="high")
    assert refused.value.faults[0].field == "speed"
