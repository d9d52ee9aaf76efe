"""What is said about taps in lists: why one does not count or was refused, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from balai.transit.models import CardAccount, Tap

TOLD = (
    gettext_noop("another tap has this validator and sequence number"),
    gettext_noop("has no offset from UTC"),
    gettext_noop("is missing"),
    gettext_noop("is not a distance ridden"),
    gettext_noop("is not a name"),
    gettext_noop("is not a number"),
    gettext_noop("is not a time"),
    gettext_noop("is not a whole number from 0"),
    gettext_noop("is not an object"),
    gettext_noop("is not in the timetable"),
    gettext_noop("is not known"),
    gettext_noop("is not registered"),
    gettext_noop("is not valid"),
    gettext_noop("is too far from the card's tap before"),
    gettext_noop("lies ahead of now"),
    gettext_noop("lies before 2000"),
    gettext_noop("was rejected by an officer"),
    gettext_noop("was told by a clock that is off"),
    gettext_noop("Give the kilometres ridden"),
    gettext_noop("Give the kilometres ridden, from 0 to 500"),
    gettext_noop("It does not count; do not send it again"),
    gettext_noop("Judge whether the card was there"),
    gettext_noop("Register the card; the tap is kept"),
    gettext_noop("Send each tap as a JSON object"),
    gettext_noop("Set the validator's clock"),
    gettext_noop("The tap that came first stands; check the validator's counter"),
    gettext_noop("Use 1 to 60 letters, digits and _ . : -"),
    gettext_noop("Use 4 to 40 letters, digits and hyphens"),
    gettext_noop("Use ISO 8601 with an offset, such as 2026-11-23T07:10:00+07:00"),
    gettext_noop("Use one of brt, bus, angkot, mikrotrans, mrt, lrt, rail, royaltrans"),
    gettext_noop("Use one of in, out"),
    gettext_noop("Use the feed's id, at most 255 letters"),
    gettext_noop("Use the id of the feed in use; the tap is kept"),
    gettext_noop("Use the validator's own count, a whole number from 0"),
    gettext_noop("Came again and was taken"),
    gettext_noop("Other taps explain it"),
)
"""What is kept with an entry of quarantine, so that it can be said in the reader's language."""
REFUSED = ("blocked", "lost", "replaced")


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be known about a tap: a word for files, the words for readers, a tag's tone."""

    code: str
    text: str
    tone: str


def remarks_of(tap: Tap) -> list[Remark]:
    """What is to be known about a tap, of `queries.journeys.taps_of`; empty where nothing is."""
    found = []
    ruling, leg = getattr(tap, "ruling", None), getattr(tap, "leg", None)
    account = getattr(tap.card, "account", None)
    if ruling is not None and ruling.ruling == "aside":
        found.append(Remark("aside", _("does not count: set aside"), "mute"))
    if getattr(tap, "orphan", None) is not None:
        found.append(Remark("orphan", _("no boarding"), "wait"))
    if leg is not None and leg.alighting_id is None:
        found.append(Remark("missed", _("no tap-out"), "wait"))
    if account is not None and account.state in REFUSED:
        found.append(Remark(f"card-{account.state}", _card(account), "late"))
    return found


def standing_of_card(tap: Tap) -> tuple[str, str]:
    """The state of the tap's card as it is now and why it is blocked; empty where not issued."""
    account = getattr(tap.card, "account", None)
    return (account.state, account.block) if account is not None else ("", "")


def _card(account: CardAccount) -> str:
    """The card as it stands now, and why it is blocked."""
    told = _("card %(state)s") % {"state": account.get_state_display()}
    return f"{told}: {account.get_block_display()}" if account.block else told
