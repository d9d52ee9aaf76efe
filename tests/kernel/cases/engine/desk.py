"""A service, a calendar and acts for the tests of the engine."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from balai.kernel.calendars import Calendar
from balai.kernel.cases.engine import RESIDENT, Act, Service, apply, read_service

HOURS = {day: ((time(8), time(12)), (time(13), time(16))) for day in range(5)}
CALENDAR = Calendar(zone=ZoneInfo("Asia/Jakarta"), hours=HOURS, country="ID")
VILLAGE, NEXT_VILLAGE = "35.10.19.2004", "35.10.19.2005"
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)  # 08:00 in Jakarta
CLERK, HEAD, DISTRICT, SUPERVISOR = (
    "cases.officer", "cases.village_head", "cases.district", "cases.supervisor",
)  # fmt: skip

LETTER = """
service: letter
version: 1
title: {id: Surat, en: Letter}
summary: {id: Surat percobaan, en: A letter to try}
office: village
applicants: [self, officer]
promise: {hours: 12}
appeal: {days: 21, step: check}
fields:
  - {name: purpose, kind: text, title: {id: Keperluan, en: Purpose}}
papers:
  - {code: card, title: {id: Kartu, en: Card}}
steps:
  - code: check
    title: {id: Periksa, en: Check}
    role: cases.officer
    office: village
    acts: [check, return, refuse, pause, hand_over]
    next: village_sign
    promise: {hours: 4}
    escalate: {to: cases.supervisor, at: 0.5}
  - code: village_sign
    title: {id: Kepala desa, en: Village head}
    role: cases.village_head
    office: village
    acts: [sign, send_back, refuse, pause]
    next: district_sign
    document: letter
    promise: {hours: 4}
    escalate: {to: cases.district, at: 1.0}
  - code: district_sign
    title: {id: Camat, en: District head}
    role: cases.district
    office: district
    acts: [sign, return, refuse, pause, hand_over, send_back]
    document: letter
grounds:
  - {code: untrue, text: {id: Tidak benar, en: Not true}, article: UU 30/2014 pasal 50}
"""


def letter(version: int = 1, **changes: str) -> Service:
    text = LETTER.replace("version: 1", f"version: {version}")
    for old, new in changes.values() if changes else ():
        text = text.replace(old, new)
    return read_service(text, "letter")


SERVICE = letter()


class Desk:
    """A case under way, with its events; each act must be possible just before it is done."""

    def __init__(self, service: Service = SERVICE, at: datetime = MONDAY, **payload) -> None:
        self.service, self.events = service, []
        self.state = None
        self.do("submit", RESIDENT, "wati", at, region=VILLAGE, **payload)

    def do(self, kind, role, actor, at, **payload):
        act = Act(kind=kind, at=at, actor=actor, role=role, payload=payload)
        done = apply(self.service, self.state, act, CALENDAR)
        self.state, self.effects = done.state, done.effects
        self.events.append(done.event)
        return self.state

    def to_district(self, at):
        self.do("claim", CLERK, "budi", at)
        self.do("check", CLERK, "budi", at)
        self.do("claim", HEAD, "kades", at)
        self.do("sign", HEAD, "kades", at)
        return self.do("claim", DISTRICT, "camat", at)
