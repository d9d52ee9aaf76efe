"""Judging and merging, as the role that serves."""

from __future__ import annotations

import pytest
from django.utils import timezone

from balai.kernel.events.models import Event
from balai.kernel.people.linkage.actions import (
    judge,
    merge_pair,
    merge_records,
    undo_merge,
    why_not_undone,
)
from balai.kernel.people.linkage.model import find_pairs
from balai.kernel.people.linkage.queries import pairs, records_of
from balai.kernel.people.linkage.search import common_region, keep_pairs, read_records
from balai.kernel.people.models import (
    Address,
    CandidatePair,
    Consent,
    Contact,
    Household,
    Identifier,
    LinkageRun,
    Member,
    Merge,
    NameKey,
    Person,
)
from balai.kernel.problems import ConflictError
from balai.kernel.row_security import rows_of
from kernel.people.intake.conftest import (  # noqa: F401
    CARD,
    HEADER,
    ORIGIN,
    banyuwangi,
    bring_in,
    own_folders,
)

WIDE = HEADER + ";NAMA_IBU;NO_HP"
BUDI = (
    f"3510191708850001;{CARD};Achmad Djunaedi;L;Banyuwangi;17-08-1985;Jl. Kawah 1;1;2;3510192001;"
    "KEPALA KELUARGA;Siti Fatimah;081234567890"
)
AGAIN = (
    "3510191708850002;;H. Ahmad Junaedi, S.Pd;L;;17-08-1985;Jl. Lama 4;;;3510192002;;"
    "Sitti Fatimah;081999111222"
)


@pytest.fixture
def pair(bring_in):  # noqa: F811
    names = [f"{a} {b}" for a in ("Dani", "Eko", "Fajar", "Galih") for b in ("Utomo", "Malik")]
    crowd = [
        f"3510191{n % 9}01900001;;{name};L;;1{n % 9}-01-1990;;;;3510192001;;;"
        for n, name in enumerate(names)
    ]
    bring_in(BUDI, AGAIN, *crowd, header=WIDE)
    with rows_of("35.10"):
        run = LinkageRun.objects.create(city="banyuwangi", region_code="35.10", threshold=0.5,
                                        started_by="test")  # fmt: skip
        records = read_records()
        keep_pairs(str(run.pk), records, find_pairs(records, threshold=0.5))
        yield CandidatePair.objects.get(left__name="Achmad Djunaedi")


def test_a_pair_is_kept_with_its_evidence_adding_up_to_its_weight(pair):
    told = {each["field"]: each for each in pair.evidence}
    assert told["born"]["found"] == "same"
    assert told["phone"]["found"] == "different"
    assert sum(each["bits"] for each in pair.evidence) == pytest.approx(pair.weight, abs=0.1)
    assert pair.region_code == "35.10.19"


def test_a_judgement_outlives_the_next_search(pair):
    judge(pair.pk, "different", note="saudara", origin=ORIGIN)
    records = read_records()
    keep_pairs(str(pair.run_id), records, find_pairs(records, threshold=0.5))
    pair.refresh_from_db()
    assert pair.decision == "different"
    assert not pairs("35.10").filter(pk=pair.pk).exists()


def test_a_merge_moves_what_is_the_absorbed_records_and_undo_moves_it_back(pair):
    kept, absorbed = pair.left, pair.right
    Consent.objects.create(person=absorbed, region_code=absorbed.region_code, purpose="sms",
                           text_version="1", granted=True, actor="x", channel="web")  # fmt: skip
    bpjs = Identifier.objects.create(person=absorbed, region_code=absorbed.region_code,
                                     scheme="bpjs", index=b"1" * 16, sealed=b"s")  # fmt: skip
    before = _state(kept.pk, absorbed.pk)
    merge = merge_pair(pair.pk, kept.pk, note="orang yang sama", origin=ORIGIN)
    absorbed.refresh_from_db()
    bpjs.refresh_from_db()
    assert absorbed.merged_into_id == kept.pk
    assert bpjs.person_id == kept.pk
    assert Contact.objects.filter(person=kept, ended_at=None).count() == 2
    assert not Address.objects.filter(person=absorbed, valid_to=None).exists()
    assert not NameKey.objects.filter(person=absorbed).exists()
    assert Consent.objects.filter(person_id__in=records_of(kept.pk)).count() == 1
    assert Identifier.objects.get(person=absorbed).scheme == "nik"
    undo_merge(merge.pk, origin=ORIGIN)
    assert _state(kept.pk, absorbed.pk) == before
    pair.refresh_from_db()
    assert pair.decision == "open"
    with pytest.raises(ConflictError, match="twice"):
        undo_merge(merge.pk, origin=ORIGIN)


def test_a_household_place_goes_to_a_record_without_one_and_comes_back(pair):
    kept, absorbed = pair.right, pair.left
    place = Member.objects.get(person=absorbed, valid_to=None)
    before = _state(kept.pk, absorbed.pk)
    merge = merge_pair(pair.pk, kept.pk, note="", origin=ORIGIN)
    place.refresh_from_db()
    assert (place.person_id, place.valid_to) == (kept.pk, None)
    undo_merge(merge.pk, origin=ORIGIN)
    assert _state(kept.pk, absorbed.pk) == before


