"""Cards are blocked, lost, replaced and listed; concessions begin, are renewed and end."""

from __future__ import annotations

import base64
from datetime import date, timedelta

import pytest

from balai.kernel.keys import public_keys, verify
from balai.kernel.notices.models import Notice
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.row_security import rows_of
from balai.transit.actions.cards import life
from balai.transit.actions.cards.concessions import (
    apply_for_concession,
    grant_concession,
    tell_of_ends,
)
from balai.transit.actions.cards.loading import load_with_cash
from balai.transit.actions.cards.replacing import replace_card
from balai.transit.actions.cards.sweeping import sweep_cards
from balai.transit.engine.concessions import Facts
from balai.transit.engine.hotlist import Delta, applied, digest, signed_text
from balai.transit.models import CardAct, CardHolder, Entitlement, HotlistChange
from balai.transit.queries.hotlist import hotlist_file, version_of
from transit.conftest import NOW

from .conftest import CODE, DESK, HOME, NUMBER

pytestmark = pytest.mark.django_db
ELDER = Facts(date(1950, 1, 1), HOME, True)


@pytest.fixture(autouse=True)
def _jakartas_rows(db):
    with rows_of("31"):
        yield


def load(card, amount=50_000):
    load_with_cash(card, amount, key=f"{card.pk}:{amount}", by=DESK, now=NOW)


def test_the_list_follows_state_and_balance_and_a_delta_gives_the_snapshot(
    card, settings, tmp_path
):
    settings.KEYS_ROOT = tmp_path
    assert hotlist_file("jakarta", 0).added == (card.card.reference,)
    load(card)
    versions = [version_of("jakarta")]
    life.block_card(card.pk, "rider", by=DESK, now=NOW)
    versions.append(version_of("jakarta"))
    other = life.issue_card("jakarta", "6032000000009999", "Flazz", by=DESK, now=NOW)
    life.unblock_card(card.pk, by=DESK, now=NOW, own=True)
    versions.append(version_of("jakarta"))
    assert versions == sorted(set(versions))
    listed, since = frozenset(), 0
    for version in versions:
        file = hotlist_file("jakarta", since, version)
        change = Delta(since, version, file.added, file.removed)
        listed, since = applied(listed, change), version
        assert digest(listed) == file.digest
        assert len(listed) == file.count
    assert listed == set(hotlist_file("jakarta", 0).added) == {other.card.reference}
    (key,) = public_keys("jakarta", "hotlist")
    signed = signed_text("jakarta", change, file.digest)
    assert verify(key, signed, base64.b64decode(file.signature))
    assert not verify(key, signed + b"x", base64.b64decode(file.signature))


def test_versions_count_up_by_one(card):
    load(card)
    life.block_card(card.pk, "rider", by=DESK, now=NOW)
    found = list(HotlistChange.objects.order_by("version").values_list("version", flat=True))
    assert found == list(range(1, len(found) + 1))


def test_a_card_is_claimed_by_its_code_and_has_one_holder(card, person):
    life.claim_card("jakarta", NUMBER, CODE.lower(), person=person, region_code=HOME, by=DESK,
                    now=NOW)  # fmt: skip
    with pytest.raises(ConflictError, match="cards desk"):
        life.claim_card("jakarta", NUMBER, CODE, person=person, region_code=HOME, by=DESK, now=NOW)


def test_a_missed_tap_out_blocks_once_and_is_reset_by_its_holder(own, ride):
    load(own)
    ride(tap_out=False)
    late = NOW + timedelta(hours=30)
    assert life.block_missed_tap_outs("jakarta", late) == 1
    own.refresh_from_db()
    assert (own.state, own.block) == ("blocked", "missed-tap-out")
    life.unblock_card(own.pk, by=DESK, now=late, own=True)
    assert life.block_missed_tap_outs("jakarta", late) == 0
    assert [act.act for act in CardAct.objects.filter(card=own.pk)][-1] == "reset"
    assert Notice.objects.filter(kind="transit.card-blocked").exists()


def test_a_card_expires_after_its_last_day(card):
    day = NOW.replace(year=NOW.year + 10)
    assert life.expire_cards("jakarta", day) == 0
    assert life.expire_cards("jakarta", day + timedelta(days=2)) == 1
    assert life.expire_cards("jakarta", day + timedelta(days=2)) == 0


@pytest.mark.parametrize(("days", "kept"), [(3, True), (4, False)])
def test_a_concession_goes_over_only_when_the_loss_was_reported_in_time(own, person, days, kept):
    grant(own, person)
    lost_on = (NOW - timedelta(days=days)).date()
    life.report_lost(own.pk, lost_on, by=DESK, now=NOW)
    new = replace_card(own.pk, "6032981100000999", by=DESK, now=NOW + timedelta(hours=1))
    assert Entitlement.objects.filter(card=new.card, code="elderly").exists() is kept
    held = CardHolder.objects.get(until=None)
    assert (held.card_id, held.person_id) == (new.pk, person)
    assert not Entitlement.objects.filter(card=own.card, end__gt=NOW + timedelta(hours=1)).exists()


def test_a_loss_to_come_is_refused(own):
    with pytest.raises(ProblemError):
        life.report_lost(own.pk, (NOW + timedelta(days=2)).date(), by=DESK, now=NOW)


def grant(card, person, at=NOW):
    claim = apply_for_concession(card, "elderly", ELDER, person=person, by=DESK, now=at)
    return grant_concession(claim, ELDER, reason="Register", by=DESK, now=at)


def test_a_concession_holds_six_months_is_told_of_and_renewed_without_a_gap(own, person):
    first = grant(own, person)
    end = first.entitlement.end
    assert end.astimezone(first.entitlement.end.tzinfo).date() - NOW.date() >= timedelta(days=179)
    with pytest.raises(ConflictError, match="can be renewed"):
        grant(own, person, NOW + timedelta(days=30))
    assert tell_of_ends("jakarta", end - timedelta(days=15)) == 0
    assert tell_of_ends("jakarta", end - timedelta(days=13)) == 1
    assert tell_of_ends("jakarta", end - timedelta(days=13)) == 0
    assert Notice.objects.filter(kind="transit.concession-ending").exists()
    second = grant(own, person, end - timedelta(days=10))
    assert second.renews
    assert second.entitlement.start - end == timedelta(seconds=1)


def test_the_register_is_asked_again_when_an_officer_decides(own, person):
    claim = apply_for_concession(own, "elderly", ELDER, person=person, by=DESK, now=NOW)
    young = Facts(date(1990, 8, 17), HOME, True)
    with pytest.raises(ProblemError, match="cannot be granted"):
        grant_concession(claim, young, reason="x", by=DESK, now=NOW)


def test_a_sweep_tells_of_low_balances_once_and_changes_nothing_again(own):
    load(own, 10_000)
    assert sweep_cards("jakarta", NOW).low == 0
    again = sweep_cards("jakarta", NOW)
    assert (again.listed, again.blocked, again.carried) == (0, 0, 0)


def test_a_stranger_reads_no_holder(own, as_application):
    with rows_of():
        assert not CardHolder.objects.exists()
    with rows_of("73.71"):
        assert not CardHolder.objects.exists()
