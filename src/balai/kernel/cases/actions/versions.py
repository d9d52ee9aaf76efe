"""Moving a case to another version of its service: only by an act, and seen before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from balai.kernel.access.origin import Origin
from balai.kernel.access.queries import holds
from balai.kernel.cases.actions.acting import applied, put_answers
from balai.kernel.cases.actions.keeping import keep
from balai.kernel.cases.engine import Act, check_answers
from balai.kernel.cases.models import Case, CaseFile
from balai.kernel.cases.queries.case import CaseView, all_answers, find_case, state_of, view_of
from balai.kernel.cases.queries.services import service
from balai.kernel.cases.rules import SUPERVISE, SUPERVISOR
from balai.kernel.problems import ConflictError, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of


def preview_version(case_id: UUID, version: int) -> list[str]:
    """What would change for the case under another version, in sentences; empty for nothing."""
    row = find_case(case_id)
    return _differences(row, version)


@transaction.atomic
def move_to_version(
    case_id: UUID, version: int, *, by: Any, origin: Origin, expected: int | None = None,
    step: str = "",
) -> CaseView:  # fmt: skip
    """Let the case follow another version of its service; answers to questions that it does not
    ask are left behind, and stay in no place else. ProblemError 403 for who does not supervise;
    ConflictError where the version has not the case's step, or somebody has acted meanwhile.
    """
    row = find_case(case_id, lock=True)
    if not holds(by, SUPERVISE, row.region_code):
        raise ProblemError(_("Only a supervisor moves a case to another version"),
                           kind="forbidden", status=403)  # fmt: skip
    if expected is not None and expected != row.sequence:
        raise ConflictError(_("Somebody else has acted on this case meanwhile"), kind="stale")
    definition, city = service(row.service_code, version), city_by_slug(row.city)
    state = state_of(row)
    payload = {"version": version, **({"step": step} if step else {})}
    asked = Act(kind="migrate", at=timezone.now(), actor=by.get_username(), role=SUPERVISOR,
                payload=payload)  # fmt: skip
    with rows_of(city.region_code, person=row.person_id):
        made = applied(definition, state, asked, city)
        given = {name: value for name, value in all_answers(row).items()
                 if definition.field_named(name)}  # fmt: skip
        put_answers(row, given, definition)
        keep(row, made, by=by, origin=origin, city=city)
        return view_of(row, user=by)


def _differences(row: Case, version: int) -> list[str]:
    old, new = service(row.service_code, row.service_version), service(row.service_code, version)
    language = (get_language() or "id")[:2]
    told = []
    if not new.has_step(row.step):
        told.append(_("The version has no step “%(step)s”: name the one at which it goes on.")
                    % {"step": _title(old.step(row.step).title, language)})  # fmt: skip
    if new.promise != old.promise:
        told.append(_("The promised time changes: %(old)s becomes %(new)s.")
                    % {"old": _promise(old.promise), "new": _promise(new.promise)})  # fmt: skip
    answers = all_answers(row)
    for name in answers:
        if new.field_named(name) is None and (field := old.field_named(name)):
            told.append(_("The answer to “%(field)s” is not asked any more, and is left behind.")
                        % {"field": _title(field.title, language)})  # fmt: skip
    kept = {name: value for name, value in answers.items() if new.field_named(name)}
    today = timezone.now().astimezone(city_by_slug(row.city).zone).date()
    for fault in check_answers(new, kept, today=today, language=language)[1]:
        field = new.field_named(fault.field)
        title = _title(field.title, language) if field else fault.field
        told.append(f"“{title}”: {fault.problem}. {fault.remedy}.")
    held = set(CaseFile.objects.filter(case=row).values_list("code", flat=True))
    told += [
        _("The paper “%(paper)s” is asked for.") % {"paper": _title(paper.title, language)}
        for paper in new.papers if paper.required and paper.code not in held
        and not any(each.code == paper.code for each in old.papers)
    ]  # fmt: skip
    return told


def _title(titles: Any, language: str) -> str:
    return str(titles.get(language) or titles["id"])


def _promise(promise: Any) -> str:
    if promise.days is not None:
        return _("%(count)s working days") % {"count": promise.days}
    return _("%(count)s working hours") % {"count": promise.hours}
