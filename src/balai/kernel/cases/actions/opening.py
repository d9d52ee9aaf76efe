"""Opening a case, as a draft or submitted at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.access.queries import has_role
from balai.kernel.cases.actions.acting import applied, check_whole, put_answers
from balai.kernel.cases.actions.following import follow
from balai.kernel.cases.actions.keeping import check_known, digest_of, keep, lock_key
from balai.kernel.cases.actions.papers import bring_papers
from balai.kernel.cases.engine import RESIDENT, Act, Service, check_answers
from balai.kernel.cases.models import Case, new_id
from balai.kernel.cases.queries.case import CaseView, all_answers, find_case, view_of
from balai.kernel.cases.queries.people import roles_of_service, roles_on
from balai.kernel.cases.queries.services import service
from balai.kernel.people.queries import cards, person_of
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions.codes import is_under
from balai.kernel.regions.queries import City, city_by_slug
from balai.kernel.row_security import rows_of


@transaction.atomic
def open_case(
    service_code: str,
    *,
    city: City | str,
    region_code: str,
    person_id: UUID | None,
    answers: Mapping[str, Any],
    by: User,
    origin: Origin,
    key: str,
    submit: bool = True,
    at: datetime | None = None,
    generated: bool = False,
    quiet: bool = False,
) -> CaseView:
    """Open a case for a resident (or, where the service allows, for nobody in the register).

    `region_code` is the village it comes from. A draft keeps the answers that can be taken; a
    submitted one needs all of them, and its papers (attach those to a draft first). The same key
    and request return the same case. ProblemError names each fault; 403 where the service is not
    open to who asks; ConflictError a key that stands for another request.
    """
    place = city_by_slug(city) if isinstance(city, str) else city
    lock_key(key)
    digest = digest_of(service_code, place.slug, region_code, person_id, answers, submit,
                       by.get_username())  # fmt: skip
    with rows_of(place.region_code, person=person_id):
        if known := _known(key, digest):
            return view_of(known, user=by)
        definition = service(service_code)
        role = _allowed(definition, by, region_code, person_id, place)
        if person_id is not None and person_id not in cards([person_id]):
            raise MissingError(_("No such resident"),
                               detail=_("No resident with this address is open here."))  # fmt: skip
        row = Case(
            id=new_id(), city=place.slug, service_code=definition.code,
            service_version=definition.version, home_region=region_code, person_id=person_id,
            applicant=by if role == RESIDENT else None, key=key, request_digest=digest,
            generated=generated,
        )  # fmt: skip
        row.opened_at = at or timezone.now()
        return _opened(row, definition, answers, by, role, origin, place, submit, quiet)


@transaction.atomic
def save_draft(
    case_id: UUID,
    *,
    answers: Mapping[str, Any],
    by: User,
    origin: Origin,
    expected: int | None = None,
) -> CaseView:
    """Keep what of the answers can be taken, in a draft of one's own or of one's office. A draft
    is not yet told to anybody: it makes no event.
    """
    row = find_case(case_id, lock=True)
    if row.status != "draft":
        raise ConflictError(_("This case is no draft any more"),
                            detail=_("Its answers change when it is submitted again."))  # fmt: skip
    if not roles_on(row, by):
        raise ProblemError(_("This draft is not yours"), kind="forbidden", status=403)
    if expected is not None and expected != row.sequence:
        raise ConflictError(_("Somebody else has acted on this case meanwhile"), kind="stale")
    definition = service(row.service_code, row.service_version)
    given = {**all_answers(row), **answers}
    put_answers(row, _takeable(definition, given, row.city, timezone.now()), definition)
    row.save(update_fields=["answers", "answers_sealed"])
    return view_of(row, user=by)


def _opened(
    row: Case, definition: Service, answers: Mapping[str, Any], by: User, role: str,
    origin: Origin, city: City, submit: bool, quiet: bool,
) -> CaseView:  # fmt: skip
    check = check_whole if submit else _takeable
    put_answers(row, check(definition, answers, row.city, row.opened_at), definition)
    kind = "submit" if submit else "open"
    if submit:
        bring_papers(row, definition, at=row.opened_at, dry=True)
    wanted = "self" if role == RESIDENT else "officer"
    channel = wanted if wanted in definition.applicants else "anyone"
    asked = Act(kind=kind, at=row.opened_at, actor=by.get_username(), role=role,
                payload={"region": row.home_region, "channel": channel})  # fmt: skip
    made = applied(definition, None, asked, city)
    try:
        with transaction.atomic():
            keep(row, made, by=by, origin=origin, city=city, new=True)
    except IntegrityError as error:
        # The key belongs to a case of a region that is not open here.
        if "cases_case_key" not in str(error):
            raise
        raise _another() from error
    if submit:
        bring_papers(row, definition, at=row.opened_at)
    follow(row, made, by=by, origin=origin, city=city, secret="", quiet=quiet)
    return view_of(row, user=by)


def _takeable(
    definition: Service, given: Mapping[str, Any], city: str, at: datetime
) -> dict[str, Any]:
    today = at.astimezone(city_by_slug(city).zone).date()
    known = {name: each for name, each in given.items() if definition.field_named(name)}
    return check_answers(definition, known, today=today)[0]


def _allowed(definition: Service, by: User, region: str, person: UUID | None, city: City) -> str:
    """The role in which the case is opened; ProblemError where it may not be."""
    if not is_under(region, city.region_code) or region == city.region_code:
        fault = Fault(field="region_code", value=region[:20], problem="is not a place in the city",
                      remedy=f"Give a village below {city.region_code}")  # fmt: skip
        raise ProblemError(_("The case cannot be opened"), faults=(fault,))
    check_known(region, "region_code")
    if definition.personal and person is None:
        fault = Fault(field="person_id", problem="is missing",
                      remedy="Link the account first, or ask at the office")  # fmt: skip
        raise ProblemError(_("The case cannot be opened"), faults=(fault,))
    who = definition.applicants
    if who & {"self", "anyone"} and ((person is None and "anyone" in who) or (person is not None
                                     and person_of(by) == person)):  # fmt: skip
        return RESIDENT
    roles = reversed(roles_of_service(definition))
    held = next((role for role in roles if has_role(by, role, region)), "")
    if held and who & {"officer", "anyone"}:
        first = definition.steps[0].role
        return first if has_role(by, first, region) else held
    raise ProblemError(
        _("You cannot open this case"), kind="forbidden", status=403,
        detail=_("The service is open to others, or the place is not yours."),
    )  # fmt: skip


def _known(key: str, digest: str) -> Case | None:
    found = Case.objects.filter(key=key).first()
    if found is not None and found.request_digest != digest:
        raise _another()
    return found


def _another() -> ConflictError:
    return ConflictError(_("The key stands for another request"), kind="idempotency-conflict",
                         detail=_("Ask again under a key of its own."))  # fmt: skip
