"""Writing the generated residents, and what shows the register at work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction

from balai.kernel.access.actions import add_user, grant_role
from balai.kernel.access.actions.demo import KNOWN_PASSWORD
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.people import actions, models, numbers
from balai.kernel.people.demo.families import CHILD, TODAY, Family, Someone, families
from balai.kernel.people.demo.names import BY_CITY
from balai.kernel.problems import ConflictError
from balai.kernel.regions import actions as region_actions
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import rows_of

SEEDS = {"makassar": 7371, "banyuwangi": 3510, "jakarta": 31}
COUNTS = {"makassar": 2000, "banyuwangi": 2000, "jakarta": 500}
ACCOUNTS = {"jakarta": ("resident", "Sari Wulandari"), "makassar": ("warga", "Nur Hidayah"),
            "banyuwangi": ("wargo", "Sri Rahayu")}  # fmt: skip
YOUNGEST, OLDEST = 28, 45
VILLAGES = Path(__file__).parents[1] / "facts" / "villages.csv"
DECREED = date(2025, 1, 1)
ORIGIN = Origin(channel="demo")
BATCH = 1000

Progress = Callable[[str], None]


def build(progress: Progress) -> None:
    """Generate the residents of the three cities, once; a city that has any is left alone."""
    for slug, count in COUNTS.items():
        city = regions.find_city(slug)
        if city is None:
            continue
        with transaction.atomic(), rows_of(city.region_code):
            # By its range too: a builder that owns the database passes every row policy.
            code = city.region_code
            here = models.Person.objects.filter(region_code__gte=code, region_code__lt=f"{code}/")
            if here.exists():
                continue
            _ensure_villages(city.region_code)
            made = _residents(city, count)
            progress(f"people: {made} generated residents in {city.name}")
            _account(city)
            _happenings(slug)


def _ensure_villages(code: str) -> None:
    if not regions.descendants(code, level="village"):
        region_actions.import_regions(
            VILLAGES, on=DECREED, origin="Kepmendagri 300.2.2-2430/2025", prefix=code,
            levels=("village",),
        )  # fmt: skip


def _residents(city: Any, count: int) -> int:
    villages = [each.code for each in regions.descendants(city.region_code, level="village")]
    found = list(families(count, villages, BY_CITY[city.slug], seed=SEEDS[city.slug]))
    _name_the_account(city.slug, found)
    rows = _Rows(city.slug)
    for number, family in enumerate(found):
        rows.add(number, family, city.name)
    rows.write()
    return len(rows.people)


def _name_the_account(slug: str, found: list[Family]) -> None:
    # The demonstration's resident is a grown woman with a family.
    name = ACCOUNTS[slug][1]
    for family in found:
        for someone in family.people:
            years = (TODAY - someone.born).days // 365
            if someone.sex == "f" and YOUNGEST <= years <= OLDEST and len(family.people) > 2:
                for child in family.people:
                    if child.mother == someone.name:
                        child.mother = name
                someone.name, someone.status, someone.status_on = name, "alive", None
                return


class _Rows:
    """The rows of every table, written table by table in few statements."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.people: list[Any] = []
        self.identifiers: list[Any] = []
        self.households: list[Any] = []
        self.cards: list[Any] = []
        self.members: list[Any] = []
        self.addresses: list[Any] = []
        self.relations: list[Any] = []

    def add(self, number: int, family: Family, city_name: str) -> None:
        """A household with everybody in it."""
        home = models.Household(id=self._id("household", number), region_code=family.village,
                                is_generated=True)  # fmt: skip
        card = self._id("card", number)
        self.households.append(home)
        self.cards.append(models.HouseholdNumber(
            id=card, household=home, region_code=family.village, valid_from=family.founded,
            index=numbers.index_of("kk", family.kk), sealed=numbers.sealed("kk", family.kk, card),
        ))  # fmt: skip
        self.addresses.append(models.Address(
            id=self._id("address", number), household=home, region_code=family.village,
            street=family.street, rt=family.rt, rw=family.rw, valid_from=family.founded,
        ))  # fmt: skip
        people = [
            self._person(f"{number}/{at}", someone, family, home, city_name)
            for at, someone in enumerate(family.people)
        ]
        self._relate(people, family)

    def write(self) -> None:
        """Insert everything."""
        for model, rows in (
            (models.Person, self.people), (models.Household, self.households),
            (models.Identifier, self.identifiers), (models.HouseholdNumber, self.cards),
            (models.Member, self.members), (models.Address, self.addresses),
            (models.Relation, self.relations),
        ):  # fmt: skip
            model.objects.bulk_create(rows, batch_size=BATCH)

    def _person(self, key: str, someone: Someone, family: Family, home: Any, city_name: str) -> Any:
        person = models.Person(
            id=self._id("person", key), region_code=family.village, name=someone.name,
            sex=someone.sex, birth_date=someone.born, birth_place=city_name,
            life_status=someone.status, religion=someone.religion,
            died_on=someone.status_on if someone.status == "dead" else None,
            moved_on=someone.status_on if someone.status == "moved" else None,
            moved_to="Kota Surabaya" if someone.status == "moved" else "",
            marital_status=someone.marital, education=someone.education,
            occupation=someone.occupation, father_name=someone.father, mother_name=someone.mother,
            is_generated=True,
        )  # fmt: skip
        row = self._id("nik", key)
        self.people.append(person)
        self.identifiers.append(models.Identifier(
            id=row, person=person, region_code=family.village, scheme="nik",
            index=numbers.index_of("nik", someone.nik),
            sealed=numbers.sealed("nik", someone.nik, row), valid_from=someone.born,
        ))  # fmt: skip
        since = max(family.founded, someone.born)
        self.members.append(models.Member(
            id=self._id("member", key), household=home, person=person,
            region_code=family.village, relation=someone.relation,
            valid_from=min(since, someone.status_on or since), valid_to=someone.status_on,
        ))  # fmt: skip
        return person

    def _relate(self, people: list[Any], family: Family) -> None:
        grown = [p for p, s in zip(people, family.people, strict=True) if s.relation in (1, 2, 3)]
        if len(grown) == 2:
            self._relation(grown[0], grown[1], "spouse", family)
        for person, someone in zip(people, family.people, strict=True):
            if someone.relation == CHILD:
                for parent in grown:
                    self._relation(person, parent, "parent", family)

    def _relation(self, person: Any, other: Any, kind: str, family: Family) -> None:
        self.relations.append(models.Relation(
            id=self._id(kind, f"{person.id}/{other.id}"), person=person, other=other, kind=kind,
            region_code=family.village,
        ))  # fmt: skip

    def _id(self, kind: str, key: object) -> UUID:
        return uuid5(NAMESPACE_URL, f"balai:demo:{self.slug}:{kind}:{key}")


