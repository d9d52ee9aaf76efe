"""Consents: given and withdrawn."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people import facts
from balai.kernel.people.actions.person import subject_of
from balai.kernel.people.models import Consent
from balai.kernel.people.queries.record import person_at
from balai.kernel.people.queries.rights import has_consented
from balai.kernel.problems import ConflictError, Fault, ProblemError


@transaction.atomic
def say_on_consent(
    person_id: UUID, purpose: str, *, granted: bool, text_version: str, origin: Origin
) -> None:
    """Give or withdraw a consent, to the text of this version. The same word again adds no row.

    ConflictError where the text has changed since it was read: consent is to what was read.
    """
    spec = facts.consents().get(purpose)
    if spec is None:
        raise ProblemError(
            "There is no such consent",
            faults=(Fault(field="purpose", value=purpose[:50], problem="is not asked for",
                          remedy=f"Use {', '.join(facts.consents())}"),),
        )  # fmt: skip
    if granted and text_version != spec.version:
        raise ConflictError(
            "The text has changed",
            detail=f"Read version {spec.version} of the text, then decide again.",
        )
    person = person_at(person_id)
    if has_consented(person.pk, purpose) == granted:
        return
    Consent.objects.create(
        person=person, region_code=person.region_code, purpose=purpose, granted=granted,
        text_version=text_version or spec.version, actor=origin.actor or origin.channel,
        channel=origin.channel,
    )  # fmt: skip
    action = "people.consent-given" if granted else "people.consent-withdrawn"
    record(action, origin, subject=subject_of(person.pk), region=person.region_code,
           purpose=purpose)  # fmt: skip
