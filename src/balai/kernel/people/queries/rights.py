"""Consents and requests about one's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from balai.kernel.laws import DatedValue, Law, load_law
from balai.kernel.people import facts
from balai.kernel.people.linkage.queries import records_of
from balai.kernel.people.models import Consent, RightsRequest
from balai.kernel.problems import MissingError

KINDS = ("rectification", "erasure")
LAW = Path(__file__).parents[1] / "laws" / "data-protection.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentState:
    """A purpose of consent and how it stands with one person."""

    spec: facts.ConsentSpec
    granted: bool
    at: datetime | None
    text_version: str

    @property
    def is_current(self) -> bool:
        """Whether the text that was read is today's."""
        return self.text_version == self.spec.version


def consents_of(person: UUID) -> tuple[ConsentState, ...]:
    """Each purpose with the newest word of the person on it."""
    newest: dict[str, Consent] = {}
    for row in Consent.objects.filter(person_id__in=records_of(person)).order_by("at", "id"):
        newest[row.purpose] = row
    return tuple(_state(spec, newest.get(name)) for name, spec in facts.consents().items())


def has_consented(person: UUID, purpose: str) -> bool:
    """Whether the person's newest word on this purpose is yes."""
    row = Consent.objects.filter(person_id=person, purpose=purpose).order_by("-at", "-id").first()
    return row is not None and row.granted


def consent_history(person: UUID) -> QuerySet[Consent]:
    """Every word of the person on consents, the newest first."""
    return Consent.objects.filter(person_id__in=records_of(person)).order_by("-at", "-id")


def requests_of(person: UUID) -> QuerySet[RightsRequest]:
    """The person's requests, the newest first."""
    return RightsRequest.objects.filter(person_id=person).order_by("-received_at")


def open_requests() -> QuerySet[RightsRequest]:
    """The requests that wait for the desk, the nearest deadline first."""
    rows = RightsRequest.objects.filter(closed_at=None)
    return rows.select_related("person").order_by("due_at", "id")


def closed_requests() -> QuerySet[RightsRequest]:
    """The requests that were answered, the newest first."""
    rows = RightsRequest.objects.exclude(closed_at=None)
    return rows.select_related("person").order_by("-closed_at", "id")


def rights_request(request_id: UUID) -> RightsRequest:
    """One request; MissingError where it is not open to who asks."""
    found = RightsRequest.objects.select_related("person").filter(pk=request_id).first()
    if found is None:
        raise MissingError("No such request", detail="No request with this address is open here.")
    return found


@cache
def law() -> Law:
    """The dated law of data protection, as data."""
    return load_law(LAW)


def hours_to_answer(kind: str, on: date) -> tuple[int, DatedValue]:
    """The hours a request of this kind may take, and the rule that says so."""
    for parameter in ("answer_hours", "own_answer_hours"):
        found = law().value(parameter, on)
        if kind in found.value:
            return int(found.value[kind]), found
    raise KeyError(kind)


def due(kind: str, received: datetime) -> datetime:
    """When a request of this kind must be answered: hours of the clock, not of the office."""
    hours, _ = hours_to_answer(kind, received.date())
    return received + timedelta(hours=hours)


def what_law_keeps(on: date) -> Mapping[str, DatedValue]:
    """The parts of a record that must be kept, each with the rule that says so."""
    rules = (law().value("kept_parts", on), law().value("kept_log", on))
    return {part: rule for rule in rules for part in rule.value}


def what_may_go(on: date) -> DatedValue:
    """The parts that are erased when the person asks."""
    return law().value("erasable_parts", on)


def _state(spec: facts.ConsentSpec, row: Any) -> ConsentState:
    return ConsentState(
        spec=spec, granted=bool(row and row.granted), at=row.at if row else None,
        text_version=row.text_version if row else "",
    )  # fmt: skip