def _account(city: Any) -> None:
    # Accounts with a password that everybody knows exist in a demonstration only.
    if not settings.DEMONSTRATION:
        return
    slug = city.slug
    username, name = ACCOUNTS[slug]
    if not User.objects.filter(username__iexact=username).exists():
        add_user(username, origin=ORIGIN, password=KNOWN_PASSWORD, display_name=name)
    for officer, role in (("petugas", "people.officer"), ("pdp", "people.dpo")):
        user = User.objects.filter(username=officer).first()
        if user is not None and user.check_password(KNOWN_PASSWORD):
            grant_role(user, role, place=slug, origin=ORIGIN)
    people = models.Person.objects.filter(
        name=name, is_generated=True, birth_place=city.name, sex="f", life_status="alive",
        birth_date__lt=TODAY.replace(year=TODAY.year - YOUNGEST),
    )  # fmt: skip
    person = people.order_by("-birth_date", "id").first()
    user = User.objects.get(username__iexact=username)
    if person is None or not user.check_password(KNOWN_PASSWORD):
        return
    try:
        actions.link_account(user, person.pk, method="demonstration", origin=ORIGIN)
    except ConflictError:
        return
    phone = {"jakarta": "0812 9000 1001", "makassar": "0812 9000 1002",
             "banyuwangi": "0812 9000 1003"}[slug]  # fmt: skip
    actions.set_contact(person.pk, "phone", phone, origin=ORIGIN, verified=True)
    actions.set_contact(person.pk, "email", f"{username}@example.id", origin=ORIGIN)


LOOKS = (
    (40, "service", "Permohonan surat keterangan domisili", ["card", "identity", "addresses"]),
    (26, "update", "Pemutakhiran kartu keluarga setelah pindah rumah", ["card", "household"]),
    (9, "aid", "Verifikasi calon penerima bantuan pendidikan", ["identity", "household"]),
    (3, "quality", "Memeriksa data ganda", ["identity", "numbers"]),
)


def _happenings(slug: str) -> None:
    """Looks, consents, a question and a request of the linked resident, so that pages show them."""
    if not settings.DEMONSTRATION:
        return
    link = models.AccountLink.objects.filter(
        user__username=ACCOUNTS[slug][0], ended_at=None
    ).first()
    person = models.Person.objects.filter(pk=link.person_id).first() if link else None
    if person is None:
        return
    entries = [_entry(person, *look) for look in LOOKS]
    origin = Origin(ACCOUNTS[slug][0], None, "web")
    actions.say_on_consent(person.pk, "contact-services", granted=True, text_version="2026-01",
                           origin=origin)  # fmt: skip
    actions.ask_about(
        entries[-1].pk, "Mengapa data saya diperiksa sebagai data ganda?", person=person.pk,
        origin=origin,
    )  # fmt: skip
    actions.make_request(
        person.pk, "erasure", parts=("contacts", "religion"), origin=origin,
        text="Mohon hapus nomor telepon dan surel saya, dan isian agama.",
    )  # fmt: skip


def _entry(person: Any, days: int, purpose: str, reason: str, parts: list[str]) -> Any:
    from django.utils import timezone

    zone = timezone.get_current_timezone()
    day = timezone.localdate() - timedelta(days=days)
    return models.AccessEntry.objects.create(
        person=person, region_code=person.region_code, actor="petugas",
        actor_name="Petugas Kependudukan", office="people.officer", purpose=purpose,
        reason=reason, channel="demo", parts=parts,
        at=datetime.combine(day, time(3, 10 + days % 40), tzinfo=zone),
    )  # fmt: skip
