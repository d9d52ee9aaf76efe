"""How pages name what the register keeps as short words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

STATUSES = {
    "received": _("received"),
    "checked": _("checked"),
    "done": _("carried out"),
    "done-partly": _("done in part"),
    "refused": _("refused"),
    "withdrawn": _("withdrawn"),
}
REQUESTS = {
    "rectification": _("Correct my record"),
    "erasure": _("Erase my data"),
}
PARTS = {
    "card": _("name"),
    "identity": _("identity"),
    "numbers": _("numbers (hidden)"),
    "household": _("household"),
    "addresses": _("addresses"),
    "relations": _("relatives"),
    "contacts": _("contacts"),
    "nik": _("look-up by NIK"),
    "kk": _("look-up by KK number"),
    "nik-shown": _("NIK in full"),
    "kk-shown": _("KK number in full"),
    "bpjs-shown": _("BPJS number in full"),
    "nisn-shown": _("NISN in full"),
    "npwp-shown": _("NPWP in full"),
    "passport-shown": _("passport number in full"),
    "kitas-shown": _("KITAS number in full"),
    "phone-shown": _("phone number in full"),
    "email-shown": _("e-mail address in full"),
    "export": _("copy of everything"),
    "accesses": _("who looked"),
    "case": _("answers of a request"),
    "case-file": _("paper of a request"),
    "document": _("letter or document"),
    "document-file": _("file of a letter or document"),
    "payment": _("bill and payment"),
    "travel-card": _("travel card and its journeys"),
    "name": _("name"),
    "birth": _("birth"),
    "sex": _("sex"),
    "life": _("life status"),
    "citizenship": _("citizenship"),
    "religion": _("religion"),
    "marital_status": _("marital status"),
    "education": _("education"),
    "occupation": _("occupation"),
    "blood_type": _("blood type"),
    "parents": _("names of the parents"),
    "residence": _("village of residence"),
    "mailing_address": _("own address apart from the household"),
    "consents": _("consents"),
    "account": _("joined account"),
    "region_code": _("village"),
    "birth_date": _("birth date"),
    "birth_place": _("birth place"),
    "father_name": _("father's name"),
    "mother_name": _("mother's name"),
}
LIFE = {
    "alive": ("ok", _("lives here")),
    "dead": ("mute", _("died")),
    "moved": ("info", _("moved away")),
    "unknown": ("wait", _("not known")),
}
KIN = {
    "parent": _("parent"),
    "spouse": _("spouse"),
    "guardian": _("guardian"),
    "child": _("child"),
    "ward": _("ward"),
}
SCHEMES = {"nik": "NIK", "kk": "KK", "bpjs": "BPJS", "nisn": "NISN", "npwp": "NPWP",
           "passport": _("Passport"), "kitas": "KITAS"}  # fmt: skip
CHANNELS = {
    "web": _("the site"),
    "api": _("a connected program"),
    "cli": _("the command line"),
    "job": _("a job in the background"),
    "demo": _("the demonstration"),
}


def status_title(status: str) -> Any:
    """A request's status in words."""
    return STATUSES.get(status, status)


def request_title(kind: str) -> Any:
    """A request's kind in words."""
    return REQUESTS.get(kind, kind)


def part_titles(parts: list[str]) -> list[Any]:
    """Parts of a record in words."""
    return [PARTS.get(part, part) for part in parts]
