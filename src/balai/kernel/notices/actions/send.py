"""Storing a notice, and with it the first way it will go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from balai.kernel.access.models import User
from balai.kernel.events import actions as events
from balai.kernel.jobs import start
from balai.kernel.notices import Message, Recipient, sealed
from balai.kernel.notices.channels import find_channel
from balai.kernel.notices.engine.choice import Wish, ways
from balai.kernel.notices.engine.quiet import next_allowed
from balai.kernel.notices.happenings import STORED
from balai.kernel.notices.happenings import Stored as StoredFields
from balai.kernel.notices.kinds import LANGUAGES, PLAIN, NoticeKind, find_kind, is_known
from balai.kernel.notices.models import Delivery, Notice, Preference, State, Subscription
from balai.kernel.notices.policy import policy_of
from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions import queries as regions
from balai.kernel.regions.queries import City
from balai.kernel.row_security import EVERYWHERE, rows_of

DISPATCH = "notices.dispatch"
LONGEST_KEY = 300


@dataclass(frozen=True, slots=True)
class Stored:
    """The notice that a key stands for, and whether an earlier call stored it."""

    id: UUID
    repeated: bool


def send(message: Message, *, key: str) -> Stored:
    """Store a notice in the transaction at hand; the worker sends it once that is committed.

    The same key again changes nothing. An address that is none does not stop it: the fault stands
    in the outbox and the next channel is tried; the notice is in the inbox in any case.
    ProblemError where a value is missing or of another type, or nobody is addressed.
    """
    _check(message, key)
    # The writer need not see the reader's region: a resident's act may tell an officer.
    with rows_of(EVERYWHERE):
        standing = Notice.objects.filter(key=key).values_list("id", flat=True).first()
        if standing is not None:
            return Stored(standing, repeated=True)
        return _stored(message, key)


def _stored(message: Message, key: str) -> Stored:
    city = regions.city_by_slug(message.city) if message.city else None
    kind = find_kind(message.kind if is_known(message.kind) else PLAIN)
    account = _account(message.to)
    reader = reader_of(message.to)
    language = message.to.language or (account.language if account else "") or LANGUAGES[0]
    addresses, faults = _addresses(message.to, account, city)
    order = ways(
        kind.channels,
        {*addresses, *faults, *_subscribed(reader)},
        legal=kind.legal,
        wishes=_wishes(reader, message.kind),
    )
    number = sealed.new_id()
    notice = Notice(
        id=number, key=key, kind=message.kind, city=message.city, reader=reader,
        region_code=message.to.region_code or (city.region_code if city else ""),
        language=language, legal=kind.legal, urgent=kind.urgent, channels=list(order),
        sealed_content=sealed.seal(sealed.CONTENT, _content(kind, message, language, city), number),
        sealed_addresses=sealed.seal(sealed.ADDRESSES, {**addresses, "faults": faults}, number),
    )  # fmt: skip
    # Two that come at once: the one that is second in the index finds the first one's row.
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    kept = Notice.objects.values_list("id", flat=True).get(key=key)
    if kept != number:
        return Stored(kept, repeated=True)
    begin_next(notice, after=None, now=timezone.now())
    _record(notice, city)
    return Stored(number, repeated=False)


def begin_next(notice: Notice, *, after: str | None, now: datetime) -> Delivery | None:
    """Make the delivery of the channel that follows `after` (None: the first), due as of `now`;
    None at the end.

    A channel whose address is none fails at once, so that the outbox tells it.
    """
    rest = list(notice.channels)
    if after is not None:
        rest = rest[rest.index(after) + 1 :] if after in rest else []
    addresses = sealed.opened(sealed.ADDRESSES, notice.sealed_addresses, notice.pk)
    for channel in rest:
        fault = addresses["faults"].get(channel, "")
        if fault:
            _make(notice, channel, state=State.FAILED, problem=f"The address {fault}",
                  ended_at=now)  # fmt: skip
            continue
        made = _make(notice, channel, due_at=first_moment(notice, channel, now))
        start(DISPATCH, slot="now")
        return made
    return None


def first_moment(notice: Notice, channel: str, now: datetime) -> datetime:
    """When the notice may go this way: after the quiet hours, if the channel disturbs."""
    if notice.urgent or not find_channel(channel).disturbs:
        return now
    city = regions.find_city(notice.city) if notice.city else None
    zone = city.zone if city else timezone.get_default_timezone()
    return next_allowed(now, zone, policy_of(notice.city).quiet)


def reader_of(to: Recipient) -> UUID:
    """The number under which the recipient's notices, wishes and browsers are kept."""
    if to.person_id is not None:
        return to.person_id
    if to.account_id is None:
        raise ProblemError("The notice is addressed to nobody",
                           detail="A recipient needs a person_id or an account_id.")  # fmt: skip
    return sealed.reader_of_account(to.account_id)


