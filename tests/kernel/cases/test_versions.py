"""A case keeps the version it began under whatever is published; an office handed over to keeps
sight of what it serves.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kernel.cases.conftest import (
    DISTRICT,
    MONDAY,
    ORIGIN,
    OTHER_VILLAGE,
    VILLAGE,
    definition,
    user,
)
from tests.kernel.cases.test_acts import replayed

from balai.kernel.cases import actions, queries
from balai.kernel.cases.models import Case, CaseEvent
from balai.kernel.cases.queries import QueueFilter
from balai.kernel.problems import ProblemError
from balai.kernel.regions.models import Region
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of

pytestmark = pytest.mark.django_db
THIRD_VILLAGE = "35.10.21.2002"
SAID = {
    "pause": {"reason": "Menunggu arsip"}, "note": {"text": "Catatan"},
    "return": {"reason": "Kurang jelas", "asks": ["purpose"]},
    "resubmit": {"answers": {"purpose": "mendaftar sekolah"}},
    "send_back": {"reason": "Periksa lagi", "step": "check"},
}  # fmt: skip
DEEDS = st.lists(
    st.sampled_from(["publish", "claim", "release", "resume", "pass", *SAID]), max_size=14
)


def another(version):
    """A version under which neither steps, nor answers, nor the promise of the first would do."""
    extra = "  - {name: more, kind: integer, title: {id: Lagi, en: More}}"
    text = definition(version, hours=40, extra=extra, paper=True)
    return text.replace("decide", f"judge_{version}").replace(
        "code: check", f"code: look_{version}"
    )


def doer(office, row, kind):
    if kind == "resubmit":
        return office.resident
    return office.officer if row.step == "check" else office.district


def attempt(office, case_id, kind, at):
    """Do it where it can be done now; what was refused has changed nothing."""
    row = Case.objects.get(pk=case_id)
    who = doer(office, row, kind)
    offered = queries.possible_acts(case_id, who)
    try:
        with transaction.atomic():
            office.act(case_id, kind, who, at=at, **SAID.get(kind, {}))
    except ProblemError:
        after = Case.objects.get(pk=case_id)
        assert (after.sequence, after.state) == (row.sequence, row.state)
        assert kind not in offered, f"{kind} was offered and refused"


def to_the_end(office, case_id, at):
    """By the steps of the version it began under."""
    for _ in range(12):
        row = Case.objects.get(pk=case_id)
        if row.closed_at is not None:
            return row
        if row.status == "returned":
            attempt(office, case_id, "resubmit", at)
        elif row.holder is None:
            attempt(office, case_id, "claim", at)
        else:
            attempt(office, case_id, "resume" if row.status == "paused" else "pass", at)
    raise AssertionError(f"the case does not come to an end: {row.status} at {row.step}")


def test_an_open_case_comes_to_its_end_under_the_version_it_began_under(office):
    @given(deeds=DEEDS)
    @settings(max_examples=40, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def try_it(deeds):
        with transaction.atomic():
            case, version = office.open(), 1
            for number, kind in enumerate(deeds):
                at = MONDAY + timedelta(minutes=number + 1)
                if kind == "publish":
                    version += 1
                    actions.publish_service(another(version), by=None, origin=ORIGIN)
                else:
                    attempt(office, case.id, kind, at)
            ended = to_the_end(office, case.id, MONDAY + timedelta(hours=1))
            assert (ended.status, ended.service_version) == ("approved", 1)
            assert queries.service("surat-uji").version == version
            steps = CaseEvent.objects.filter(case=ended).values_list("sequence", flat=True)
            assert sorted(steps) == list(range(1, ended.sequence + 1))
            assert replayed(case.id) == queries.state_of(ended)
            transaction.set_rollback(True)

    try_it()


@pytest.fixture
def third(office):
    above = Region.objects.get(code="35.10.21")
    Region.objects.create(code=THIRD_VILLAGE, name="Banjarsari", level="village", kind="desa",
                          parent=above, path=f"{above.path}/{THIRD_VILLAGE}")  # fmt: skip
    return user("kecamatan-lain", "cases.district", "35.10.21")


def seen_from(*regions):
    found = set()
    for region in regions:
        with rows_of(region):
            if Case.objects.exists():
                assert CaseEvent.objects.exists()
                found.add(region)
    return found


def test_whoever_serves_a_handed_over_case_sees_it_to_its_end(office, third, as_application):
    places = (VILLAGE, DISTRICT, OTHER_VILLAGE, "35.10.21", THIRD_VILLAGE)
    with rows_of("35.10"):
        case = office.open()
    with rows_of(VILLAGE):
        office.act(case, "claim")
        office.act(case, "hand_over", region=OTHER_VILLAGE, reason="Pindah rumah")
    home, new = {VILLAGE, DISTRICT}, {OTHER_VILLAGE, "35.10.21"}
    assert seen_from(*places) == home | new
    with rows_of(OTHER_VILLAGE):
        office.act(case, "claim", office.elsewhere)
        passed = office.act(case, "check", office.elsewhere)
        assert passed.region_code == "35.10.21"
        # The village passed it on to its district, and still sees what became of it.
        listed = queries.queue(office.elsewhere, city=city_by_slug("banyuwangi"),
                               filters=QueueFilter(state="all"))  # fmt: skip
        assert [each.id for each in listed.rows] == [case.id]
        assert queries.case(case.id, user=office.elsewhere).acts == frozenset()
    assert seen_from(*places) == home | new
    with rows_of("35.10.21"):
        office.act(case, "claim", third)
        assert office.act(case, "approve", third).status == "approved"
    assert seen_from(*places) == home | new
    with rows_of(person=office.person):
        assert Case.objects.get().status == "approved"
