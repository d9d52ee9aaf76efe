"""Acting on a case: one transaction from the lock on its row to what follows from the act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.access.origin import Origin
from balai.kernel.calendars import city_calendar
from balai.kernel.cases.actions.following import follow
from balai.kernel.cases.actions.keeping import check_known, digest_of, keep, lock_key
from balai.kernel.cases.actions.papers import bring_papers
from balai.kernel.cases.engine import (
    KINDS,
    Act,
    CaseState,
    RefusedAct,
    Service,
    Transition,
    apply,
    check_answers,
    split_personal,
)
from balai.kernel.cases.models import Case, CaseEvent
from balai.kernel.cases.queries.case import (
    CaseView,
    all_answers,
    find_case,
    state_of,
    view_of,
)
from balai.kernel.cases.queries.people import acting_role
from balai.kernel.cases.queries.services import service
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug, lineage
from balai.kernel.row_security import rows_of

LATER = frozenset({"open", "migrate", "escalate"})
"""Acts that have a verb of their own."""
PASS = "pass"  # noqa: S105 - the name of an act
"""Stands for the act with which the case's step ends well."""
SECRET = "secret"  # noqa: S105 - the name of a member
"""The member of a payload that proves the signer; it is used and kept nowhere."""


@transaction.atomic
def act(
    case_id: UUID,
    kind: str,
    *,
    payload: Mapping[str, Any] | None = None,
    by: Any,
    role: str | None = None,
    origin: Origin,
    expected: int | None = None,
    key: str = "",
    at: datetime | None = None,
    quiet: bool = False,
) -> CaseView:
    """Do an act on a case whose row is open, in the role given or the one that allows it.

    The same key with the same act returns the case as it stands and does nothing. ConflictError
    where somebody else has acted since `expected`, or the engine refuses the act in words;
    MissingError where the case is not open to who asks. `quiet` sends no notice.
    """
    if kind not in KINDS - LATER | {PASS}:
        fault = Fault(field="kind", value=kind[:40], problem="is not an act on a case",
                      remedy=f"Use one of {', '.join(sorted(KINDS - LATER))}")  # fmt: skip
        raise ProblemError("The act is not known", faults=(fault,))
    said = dict(payload or {})
    digest = digest_of(kind, {n: v for n, v in said.items() if n != SECRET}, by.get_username())
    row = find_case(case_id, lock=True)
    if key and _repeated(row, key, digest):
        return view_of(row, user=by)
    _check_expected(row, expected)
    return _done(row, kind, said, by=by, role=role, origin=origin, key=key or None, digest=digest,
                 at=at or timezone.now(), quiet=quiet)  # fmt: skip


def submit(
    case_id: UUID,
    *,
    by: Any,
    origin: Origin,
    expected: int | None = None,
    key: str = "",
    at: datetime | None = None,
    quiet: bool = False,
) -> CaseView:
    """Submit a draft: answers and papers must be whole. ProblemError names what is missing."""
    return act(case_id, "submit", by=by, origin=origin, expected=expected, key=key, at=at,
               quiet=quiet)  # fmt: skip


def _done(
    row: Case, kind: str, payload: dict[str, Any], *, by: Any, role: str | None, origin: Origin,
    key: str | None, digest: str, at: datetime, quiet: bool,
) -> CaseView:  # fmt: skip
    state, definition = state_of(row), service(row.service_code, row.service_version)
    city = city_by_slug(row.city)
    secret = str(payload.pop(SECRET, ""))
    chosen = _role(row, by, role) if role else acting_role(definition, state, row, by, kind, now=at)
    # The act is allowed by the rows open to who does it; its outcome may lie outside of them.
    with rows_of(city.region_code, person=row.person_id):
        if kind in ("submit", "resubmit"):
            _take_answers(row, payload, at)
            bring_papers(row, definition, at=at)
        asked = Act(kind=kind, at=at, actor=by.get_username(), role=chosen, payload=payload)
        made = applied(definition, state, asked, city)
        if kind == "hand_over":
            check_known(made.state.office_region, "region")
        keep(row, made, by=by, origin=origin, city=city, key=key, digest=digest)
        follow(row, made, by=by, origin=origin, city=city, secret=secret, quiet=quiet)
        seen = view_of(row, user=by)
    return seen


def applied(definition: Service, state: CaseState | None, asked: Act, city: City) -> Transition:
    """What the engine makes of the act; its refusal in the language of who asks."""
    try:
        return apply(definition, state, asked, city_calendar(city))
    except RefusedAct as refused:
        for fault in refused.faults:
            raise RefusedAct(_(refused.problem), _(refused.remedy), field=fault.field) from refused
        raise RefusedAct(_(refused.problem), _(refused.remedy)) from refused


def _role(row: Case, by: Any, role: str) -> str:
    from balai.kernel.cases.queries.people import roles_on

    if role not in roles_on(row, by):
        raise ProblemError(
            _("You do not have this role here"), kind="forbidden", status=403,
            detail=_("The case lies with another office, or is not yours."),
        )  # fmt: skip
    return role


def _repeated(row: Case, key: str, digest: str) -> bool:
    lock_key(f"{row.id}:{key}"[:200])
    found = CaseEvent.objects.filter(case=row, key=key).first()
    if found is not None and found.request_digest != digest:
        raise ConflictError(_("The key stands for another act"), kind="idempotency-conflict",
                            detail=_("Ask again under a key of its own."))  # fmt: skip
    return found is not None


def _check_expected(row: Case, expected: int | None) -> None:
    if expected is not None and expected != row.sequence:
        raise ConflictError(
            _("Somebody else has acted on this case meanwhile"), kind="stale",
            detail=_("Look at it again, then decide."),
        )  # fmt: skip


def _take_answers(row: Case, payload: dict[str, Any], at: datetime) -> None:
    """Check the answers as they stand, with the changed ones that came along."""
    definition = service(row.service_code, row.service_version)
    given = {**all_answers(row), **dict(payload.pop("answers", None) or {})}
    put_answers(row, check_whole(definition, given, row.city, at), definition)


def check_whole(definition: Any, given: Mapping[str, Any], city: str, at: datetime) -> Any:
    """The answers in their kept form; ProblemError where one is missing or cannot be taken."""
    from django.utils.translation import get_language

    today = at.astimezone(city_by_slug(city).zone).date()
    language = (get_language() or "id")[:2]
    clean, faults = check_answers(definition, given, today=today, language=language)
    if faults := (*faults, *_unknown_places(definition, clean)):
        raise ProblemError(_("The answers cannot be taken"), faults=faults)
    return clean


def _unknown_places(definition: Service, clean: Mapping[str, Any]) -> Iterator[Fault]:
    for field in definition.fields:
        if field.kind == "region" and clean.get(field.name) and not lineage(clean[field.name]):
            yield Fault(field=field.name, problem=_("is no region known here"),
                        remedy=_("Choose a village of the list"))  # fmt: skip


def put_answers(row: Case, clean: Mapping[str, Any], definition: Any) -> None:
    """Set the row's answers, the personal ones sealed."""
    from balai.kernel.cases import sealing

    plain, personal = split_personal(definition, clean)
    row.answers = plain
    row.answers_sealed = sealing.seal(sealing.ANSWERS, personal, row.id) if personal else None