def _make(notice: Notice, channel: str, **fields: Any) -> Delivery:
    return Delivery.objects.create(id=sealed.new_id(), notice=notice, channel=channel, **fields)


def _check(message: Message, key: str) -> None:
    faults = []
    if not 0 < len(key) <= LONGEST_KEY:
        faults.append(Fault(field="key", problem=f"is not of 1 to {LONGEST_KEY} letters"))
    if message.link and (not message.link.startswith("/") or message.link.startswith("//")):
        faults.append(Fault(field="link", value=message.link, problem="is no path of this site",
                            remedy="Begin it with a single /"))  # fmt: skip
    if not is_known(message.kind) and not message.text:
        remedy = "Register it with register_kinds, or give subject and text"
        faults.append(
            Fault(field="kind", value=message.kind, problem="is not registered", remedy=remedy)
        )
    if faults:
        raise ProblemError("The notice cannot be sent", faults=tuple(faults))


def _content(
    kind: NoticeKind, message: Message, language: str, city: City | None
) -> dict[str, Any]:
    zone = city.time_zone if city else "UTC"
    values: Mapping[str, Any] = message.values
    if message.text:
        kind = find_kind(PLAIN)
        values = {"subject": message.subject or message.text[:80], "text": message.text}
    made = kind.compose(language, values, zone=zone)
    return {
        "subject": made.subject, "text": made.text, "short": made.short, "html": made.html,
        "chat": kind.compose(language, values, zone=zone, channel="chat").text,
        "link": message.link, "name": message.to.name,
    }  # fmt: skip


def _addresses(
    to: Recipient, account: User | None, city: City | None
) -> tuple[dict[str, str], dict[str, str]]:
    given = {name: each for name, each in to.channels.items() if each and name != "webpush"}
    if account is not None and account.email:
        given.setdefault("email", account.email)
    good, bad = {}, {}
    for name, address in given.items():
        try:
            country = city.country if city else ""
            good[name] = find_channel(name).normalised(address, country=country)
        except ValueError as error:
            bad[name] = str(error)
    return good, bad


def _account(to: Recipient) -> User | None:
    return User.objects.filter(pk=to.account_id).first() if to.account_id else None


def _subscribed(reader: UUID) -> set[str]:
    return {"webpush"} if Subscription.objects.filter(reader=reader).exists() else set()


def _wishes(reader: UUID, kind: str) -> list[Wish]:
    rows = Preference.objects.filter(reader=reader, kind__in=[kind, ""]).order_by("-kind")
    return [Wish(row.off, tuple(row.channels)) for row in rows]


def _record(notice: Notice, city: City | None) -> None:
    now = timezone.now()
    events.record(
        events.Happening(
            kind=STORED, at=now, city=notice.city or "network", place=notice.region_code,
            day=events.local_day(now, city.zone if city else timezone.get_default_timezone()),
            data=StoredFields(notice.kind, list(notice.channels)),
            subject=f"notices.notice:{notice.pk}", key=f"notices.stored/{notice.pk}",
        )
    )  # fmt: skip