def test_a_household_with_another_head_since_keeps_the_merge_from_being_undone(pair):
    kept, absorbed = pair.left, pair.right
    family = Member.objects.get(person=kept, valid_to=None).household
    other = Household.objects.create(region_code=family.region_code)
    own = Member.objects.create(household=other, person=absorbed, relation=1,
                                region_code=absorbed.region_code)  # fmt: skip
    merge = merge_pair(pair.pk, kept.pk, note="", origin=ORIGIN)
    own.refresh_from_db()
    assert own.valid_to is not None
    heir = Person.objects.exclude(pk__in=[kept.pk, absorbed.pk]).first()
    Member.objects.create(household=other, person=heir, relation=1, region_code=heir.region_code)
    with pytest.raises(ConflictError, match="be a relative first"):
        undo_merge(merge.pk, origin=ORIGIN)
    absorbed.refresh_from_db()
    assert absorbed.merged_into_id == kept.pk


def test_what_was_corrected_since_the_merge_stays_when_it_is_undone(pair):
    kept, absorbed = pair.left, pair.right
    Person.objects.filter(pk=kept.pk).update(birth_place="", mother_name="")
    Person.objects.filter(pk=absorbed.pk).update(birth_place="Jember")
    merge = merge_pair(pair.pk, kept.pk, note="", origin=ORIGIN)
    Person.objects.filter(pk=kept.pk).update(birth_place="Kabupaten Jember")
    undo_merge(merge.pk, origin=ORIGIN)
    kept.refresh_from_db()
    assert kept.birth_place == "Kabupaten Jember", "an officer's correction is nobody's filling"
    assert kept.mother_name == "", "what the merge filled in is empty again"


def test_what_a_merge_moves_is_seen_where_its_record_is_and_returns(pair):
    kept, absorbed = pair.left, pair.right
    bpjs = Identifier.objects.create(person=absorbed, region_code=absorbed.region_code,
                                     scheme="bpjs", index=b"1" * 16, sealed=b"s")  # fmt: skip
    assert kept.region_code != absorbed.region_code
    merge = merge_pair(pair.pk, kept.pk, note="", origin=ORIGIN)
    bpjs.refresh_from_db()
    assert bpjs.region_code == kept.region_code
    # The person moves before the merge is found to be wrong.
    Person.objects.filter(pk=kept.pk).update(region_code="35.10.20.2001")
    undo_merge(merge.pk, origin=ORIGIN)
    bpjs.refresh_from_db()
    assert (bpjs.person_id, bpjs.region_code) == (absorbed.pk, absorbed.region_code)


def test_what_keeps_a_merge_from_being_undone_is_told(pair):
    merge = merge_pair(pair.pk, pair.left_id, note="", origin=ORIGIN)
    assert why_not_undone(merge) == ""
    third = Person.objects.exclude(pk__in=[pair.left_id, pair.right_id]).first()
    second = merge_records(third.pk, pair.left_id, reason="", origin=ORIGIN)
    with pytest.raises(ConflictError, match="itself merged since"):
        undo_merge(merge.pk, origin=ORIGIN)
    undo_merge(second.pk, origin=ORIGIN)
    Person.objects.filter(pk=pair.left_id).update(erased_at=timezone.now())
    with pytest.raises(ConflictError, match="erased"):
        undo_merge(merge.pk, origin=ORIGIN)


def test_a_merge_and_its_undoing_are_told_by_ids_alone(pair):
    merge = merge_pair(pair.pk, pair.left_id, note="orang yang sama", origin=ORIGIN)
    undo_merge(merge.pk, origin=ORIGIN)
    told = Event.objects.filter(kind__in=["people.records-merged", "people.merge-undone"])
    assert [each.kind for each in told.order_by("pk")] == [
        "people.records-merged", "people.merge-undone"
    ]  # fmt: skip
    ids = {"merge": str(merge.pk), "kept": str(merge.kept_id), "absorbed": str(merge.absorbed_id)}
    assert all(each.data == ids for each in told)


def test_a_record_merged_away_is_not_merged_again(pair):
    merge_pair(pair.pk, pair.right_id, note="", origin=ORIGIN)
    with pytest.raises(ConflictError):
        merge_pair(pair.pk, pair.left_id, note="", origin=ORIGIN)
    assert Merge.objects.count() == 1


def test_the_common_region_of_two_villages_is_what_holds_both():
    assert common_region("35.10.19.2001", "35.10.19.2002") == "35.10.19"
    assert common_region("35.10.19.2001", "35.10.20.2001") == "35.10"
    assert common_region("35.10.19.2001", "35.10.19.2001") == "35.10.19.2001"


def _state(*people):
    def held(model, *columns):
        rows = model.objects.filter(person__in=people).order_by("pk")
        return list(rows.values_list("pk", "person_id", *columns))

    fields = ("pk", "name", "sex", "birth_place", "mother_name", "merged_into_id")
    return {
        "people": list(Person.objects.filter(pk__in=people).order_by("pk").values(*fields)),
        "numbers": held(Identifier, "valid_to"),
        "contacts": held(Contact, "ended_at"),
        "addresses": held(Address, "valid_to"),
        "members": held(Member, "valid_to"),
    }
