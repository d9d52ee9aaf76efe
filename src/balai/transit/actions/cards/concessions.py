"""Concessions: applied for by a resident, decided by an officer, ended, and told before the end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from balai.kernel.access.actions import record as audit
from balai.kernel.calendars import city_calendar
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of
from balai.transit.actions.cards.acting import Actor, note_act, tell, wait_for_card
from balai.transit.actions.cards.notices import tell_holder, tell_person
from balai.transit.actions.cards.rereading import reread_rides
from balai.transit.engine.concessions import Facts, Finding, is_refused, judge, months_later
from balai.transit.events import CONCESSION_ACTED, ConcessionActed
from balai.transit.models import CardAccount, ConcessionClaim, Entitlement
from balai.transit.queries.card_rules import group, rule
from balai.transit.queries.concessions import standing_claim

State = ConcessionClaim.State


@transaction.atomic
def apply_for_concession(
    account: CardAccount, code: str, facts: Facts, *, person: UUID, by: Actor, now: datetime
) -> ConcessionClaim:
    """A resident's application for a group's concession on their own card; one open at a time.

    ProblemError names every ground that the registry shows not to be met. ConflictError where one
    is open, or holds and cannot be renewed yet.
    """
    city = city_by_slug(account.city)
    today = now.astimezone(city.zone).date()
    standing = standing_claim(city.slug, person, code, now)
    _refuse_early(standing, city.slug, code, now)
    findings = judge(group(city.slug, code, today), facts, today)
    if is_refused(findings):
        raise ProblemError("The concession cannot be applied for",
                           faults=tuple(map(_fault, findings_not_met(findings))))  # fmt: skip
    if ConcessionClaim.objects.filter(person_id=person, group=code, state=State.APPLIED).exists():
        raise ConflictError("You applied for it already", kind="concession-open")
    days = int(rule(city.slug, "concession_answer_days", today))
    claim = ConcessionClaim.objects.create(
        city=city.slug, person_id=person, region_code=facts.region_code, card_id=account.pk,
        group=code, paper=facts.paper.strip()[:200], renews=standing is not None, applied_at=now,
        due_at=city_calendar(city).add_working(now, days=days), generated=account.generated,
    )  # fmt: skip
    _note(claim, "transit.concession-applied", by, now)
    return claim


@transaction.atomic
def withdraw_claim(claim: ConcessionClaim, *, by: Actor, now: datetime) -> None:
    """Take an application back before it is decided."""
    _close(_locked(claim, State.APPLIED), State.WITHDRAWN, "", by, now)


@transaction.atomic
def grant_concession(
    claim: ConcessionClaim, facts: Facts, *, reason: str, by: Actor, now: datetime,
    since: date | None = None,
) -> ConcessionClaim:  # fmt: skip
    """Let the card ride under the concession for the city's months, from now, from the end of the
    one it renews, or from the beginning of the day `since`: then the rides made since are read
    again, and what was paid too much goes back as adjustments. `facts` are what the registry tells
    the officer on this day.

    ProblemError where the registry shows that a ground is not met, no reason is given, or `since`
    lies before the application, after today, or in what a renewal follows.
    """
    held = _locked(claim, State.APPLIED)
    city = city_by_slug(held.city)
    today = now.astimezone(city.zone).date()
    _refuse_without_reason(reason)
    findings = judge(group(held.city, held.group, today), facts, today)
    if is_refused(findings):
        raise ProblemError("The concession cannot be granted",
                           faults=tuple(map(_fault, findings_not_met(findings))))  # fmt: skip
    before = standing_claim(held.city, held.person_id, held.group, now)
    start = now
    if before is not None and before.entitlement is not None:
        start = before.entitlement.end + timedelta(seconds=1)
    if since is not None:
        _refuse_day(since, held, today, renews=before is not None)
        start = datetime.combine(since, time(0), city.zone)
    first = start.astimezone(city.zone).date()
    last = months_later(first, int(rule(held.city, "concession_months", today)))
    held.entitlement = Entitlement.objects.create(
        city=held.city, card_id=_card_in_use(held.card_id), kind=Entitlement.Kind.CONCESSION,
        code=held.group, start=start,
        end=datetime.combine(last, time(0), city.zone) - timedelta(seconds=1),
        key=f"concession:{held.pk}",
    )  # fmt: skip
    if start < now:
        reread_rides(held.city, [held.entitlement.card_id], start, now)
    _close(held, State.GRANTED, reason, by, now)
    return held


def _refuse_day(since: date, claim: ConcessionClaim, today: date, *, renews: bool) -> None:
    applied = claim.applied_at.astimezone(city_by_slug(claim.city).zone).date()
    if not applied <= since <= today or renews:
        fault = Fault(field="since", value=since.isoformat(),
                      problem="is not a day from which it can hold",
                      remedy="Choose a day from the application to today, or none")  # fmt: skip
        raise ProblemError("The concession cannot hold from that day", faults=(fault,))


@transaction.atomic
def refuse_claim(claim: ConcessionClaim, *, reason: str, by: Actor, now: datetime) -> None:
    """Refuse an application, with the reason that its resident reads."""
    _refuse_without_reason(reason)
    _close(_locked(claim, State.APPLIED), State.REFUSED, reason, by, now)


@transaction.atomic
def revoke_concession(claim: ConcessionClaim, *, reason: str, by: Actor, now: datetime) -> None:
    """End a granted concession now, with the reason; what was ridden under it stays as it was."""
    _refuse_without_reason(reason)
    held = _locked(claim, State.GRANTED)
    line = Entitlement.objects.filter(
        city=held.city, kind=Entitlement.Kind.CONCESSION, code=held.group, end__gt=now,
        card_id=_card_in_use(held.card_id),
    )  # fmt: skip
    for each in line:
        Entitlement.objects.filter(pk=each.pk).update(end=max(each.start, now))
    _close(held, State.REVOKED, reason, by, now)


def tell_of_ends(city: str, now: datetime) -> int:
    """Tell the holders whose concession ends within the city's days, once each; how many."""
    facts = city_by_slug(city)
    until = now + timedelta(days=int(rule(city, "notice_days", now.date())))
    with rows_of(facts.region_code):
        due = ConcessionClaim.objects.select_related("entitlement").filter(
            city=city, state=State.GRANTED, reminded_at=None, entitlement__end__gt=now,
            entitlement__end__lte=until,
        )  # fmt: skip
        for claim in due:
            account = CardAccount.objects.get(pk=_card_in_use(claim.card_id))
            assert claim.entitlement is not None
            tell_holder(account, "transit.concession-ending",
                        key=f"transit.concession-ending/{claim.pk}",
                        day=claim.entitlement.end.astimezone(facts.zone).date())  # fmt: skip
            ConcessionClaim.objects.filter(pk=claim.pk).update(reminded_at=now)
        return len(due)


