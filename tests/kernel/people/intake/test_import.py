"""What an import does to the register, as the role that serves, under row-level security."""

from __future__ import annotations

from balai.kernel.events.models import Event
from balai.kernel.people.models import (
    Address,
    AsideRow,
    Contact,
    Household,
    HouseholdNumber,
    Identifier,
    Member,
    NameKey,
    Person,
)
from balai.kernel.people.numbers import index_of, opened
from balai.kernel.row_security import EVERYWHERE, rows_of
from kernel.people.intake.conftest import CARD, FAMILY, HEADER


def counts(taken):
    return {name: taken.counts[name] for name in ("added", "changed", "unchanged", "aside")}


def test_good_rows_go_in_with_family_address_and_sealed_numbers(bring_in):
    taken = bring_in(*FAMILY)
    assert counts(taken) == {"added": 3, "changed": 0, "unchanged": 0, "aside": 0}
    with rows_of("35.10"):
        budi = Person.objects.get(name="Budi Santoso")
        assert (budi.sex, str(budi.birth_date), budi.region_code) == (
            "m",
            "1985-08-17",
            "35.10.19.2001",
        )
        number = Identifier.objects.get(index=index_of("nik", "3510191708850001"))
        assert number.person_id == budi.pk
        assert opened("nik", bytes(number.sealed), number.pk) == "3510191708850001"
        household = Household.objects.get()
        card = HouseholdNumber.objects.get()
        assert opened("kk", bytes(card.sealed), card.pk) == CARD
        assert sorted(Member.objects.values_list("relation", flat=True)) == [1, 3, 4]
        address = Address.objects.get()
        assert (address.household_id, address.street, address.rt) == (
            household.pk,
            "Jl. Kawah 1",
            "001",
        )
        assert NameKey.objects.filter(key__startswith="santoso ").count() == 1


def test_the_same_file_again_changes_nothing(bring_in):
    bring_in(*FAMILY)
    again = bring_in(*FAMILY)
    assert counts(again) == {"added": 0, "changed": 0, "unchanged": 3, "aside": 0}
    with rows_of("35.10"):
        assert Member.objects.count() == 3
        assert Address.objects.count() == 1


def test_a_bad_row_is_kept_aside_sealed_and_the_others_go_in(bring_in):
    taken = bring_in(*FAMILY[:2], FAMILY[2].replace("2015-05-03", "31-02-2015"))
    assert counts(taken) == {"added": 2, "changed": 0, "unchanged": 0, "aside": 1}
    with rows_of("35.10"):
        row = AsideRow.objects.get()
        assert row.row == 4
        assert [(fault["field"], fault["kind"]) for fault in row.faults] == [
            ("TGL_LHR", "date_impossible")
        ]
        assert b"Rangga" not in bytes(row.sealed)


def test_a_mismatch_between_nik_and_record_warns_and_lets_the_row_in(bring_in):
    taken = bring_in(FAMILY[0].replace("17-08-1985", "18-08-1985").replace(";L;", ";P;"))
    assert counts(taken)["added"] == 1
    assert taken.totals == {"nik_birth_date": 1, "nik_sex": 1}


def test_a_move_ends_the_old_address_and_begins_another(bring_in):
    bring_in(*FAMILY)
    moved = [
        line.replace("Jl. Kawah 1;1;2;", "Jl. Ijen 9;3;1;").replace("2001;", "2002;")
        for line in FAMILY
    ]
    again = bring_in(*moved)
    assert counts(again) == {"added": 0, "changed": 3, "unchanged": 0, "aside": 0}
    with rows_of("35.10"):
        old = Address.objects.get(valid_to__isnull=False)
        new = Address.objects.get(valid_to=None)
        assert (old.street, new.street, new.region_code) == (
            "Jl. Kawah 1",
            "Jl. Ijen 9",
            "35.10.19.2002",
        )
        assert new.valid_from == again.as_of
        assert set(Person.objects.values_list("region_code", flat=True)) == {"35.10.19.2002"}
        assert set(Member.objects.values_list("region_code", flat=True)) == {"35.10.19.2002"}
    assert counts(bring_in(*moved))["unchanged"] == 3


def test_a_family_with_a_new_card_keeps_its_household(bring_in):
    bring_in(*FAMILY)
    new = "3510200202200007"
    again = bring_in(*(line.replace(CARD, new) for line in FAMILY))
    assert counts(again)["changed"] == 3
    with rows_of("35.10"):
        assert Household.objects.count() == 1
        assert Member.objects.count() == 3
        numbers = HouseholdNumber.objects.order_by("recorded_at")
        assert [n.valid_to is None for n in numbers] == [False, True]


def test_a_child_who_marries_leaves_with_a_card_of_its_own(bring_in):
    bring_in(*FAMILY)
    own = "3510200202200007"
    again = bring_in(*FAMILY[:2], FAMILY[2].replace(CARD, own).replace("ANAK", "KEPALA KELUARGA"))
    assert counts(again) == {"added": 0, "changed": 1, "unchanged": 2, "aside": 0}
    with rows_of("35.10"):
        assert Household.objects.count() == 2
        assert Member.objects.filter(valid_to=None).count() == 3
        assert Member.objects.filter(valid_to__isnull=False).count() == 1


def test_an_empty_cell_erases_nothing(bring_in):
    bring_in(*FAMILY)
    again = bring_in(f"3510191708850001;{CARD};Budi Santoso;L;;17-08-1985;;;;35.10.19.2001;")
    assert counts(again)["unchanged"] == 1


def test_a_nik_of_another_city_is_kept_aside_and_tells_nothing_more(bring_in):
    bring_in(
        "3509010101900001;3509010101900009;Orang Jember;L;;01-01-1990;;;;35.09.01.2001;",
        city="jember",
    )
    taken = bring_in("3509010101900001;;Siapa;L;;01-01-1990;;;;35.10.19.2001;")
    assert counts(taken) == {"added": 0, "changed": 0, "unchanged": 0, "aside": 1}
    with rows_of(EVERYWHERE):
        assert Person.objects.get().name == "Orang Jember"


def test_a_dry_run_counts_what_would_be_and_writes_no_resident(bring_in):
    taken = bring_in(*FAMILY, dry_run=True)
    assert counts(taken)["added"] == 3
    with rows_of(EVERYWHERE):
        assert not Person.objects.exists()
        assert not Household.objects.exists()


def test_a_telephone_is_sealed_under_the_persons_secret_and_added_once(bring_in):
    header = HEADER + ";NO_HP"
    bring_in(FAMILY[0] + ";0812-3456-7890", header=header)
    bring_in(FAMILY[0] + ";+62 812 3456 7890", header=header)
    taken = bring_in(FAMILY[0] + ";081999888777", header=header)
    assert counts(taken)["changed"] == 1
    with rows_of("35.10"):
        assert Contact.objects.count() == 2


def test_rows_are_invisible_outside_their_region(bring_in):
    bring_in(*FAMILY)
    with rows_of("35.09"):
        assert not Person.objects.exists()
        assert not AsideRow.objects.exists()


def test_an_import_is_told_once_with_its_counts_and_a_trial_run_is_not(bring_in):
    bring_in(*FAMILY, dry_run=True)
    taken = bring_in(*FAMILY)
    (told,) = Event.objects.filter(kind="people.imported")
    assert told.data == {"taken": str(taken.pk), "generated": False, **taken.counts}
    assert "3510" not in str(told.data).replace(str(taken.pk), "")
