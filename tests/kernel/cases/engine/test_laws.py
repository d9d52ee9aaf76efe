"""Laws of every case, over random acts at random moments."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from balai.kernel.cases.engine import (
    KINDS,
    RESIDENT,
    SYSTEM,
    Act,
    IssueDocument,
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
    letter,
)

VERSIONS = {1: letter(1), 2: letter(2), 3: letter(3, a=("{hours: 12}", "{hours: 30}"))}
STAFF = (
    (CLERK, "budi"), (CLERK, "sari"), (HEAD, "kades"), (DISTRICT, "camat"),
    (SUPERVISOR, "penyelia"),
)  # fmt: skip
PEOPLE = ((RESIDENT, "wati"), (SYSTEM, ""), *STAFF)
OUTCOMES = {
    "pause": "paused", "return": "returned", "resume": "working", "resubmit": "working",
    "refuse": "refused", "withdraw": "withdrawn", "appeal": "working",
}  # fmt: skip
LEAVING = {"release", "assign", "hand_over", "send_back"}
ASIDE = {"note", "attach", "migrate", "withdraw", "assign", "release"}
"""Acts that leave the case where it is, or end it: drawn more seldom, so that cases get far."""

PAYLOADS = {
    "return": {"reason": "Foto buram"},
    "refuse": {"reason": "Palsu", "ground": "untrue"},
    "pause": {"reason": "Banjir"},
    "withdraw": {"reason": "Tidak perlu"},
    "appeal": {"reason": "Asli"},
    "note": {"text": "Sudah ditelepon"},
    "attach": {"code": "card"},
}
MINUTES = st.one_of(st.integers(0, 90), st.integers(0, 7 * 24 * 60))


class CaseMachine(RuleBasedStateMachine):
    """A desk where anybody tries anything; a tally of working time is kept beside the engine."""

    @initialize(late=MINUTES)
    def begin(self, late):
        self.now = MONDAY + timedelta(minutes=late)
        self.events, self.state, self.signatures, self.stops = [], None, [], 0
        self.spent, self.given = timedelta(), 12 * 60
        self._do(VERSIONS[1], "submit", RESIDENT, "wati", {"region": VILLAGE})

    @rule(minutes=MINUTES)
    def time_passes(self, minutes):
        later = self.now + timedelta(minutes=minutes)
        if self.state.clock == "running":
            self.spent += CALENDAR.working_time(self.now, later)
        self.now = later

    @rule(data=st.data())
    def somebody_moves_the_case(self, data):
        self._draw_and_try(data, lambda kind: kind not in ASIDE)

    @rule(data=st.data())
    def somebody_works_beside_it(self, data):
        self._draw_and_try(data, lambda kind: kind in ASIDE - {"withdraw"})

    @rule(data=st.data(), tired=st.integers(0, 9))
    def the_resident_gives_up(self, data, tired):
        if tired == 9:
            self._draw_and_try(data, lambda kind: kind == "withdraw")

    @rule(person=st.sampled_from(PEOPLE), kind=st.sampled_from(sorted(KINDS)), data=st.data())
    def what_is_not_offered_is_refused(self, person, kind, data):
        if kind in self._offered(*person):
            return
        act = self._act(kind, *person, data)
        with pytest.raises(RefusedAct) as refused:
            apply(self._version(kind, act.payload), self.state, act, CALENDAR)
        assert refused.value.problem.endswith(".")

    @invariant()
    def replay_of_what_is_kept_equals_the_state(self):
        kept = json.loads(json.dumps(self.events))
        assert [each["sequence"] for each in kept] == list(range(1, len(kept) + 1))
        for each in kept:
            each["payload"] = {
                k: v for k, v in each["payload"].items() if k not in {"reason", "text"}
            }
        assert replay(VERSIONS.__getitem__, kept, CALENDAR) == self.state
        for each in kept:  # without the facts of the clock, the same calendar finds them again
            each.pop("clock")
        assert replay(VERSIONS.__getitem__, kept, CALENDAR) == self.state

    @invariant()
    def the_clock_stands_only_where_it_may(self):
        state, waiting = self.state, self.state.status in ("returned", "paused")
        assert state.clock == ("ended" if state.ended else "stopped" if waiting else "running")
        assert (state.remaining is not None) == waiting
        assert (state.due_at is not None) == (not waiting)

    @invariant()
    def the_promise_is_neither_stretched_nor_shortened(self):
        state = self.state
        if state.ended:
            return
        left = state.remaining
        if left is None:
            left = CALENDAR.working_time(self.now, state.due_at) / timedelta(minutes=1)
        total = self.spent / timedelta(minutes=1) + left
        assert abs(total - self.given) <= self.stops

    @invariant()
    def one_holder_at_most_and_none_at_the_end(self):
        state = self.state
        holders = [
            actor for role, actor in STAFF
            if {"check", "sign", "resume"} & self._offered(role, actor)
        ]  # fmt: skip
        assert len(holders) <= 1
        assert not (state.ended and state.holder)
        assert not (state.appeals and state.holder == state.decided_by != "" and not state.ended)

    @invariant()
    def an_ended_case_offers_nothing_but_an_appeal(self):
        if self.state.ended:
            offered = set()
            for person in PEOPLE:
                offered |= self._offered(*person)
            assert offered <= {"appeal"}
            assert not offered or self.state.status == "refused"

    @invariant()
    def an_approved_case_was_signed_by_both_offices(self):
        if self.state.status == "approved":
            assert self.state.signed == ("village_sign", "district_sign")
            assert self.signatures[-2:] == [1, 2]

    def _draw_and_try(self, data, wanted):
        open_acts = [(kind, *who) for who in PEOPLE for kind in sorted(self._offered(*who))]
        fitting = [each for each in open_acts if wanted(each[0])]
        if fitting:
            self._try(*data.draw(st.sampled_from(fitting)), data)

    def _offered(self, role, actor):
        service = VERSIONS[self.state.version]
        return possible(service, self.state, role=role, actor=actor, now=self.now)

    def _version(self, kind, payload):
        return VERSIONS[payload["version"] if kind == "migrate" else self.state.version]

    def _act(self, kind, role, actor, data):
        payload = dict(PAYLOADS.get(kind, {}))
        if kind == "assign":
            payload["to"] = data.draw(st.sampled_from(["budi", "sari", "kades", "camat"]))
        if kind == "hand_over":
            places = [VILLAGE, NEXT_VILLAGE, "35.10.19", "35.10.20"]
            payload = {"reason": "Pindah", "region": data.draw(st.sampled_from(places))}
        if kind == "send_back":
            payload["reason"] = "Nama salah"
        if kind == "migrate":
            payload["version"] = data.draw(st.sampled_from(sorted(VERSIONS)))
        return Act(kind=kind, at=self.now, actor=actor, role=role, payload=payload)

    def _try(self, kind, role, actor, data):
        """Do what is offered; only what comes with it may yet be refused, by its member."""
        act = self._act(kind, role, actor, data)
        try:
            self._do(self._version(kind, act.payload), kind, role, actor, act.payload)
        except RefusedAct as refused:
            if not refused.faults:
                raise AssertionError(f"{kind} was offered, and refused") from refused

    def _do(self, service, kind, role, actor, payload):
        before = self.state
        act = Act(kind=kind, at=self.now, actor=actor, role=role, payload=payload)
        done = apply(service, before, act, CALENDAR)
        assert done.state.status == OUTCOMES.get(kind, done.state.status)
        taken = before is not None and before.holder not in (None, done.state.holder)
        if taken and not done.state.ended and done.state.step == before.step:
            assert kind in LEAVING or role == before.escalated, f"{kind} took a colleague's case"
        self.state, self.events = done.state, [*self.events, done.event]
        self.signatures += [e.signature for e in done.effects if isinstance(e, IssueDocument)]
        event(f"{kind} -> {done.state.status}")
        if kind == "appeal":  # a promise of its own, under the version the case then has
            self.spent, self.stops = timedelta(), 0
            self.given = 60 * service.promise.hours
        elif before is not None and before.clock == "running" and done.state.clock == "stopped":
            self.stops += 1


CaseMachine.TestCase.settings = settings(
    max_examples=80, stateful_step_count=40, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
TestEveryCase = CaseMachine.TestCase