def findings_not_met(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The grounds that are not met."""
    return tuple(finding for finding in findings if finding.met is False)


def _refuse_early(standing: ConcessionClaim | None, city: str, code: str, now: datetime) -> None:
    if standing is None or standing.entitlement is None:
        return
    days = int(rule(city, "renewal_days", now.date()))
    opens = standing.entitlement.end - timedelta(days=days)
    if now < opens:
        raise ConflictError(
            "The concession holds", kind="concession-holds",
            detail=f"{code} can be renewed from {opens:%Y-%m-%d}.",
        )  # fmt: skip


def _locked(claim: ConcessionClaim, state: str) -> ConcessionClaim:
    held = ConcessionClaim.objects.select_for_update().get(pk=claim.pk)
    if held.state != state:
        raise ConflictError(f"The application is {held.state}", kind="concession-state",
                            detail="It was decided already.")  # fmt: skip
    return held


def _close(claim: ConcessionClaim, state: str, reason: str, by: Actor, now: datetime) -> None:
    claim.state, claim.reason = state, reason.strip()
    claim.decided_at, claim.decided_by = now, by.account
    claim.save()
    _note(claim, f"transit.concession-{state}", by, now)
    account = wait_for_card(_card_in_use(claim.card_id))
    note_act(account, f"concession-{state}", by, now, reason=claim.group)
    if state in (State.GRANTED, State.REFUSED, State.REVOKED):
        tell_person(claim.city, claim.person_id, "transit.concession-decided",
                    key=f"transit.concession-{state}/{claim.pk}", card=account.masked,
                    link=f"/{claim.city}/transit/cards/{account.pk}/concessions/",
                    reason=claim.reason)  # fmt: skip


def _note(claim: ConcessionClaim, action: str, by: Actor, now: datetime) -> None:
    city = city_by_slug(claim.city)
    audit(action, by.origin, subject=f"transit.concession:{claim.pk}", region=city.region_code,
          group=claim.group)  # fmt: skip
    tell(city, CONCESSION_ACTED,
         ConcessionActed(claim.group, claim.state, claim.renews, claim.generated),
         subject=f"transit.concession:{claim.pk}", now=now,
         key=f"transit.concession:{claim.pk}:{claim.state}")  # fmt: skip


def _card_in_use(card: int) -> int:
    while following := CardAccount.objects.filter(replaces=card).values_list("pk", flat=True):
        card = following[0]
    return card


def _refuse_without_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= 500:
        fault = Fault(field="reason", problem="is empty or too long",
                      remedy="Say why, for the resident to read")  # fmt: skip
        raise ProblemError("The decision needs a reason", faults=(fault,))


GROUNDS = {
    "living": ("is not a living resident's", "Ask at the population office"),
    "age": ("is outside the ages of this group", "Choose a group that fits your age"),
    "residence": ("lies outside the region of this group", "Choose another group"),
    "paper": ("is missing", "Give the number of the paper that shows it"),
}


def _fault(finding: Finding) -> Fault:
    problem, remedy = GROUNDS[finding.ground]
    return Fault(field=finding.ground, value=finding.found, problem=problem, remedy=remedy)
