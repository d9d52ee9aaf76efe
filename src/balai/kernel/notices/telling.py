"""Why a delivery failed, in the visitor's language: a sentence we know, and a detail in brackets.

In the database and by the API the sentence stands in English.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_noop

SENTENCES = (
    gettext_noop("The address is no telephone number"),
    gettext_noop("The address is no telephone number that its country gives out"),
    gettext_noop("The address is no e-mail address"),
    gettext_noop("The address is no number of a chat"),
    gettext_noop("The gateway does not answer"),
    gettext_noop("The gateway broke off"),
    gettext_noop("The gateway is busy"),
    gettext_noop("The gateway refused it"),
    gettext_noop("The server does not answer"),
    gettext_noop("The server is busy"),
    gettext_noop("The server refused it"),
    gettext_noop("The server does not take this address"),
    gettext_noop("No browser takes it"),
    gettext_noop("The subscription is not the address of a push service"),
    gettext_noop("The subscription is not a push service of this installation"),
    gettext_noop("The subscription's keys do not work"),
    gettext_noop("A fault of the channel"),
)


def told(problem: str) -> str:
    """The problem in the visitor's language; as it stands where it is none of ours."""
    found = re.fullmatch(r"(.*?)( \([^()]*\))?", problem)
    if not found or found[1] not in SENTENCES:
        return problem
    return gettext(found[1]) + (found[2] or "")
