"""The demonstration's cases: about sixty of generated residents, in every state, some late."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from balai.kernel.access.actions import grant_role
from balai.kernel.access.actions.demo import KNOWN_PASSWORD
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.calendars import Calendar, city_calendar
from balai.kernel.cases import actions
from balai.kernel.cases.demo_offices import ensure_offices
from balai.kernel.cases.engine import Field, Service, Step
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries import CaseView
from balai.kernel.cases.queries.services import services
from balai.kernel.people.queries import cards
from balai.kernel.people.queries.accounts import person_of
from balai.kernel.people.queries.generated import generated_adults
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import City, find_city
from balai.kernel.row_security import rows_of

log = logging.getLogger(__name__)
CITIES = {"makassar": 20, "banyuwangi": 24, "jakarta": 16}
ACCOUNTS = {"jakarta": "resident", "makassar": "warga", "banyuwangi": "wargo"}
OFFICERS = {
    "cases.officer": "petugas.desa", "cases.district": "petugas.kecamatan",
    "cases.supervisor": "penyelia", "cases.village_head": "kepala.desa",
}  # fmt: skip
SIGNERS = {"cases.village_head": "kepala.desa", "cases.district": "camat"}
LETTERS = {"banyuwangi": {11: "signed once", 20: "signed"}}
"""Cases whose letter is signed by the village, or by the village and the district."""
ORIGIN = Origin(actor="demo", channel="demo")
STORIES = ("fresh", "claimed", "passed", "returned", "paused", "late", "refused", "withdrawn",
           "claimed", "late")  # fmt: skip
"""What becomes of the cases, in turn."""
WORDS = {
    "phone": "0812 9000 2000", "email": "warga@example.id", "yes_no": False, "integer": 3,
    "money": 250_000, "person": "3510200101900001",
}  # fmt: skip
TEXTS = ("Membuka rekening usaha kopi", "Melengkapi berkas beasiswa anak",
         "Lampu jalan padam sejak pekan lalu", "Mengurus sambungan air bersih")  # fmt: skip


class Picture:
    """A small generated picture, as an upload brings it."""

    name = "contoh.png"
    size = 0

    def read(self, _most: int = -1) -> bytes:
        """The bytes of a picture of one white point."""
        from base64 import b64decode

        return b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMB/6X6nWcAAAAASUVORK5CYII="
        )


def build(tell: Callable[[str], None]) -> None:
    """Publish what comes with Balai, and open the cases that are missing; again: nothing."""
    actions.publish_builtin(origin=ORIGIN)
    for slug, count in CITIES.items():
        city = find_city(slug)
        if city is None:
            continue
        with rows_of(city.region_code):
            if Case.objects.filter(city=slug, key__startswith="demo:").exists():
                continue
            officers = _accounts(city, OFFICERS)
            if len(officers) < len(OFFICERS):
                continue
            _signing_offices(city)
            made = sum(
                _case(city, number, person, officers)
                for number, person in enumerate(_people(city, count))
            )
        tell(f"cases: {made} of generated residents in {city.name}")


def _accounts(city: City, wanted: Mapping[str, str]) -> dict[str, User]:
    # Accounts with a password that everybody knows exist in a demonstration only.
    if not settings.DEMONSTRATION:
        return {}
    found = {}
    for role, name in wanted.items():
        user = User.objects.filter(username=name).first()
        if user is not None and user.check_password(KNOWN_PASSWORD):
            grant_role(user, role, place=city.slug, origin=ORIGIN)
            found[role] = User.objects.get(pk=user.pk)
    return found


def _signing_offices(city: City) -> None:
    heads = _accounts(city, SIGNERS) if city.slug in LETTERS else {}
    if len(heads) == len(SIGNERS):
        ensure_offices(city, {region for _, region in _people(city, 10_000)}, heads)


def _people(city: City, count: int) -> list[tuple[UUID, str]]:
    """The resident with an account thrice, then others, of names from all over the alphabet."""
    found = generated_adults(city.region_code)
    others = found[:: max(1, len(found) // count)]
    account = User.objects.filter(username=ACCOUNTS[city.slug]).first()
    own = next((each for each in found if each[0] == person_of(account)), None)
    return [*([own] * 3 if own else []), *others][:count]


def _case(city: City, number: int, person: tuple[UUID, str], officers: Mapping[str, User]) -> int:
    offered = [each for each in services() if "officer" in each.applicants]
    if not offered:
        return 0
    definition = offered[number % len(offered)]
    calendar, story = city_calendar(city), STORIES[number % len(STORIES)]
    if any(step.document for step in definition.steps):
        story = LETTERS.get(city.slug, {}).get(number, story)
    back = {"late": 14, "passed": 4, "refused": 5, "signed": 3}.get(story, number % 2)
    at = calendar.next_opening(timezone.now() - timedelta(days=back, hours=number % 5))
    at = min(at, timezone.now() - timedelta(minutes=45))
    officer = officers["cases.officer"]
    try:
        draft = actions.open_case(
            definition.code, city=city, region_code=person[1], person_id=person[0],
            answers=_answers(definition, number, person), by=officer, origin=ORIGIN,
            key=f"demo:{city.slug}:{number}", submit=False, at=at, generated=True, quiet=True,
        )  # fmt: skip
        for paper in definition.papers:
            if paper.required:
                actions.attach_file(draft.id, paper.code, Picture(), by=officer, origin=ORIGIN,
                                    at=at)  # fmt: skip
        seen = actions.submit(draft.id, by=officer, origin=ORIGIN, at=at, quiet=True)
        _tell(_Story(seen, definition, calendar, officers, at), story)
    except ProblemError as error:
        log.warning("the demonstration's case %s: %s", number, "; ".join(error.lines()))
        return 0
    return 1


class _Story:
    """A case and the moment it has reached."""

    def __init__(
        self, seen: CaseView, definition: Service, calendar: Calendar,
        officers: Mapping[str, User], at: datetime,
    ) -> None:  # fmt: skip
        self.seen, self.definition, self.calendar = seen, definition, calendar
        self.officers, self.at = officers, at

    def act(self, kind: str, **payload: Any) -> None:
        """Do an act a few minutes later, by whoever has the case."""
        self.at = min(self.at + timedelta(minutes=9), timezone.now())
        by = payload.pop("by", None) or self.officers[self.seen.role]
        origin = Origin(actor=by.get_username(), channel="demo")
        self.seen = actions.act(self.seen.id, kind, payload=payload, by=by, origin=origin,
                                at=self.at, quiet=True)  # fmt: skip

    @property
    def step(self) -> Step:
        """The step the case is at."""
        return self.definition.step(self.seen.step)


def _tell(story: _Story, name: str) -> None:
    if name in ("fresh", "late") and not (name == "late" and story.seen.number.endswith("0")):
        return
    if name == "withdrawn":
        story.act("withdraw", reason="Pemohon membatalkan di loket")
        return
    story.act("claim")
    if name == "returned" and "return" in story.step.acts:
        story.act("return", reason="Keterangan belum lengkap, mohon dijelaskan",
                  asks=[story.definition.fields[0].name])  # fmt: skip
    elif name == "paused" and "pause" in story.step.acts:
        story.act("pause", reason="Menunggu arsip dari dinas")
    elif name == "refused" and story.definition.grounds and "refuse" in story.step.acts:
        story.act("refuse", ground=story.definition.grounds[0].code,
                  reason="Sudah diperiksa bersama pemohon")  # fmt: skip
    elif name in ("passed", "signed once", "signed"):
        _pass(story)
        if name != "passed":
            _sign(story, 1 if name == "signed once" else 2)


def _pass(story: _Story) -> None:
    """Through every step that needs no signature."""
    while story.seen.closed_at is None and "sign" not in story.step.acts:
        if story.seen.holder is None:
            story.act("claim")
        story.act("pass")


def _sign(story: _Story, signatures: int) -> None:
    """By the village's head, then by the district's."""
    heads = {role: User.objects.get(username=name) for role, name in SIGNERS.items()}
    for _ in range(signatures):
        by = heads[story.seen.role]
        if story.seen.holder is None:
            story.act("claim", by=by)
        story.act("sign", by=by, secret=KNOWN_PASSWORD)


def _answers(definition: Service, number: int, person: tuple[UUID, str]) -> dict[str, Any]:
    name = cards([person[0]])[person[0]].name
    known = {"person.name": name, "person.address": f"Dusun Krajan, RT {number % 5 + 1:02} RW 01"}
    return {
        field.name: known.get(field.prefill) or _answer(field, number, person[1])
        for field in definition.fields if field.kind != "file"
        and (field.shown_if is None or field.required)
    }  # fmt: skip


def _answer(field: Field, number: int, region: str) -> Any:
    if field.kind == "choice":
        return field.options[number % len(field.options)].value
    if field.kind == "choices":
        return [field.options[number % len(field.options)].value]
    if field.kind == "date":
        return f"2026-0{number % 9 + 1}-11"
    if field.kind == "region":
        return region
    if field.kind in WORDS:
        return WORDS[field.kind]
    return TEXTS[number % len(TEXTS)][: field.limits.longest]
