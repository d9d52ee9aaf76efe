"""A city with a village and its district, officers, a resident with an account, two services."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from balai.kernel.access.actions import add_user, grant_role
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.cases import actions
from balai.kernel.cases.queries import CaseView
from balai.kernel.people import models as people
from balai.kernel.regions.models import City, Region

ORIGIN = Origin("test", None, "test")
VILLAGE, OTHER_VILLAGE, DISTRICT = "35.10.20.2004", "35.10.21.2001", "35.10.20"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Nine in the morning in Banyuwangi."""
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64

DEFINITION = """
service: surat-uji
version: {version}
title: {{id: Surat uji, en: Test letter}}
summary: {{id: Untuk uji, en: For tests}}
office: village
applicants: [self, officer]
personal: true
promise: {{hours: {hours}}}
appeal: {{days: 21, step: decide}}
fields:
  - name: purpose
    kind: text
    title: {{id: Keperluan, en: Purpose}}
    limits: {{shortest: 3, longest: 200}}
  - name: story
    kind: text
    title: {{id: Cerita, en: Story}}
    personal: true
    limits: {{shortest: 3, longest: 200}}
{extra}
papers:
  - code: proof
    title: {{id: Bukti, en: Proof}}
    required: {paper}
    types: [image/png, application/pdf]
    max_mb: 1
    reuse_days: 30
steps:
  - code: check
    title: {{id: Periksa, en: Check}}
    role: cases.officer
    office: village
    acts: [check, return, refuse, pause, hand_over]
    next: decide
    promise: {{hours: 4}}
    escalate: {{to: cases.supervisor, at: 0.5}}
  - code: decide
    title: {{id: Putuskan, en: Decide}}
    role: cases.district
    office: district
    acts: [approve, send_back, refuse, pause]
    promise: {{hours: 4}}
grounds:
  - code: not_ours
    text: {{id: Bukan wewenang, en: Not ours}}
    article: UU 30/2014 pasal 17
"""


class Upload(io.BytesIO):
    """A file as a request brings it."""

    def __init__(self, content: bytes, name: str = "bukti.png") -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


def definition(version: int = 1, *, hours: int = 8, paper: bool = False, extra: str = "") -> str:
    return DEFINITION.format(version=version, hours=hours, paper=str(paper).lower(), extra=extra)


@dataclass(frozen=True)
class Office:
    """Those who act, and a resident's case."""

    officer: User
    colleague: User
    elsewhere: User
    district: User
    supervisor: User
    resident: User
    person: UUID
    neighbour: UUID

    def open(self, key: str = "k", **changes: Any) -> CaseView:
        arguments = {
            "city": "banyuwangi", "region_code": VILLAGE, "person_id": self.person,
            "answers": {"purpose": "kredit usaha", "story": "Rahasia Keluarga"},
            "by": self.resident, "origin": ORIGIN, "key": key, "at": MONDAY, "quiet": True,
            **changes,
        }  # fmt: skip
        return actions.open_case("surat-uji", **arguments)

    def act(self, case: CaseView | UUID, kind: str, by: User | None = None, /, **changes: Any):
        which = case.id if isinstance(case, CaseView) else case
        said = {name: changes.pop(name) for name in tuple(changes)
                if name not in ("at", "key", "expected", "role", "quiet")}  # fmt: skip
        arguments = {"at": MONDAY, "quiet": True, **changes}
        return actions.act(which, kind, payload=said, by=by or self.officer, origin=ORIGIN,
                           **arguments)  # fmt: skip


@pytest.fixture(autouse=True)
def _the_same_morning(clock: Any) -> None:
    """A few minutes after the moment at which most acts are done."""
    clock(MONDAY + timedelta(minutes=5))


@pytest.fixture
def keys_root(settings: Any, tmp_path: Any) -> Any:
    settings.KEYS_ROOT = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def office(db: None, keys_root: Any) -> Office:
    return build()


def build() -> Office:
    place_city()
    actions.publish_service(definition(), by=None, origin=ORIGIN)
    person, neighbour = resident("Sri Rahayu", VILLAGE), resident("Budi", OTHER_VILLAGE)
    account = user("warga-uji")
    people.AccountLink.objects.create(user=account, person_id=person, method="test", linked_by="t")
    return Office(
        user("petugas-uji", "cases.officer", VILLAGE), user("rekan-uji", "cases.officer", VILLAGE),
        user("petugas-lain", "cases.officer", OTHER_VILLAGE),
        user("kecamatan-uji", "cases.district", DISTRICT),
        user("penyelia-uji", "cases.supervisor", "35.10"), account, person, neighbour,
    )  # fmt: skip


def user(name: str, role: str = "", place: str = "") -> User:
    made = add_user(name, origin=ORIGIN, password="kata-sandi-uji-9", display_name=name.title())
    if role:
        grant_role(made, role, place=place, origin=ORIGIN)
    return User.objects.get(username=name)


def resident(name: str, region: str) -> UUID:
    return people.Person.objects.create(
        name=name, region_code=region, sex="f", birth_date="1990-01-01", is_generated=True
    ).pk


def place_city() -> None:
    if City.objects.filter(slug="banyuwangi").exists():
        return
    above = Region.objects.create(
        code="ID", scheme="iso3166", level="country", name="Indonesia", path="ID"
    )
    places = {"": above}
    for code, name, level, kind in (
        ("35.10", "Banyuwangi", "city", "kabupaten"),
        (DISTRICT, "Licin", "district", "kecamatan"),
        ("35.10.21", "Glagah", "district", "kecamatan"),
        (VILLAGE, "Tamansari", "village", "desa"),
        (OTHER_VILLAGE, "Kemiren", "village", "desa"),
    ):
        parent = places.get(code.rpartition(".")[0], above)
        places[code] = Region.objects.create(
            code=code,
            name=name,
            level=level,
            kind=kind,
            parent=parent,
            path=f"{parent.path}/{code}",
        )
    City.objects.create(
        slug="banyuwangi", name="Banyuwangi", region=places["35.10"], country="ID",
        time_zone="Asia/Jakarta", currency="IDR", band="gajah-oling", languages=["id", "en"],
    )  # fmt: skip
