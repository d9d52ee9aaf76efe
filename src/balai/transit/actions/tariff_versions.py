"""Drawing up a tariff: drafted, submitted, published by another officer, withdrawn before it began.

Every act is audited and recorded as an event; who acts is the origin's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from balai.kernel.access.actions.audit import record, record_change
from balai.kernel.access.origin import Origin
from balai.kernel.events.actions import Happening, local_day
from balai.kernel.events.actions import record as record_event
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.engine.tariff_versions import Entry, digest_of, read_entries, tariff_faults
from balai.transit.events import TARIFF_ACTED, TariffActed
from balai.transit.models import TariffInForce, TariffVersion
from balai.transit.queries.tariff_versions import forget_laws, seen_preview, version_of
from balai.transit.queries.tariffs import law_names, tariff_names

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = ("new", "in-force")
"""Names that addresses of the desk have."""
LONGEST_NAME, LONGEST_TITLE, MOST_EXAMPLES = 60, 120, 20
State = TariffVersion.State


@transaction.atomic
def draft_version(
    city: str, name: str, *, title: Mapping[str, str], parameters: Any, based_on: str = "",
    origin: Origin, examples: Any = (),
) -> TariffVersion:  # fmt: skip
    """Draw up a version of a tariff. ProblemError names each field that is wrong; ConflictError
    where the name is taken.
    """
    faults = _name_faults(name) + _title_faults(title) + _base_faults(based_on)
    entries, digest = _figures(name, title, parameters, faults)
    now = timezone.now()
    try:
        with transaction.atomic():
            made = TariffVersion.objects.create(
                city=city_by_slug(city).slug, name=name, title_id=title["id"].strip(),
                title_en=title["en"].strip(), based_on=based_on, parameters=_stored(entries),
                examples=list(examples), digest=digest, created_by=origin.actor, created_at=now,
                changed_by=origin.actor, changed_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        told = f"There is a tariff of the name {name!r} already."
        raise ConflictError("The name is taken", detail=told) from error
    _told(made, "drafted", origin, now, based_on=based_on)
    return made


@transaction.atomic
def change_version(
    city: str, name: str, *, title: Mapping[str, str], parameters: Any, origin: Origin,
    revision: int | None = None,
) -> TariffVersion:  # fmt: skip
    """Change a draft. `revision` is the one that was read: another one meanwhile is a conflict."""
    version = _held(city, name, State.DRAFT)
    if revision is not None and revision != version.revision:
        raise ConflictError(
            "Somebody else changed the draft meanwhile",
            detail=f"It stands at revision {version.revision}, {version.changed_by} changed it.",
            kind="revision-conflict",
        )
    entries, digest = _figures(name, title, parameters, _title_faults(title))
    if digest == version.digest:
        return version
    before, now = version.parameters, timezone.now()
    version.title_id, version.title_en = title["id"].strip(), title["en"].strip()
    version.parameters, version.digest = _stored(entries), digest
    version.revision += 1
    version.changed_by, version.changed_at = origin.actor, now
    version.save()
    record_change("transit.tariff-changed", origin, subject=f"tariff:{name}", before=before,
                  after=version.parameters, region=_region(version), digest=digest)  # fmt: skip
    _event(version, "changed", origin, now)
    return version


@transaction.atomic
def set_examples(city: str, name: str, examples: list[dict[str, Any]]) -> TariffVersion:
    """Keep the named journeys that are priced beside a draft; they are no part of the tariff."""
    version = _held(city, name, State.DRAFT)
    version.examples = examples[:MOST_EXAMPLES]
    version.save(update_fields=["examples"])
    return version


@transaction.atomic
def submit_version(city: str, name: str, *, origin: Origin) -> TariffVersion:
    """Hand a draft over to be published by another officer."""
    version, now = _held(city, name, State.DRAFT), timezone.now()
    version.state = State.SUBMITTED
    version.submitted_by, version.submitted_at, version.reason = origin.actor, now, ""
    version.save()
    _told(version, "submitted", origin, now)
    return version


@transaction.atomic
def return_version(city: str, name: str, *, reason: str, origin: Origin) -> TariffVersion:
    """Give a submitted version back to be changed, with the reason."""
    version, now = _held(city, name, State.SUBMITTED), timezone.now()
    version.state, version.reason = State.DRAFT, _reason(reason)
    version.save()
    _told(version, "returned", origin, now, reason=version.reason)
    return version


@transaction.atomic
def publish_version(
    city: str, name: str, *, origin: Origin, digest: str | None = None
) -> TariffVersion:
    """Publish a submitted version: from now on it never changes.

    ConflictError where `digest` is another than what stands; ProblemError (403) for who submitted
    or changed it last; ProblemError where who publishes has seen no preview of it as it stands.
    """
    version, now = _held(city, name, State.SUBMITTED), timezone.now()
    if digest is not None and digest != version.digest:
        raise ConflictError("The version is not the one that was read",
                            detail="Read it again, and its preview.")  # fmt: skip
    if origin.actor in (version.submitted_by, version.changed_by):
        raise ProblemError("Another officer publishes", status=403, kind="four-eyes",
                           detail="Who drew a tariff up does not publish it too.")  # fmt: skip
    if not seen_preview(version, origin.actor):
        told = "Make a preview of the version as it stands and open it."
        raise ProblemError("No preview was seen", kind="no-preview", detail=told)
    version.state = State.PUBLISHED
    version.published_by, version.published_at = origin.actor, now
    version.save()
    forget_laws()
    _told(version, "published", origin, now)
    return version


@transaction.atomic
def withdraw_version(city: str, name: str, *, reason: str, origin: Origin) -> TariffVersion:
    """Withdraw a published version that has begun nowhere and is to begin nowhere."""
    version, now = _held(city, name, State.PUBLISHED), timezone.now()
    spans = TariffInForce.objects.filter(tariff=name).order_by("start")
    if first := spans.first():
        raise ConflictError(
            "The tariff is in force or will be",
            detail=f"It holds in {first.city} from {first.start:%Y-%m-%d}. Take that back first.",
        )
    version.state, version.reason = State.WITHDRAWN, _reason(reason)
    version.withdrawn_by, version.withdrawn_at = origin.actor, now
    version.save()
    forget_laws()
    _told(version, "withdrawn", origin, now, reason=version.reason)
    return version


@transaction.atomic
def discard_version(city: str, name: str, *, origin: Origin) -> None:
    """Throw a draft away, with its previews."""
    version, now = _held(city, name, State.DRAFT), timezone.now()
    _told(version, "discarded", origin, now, parameters=version.parameters)
    version.delete()


def _held(city: str, name: str, state: str) -> TariffVersion:
    """The version, locked, in the state that the act needs; ConflictError where it is another."""
    found = version_of(city, name)
    version = TariffVersion.objects.select_for_update().get(pk=found.pk)
    if version.state != state:
        raise ConflictError("The version's state does not allow this",
                            detail=f"{name} is {version.state}, and must be {state}.",
                            kind="wrong-state")  # fmt: skip
    return version


def _figures(
    name: str, title: Mapping[str, str], parameters: Any, faults: list[Fault]
) -> tuple[dict[str, Entry], str]:
    entries, wrong = read_entries(parameters)
    faults = faults + (wrong or tariff_faults(name or "draft", entries))
    if faults:
        raise ProblemError("The tariff cannot be kept so", faults=tuple(faults), kind="bad-tariff")
    return entries, digest_of(name, {key: title[key].strip() for key in ("id", "en")}, entries)


def _stored(entries: Mapping[str, Entry]) -> dict[str, Any]:
    return {key: entry.as_dict() for key, entry in entries.items()}


def _name_faults(name: str) -> list[Fault]:
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
        return [Fault(field="name", value=name[:80],
                      problem="must be small letters and digits with single hyphens",
                      remedy="Write it as ok-otrip-2027")]  # fmt: skip
    if name in law_names() or name in RESERVED:
        return [Fault(field="name", value=name, problem="is the name of a tariff of law",
                      remedy="Give the version a name of its own")]  # fmt: skip
    return []


def _title_faults(title: Mapping[str, str]) -> list[Fault]:
    return [
        Fault(field=f"title_{key}", problem="must be a title of 1 to 120 characters",
              remedy="Write what residents will read")
        for key in ("id", "en")
        if not isinstance(title.get(key), str)
        or not title[key].isprintable()
        or not 1 <= len(title[key].strip()) <= LONGEST_TITLE
    ]  # fmt: skip


def _base_faults(based_on: str) -> list[Fault]:
    if not based_on or (NAME.fullmatch(based_on) and based_on in tariff_names()):
        return []
    return [Fault(field="based_on", value=based_on[:80], problem="is no tariff",
                  remedy="Name a tariff there is, or none")]  # fmt: skip


def _reason(text: str) -> str:
    told = text.strip()
    if not told or len(told) > 300 or not told.isprintable():
        raise ProblemError("A reason is needed", faults=(
            Fault(field="reason", problem="must be a reason of 1 to 300 characters",
                  remedy="Say why, for those who read it later"),))  # fmt: skip
    return told


def _region(version: TariffVersion) -> str:
    return city_by_slug(version.city).region_code


def _told(version: TariffVersion, act: str, origin: Origin, now: datetime, **detail: Any) -> None:
    record(f"transit.tariff-{act}", origin, subject=f"tariff:{version.name}",
           region=_region(version), digest=version.digest, **detail)  # fmt: skip
    _event(version, act, origin, now)


def _event(version: TariffVersion, act: str, origin: Origin, now: datetime) -> None:
    city = city_by_slug(version.city)
    record_event(
        Happening(
            kind=TARIFF_ACTED, at=now, day=local_day(now, city.zone), city=city.slug,
            place=city.region_code, subject=f"tariff:{version.name}", actor=origin.actor,
            data=TariffActed(tariff=version.name, act=act, digest=version.digest),
        )
    )  # fmt: skip
