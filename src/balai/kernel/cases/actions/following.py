"""What follows from an act, in its transaction: notices stored, documents made and signed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.access.queries import current_grants
from balai.kernel.cases.engine import Field, IssueDocument, Notify, Transition
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries.case import all_answers
from balai.kernel.cases.queries.services import service
from balai.kernel.documents import actions as documents
from balai.kernel.documents.composing import written_day
from balai.kernel.documents.kinds import find_kind
from balai.kernel.documents.queries.numbering import offices
from balai.kernel.documents.signers.base import Passphrase
from balai.kernel.notices import Message, Recipient, send
from balai.kernel.people.queries import Look, Purpose, cards, open_person
from balai.kernel.people.queries.record import contacts_of
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import City
from balai.kernel.row_security import rows_of

MOST_TOLD = 20
RESIDENT_KINDS = frozenset(
    {"received", "returned", "refused", "approved", "paused", "resumed", "handed_over",
     "appeal_received"}
)  # fmt: skip


def follow(
    row: Case, made: Transition, *, by: Any, origin: Origin, city: City, secret: str, quiet: bool
) -> None:
    """Carry the effects out; whatever fails undoes the act."""
    for effect in made.effects:
        if isinstance(effect, IssueDocument):
            _document(row, effect, by, origin, city, secret)
        elif isinstance(effect, Notify) and not quiet:
            _tell(row, effect, city)


def _tell(row: Case, effect: Notify, city: City) -> None:
    if effect.to == "resident":
        recipients = _resident(row)
    elif effect.to == "holder":
        recipients = [_officer(each) for each in User.objects.filter(username=row.holder)]
    else:
        recipients = [_officer(each) for each in _colleagues(effect.to, row.region_code)]
    definition = service(row.service_code, row.service_version)
    for to in recipients:
        language = to.language or "id"
        own = effect.to == "resident"
        path = f"/{city.slug}/cases/mine/{row.id}/" if own else f"/{city.slug}/cases/{row.id}/"
        send(
            Message(
                kind=f"cases.{effect.kind.replace('_', '-')}", to=to, city=city.slug, link=path,
                values={"number": row.number,
                        "service": definition.titles.get(language) or definition.titles["id"]},
            ),
            key=f"cases:{row.id}:{row.sequence}:{effect.kind}:{to.person_id or to.account_id}",
        )  # fmt: skip


def _resident(row: Case) -> list[Recipient]:
    if row.person_id is None:
        if row.applicant is None:
            return []
        return [_officer(row.applicant)]
    card = cards([row.person_id]).get(row.person_id)
    reach = contacts_of(row.person_id)
    channels = {name: reach[kind] for name, kind in (("email", "email"), ("sms", "phone"))
                if kind in reach}  # fmt: skip
    account = row.applicant
    return [
        Recipient(
            person_id=row.person_id, account_id=account.pk if account else None,
            name=card.name if card else "", channels=channels, region_code=row.home_region,
            language=account.language if account else "id",
        )
    ]  # fmt: skip


def _officer(user: User) -> Recipient:
    return Recipient(account_id=user.pk, name=user.get_full_name(), language=user.language)


def _colleagues(role: str, region: str) -> list[User]:
    """Who holds the role at the very office: not everybody above it."""
    parts = region.split(".")
    above = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    rows = current_grants().filter(Q(role=role, region_code__in=above))
    users = {each.user_id: each.user for each in rows.select_related("user")[:MOST_TOLD]}
    return list(users.values())


def _document(
    row: Case, effect: IssueDocument, by: Any, origin: Origin, city: City, secret: str
) -> None:
    if effect.signature == 1:
        made = documents.issue(
            effect.kind, office=_office(row, city), city=city.slug,
            data=document_data(row, effect.kind, by, origin), about=row.person_id, by=origin,
            key=f"cases:{row.id}:{effect.step}:{row.sequence}", region_code=row.home_region,
            generated=row.generated,
        )  # fmt: skip
        row.document_id = made.id
        row.save(update_fields=["document_id"])
    assert row.document_id is not None, row
    with rows_of(city.region_code):
        documents.sign(row.document_id, user=by, by=origin, secret=Passphrase(secret))


def _office(row: Case, city: City) -> str:
    """The code of the office that has the case, or of the nearest one above it."""
    near = [
        each for each in offices(city.slug)
        if f"{row.region_code}.".startswith(f"{each.region_code}.")
        or f"{row.home_region}.".startswith(f"{each.region_code}.")
    ]  # fmt: skip
    if not near:
        raise ProblemError(
            _("The document cannot be made"),
            detail=_("No office is set up for documents here. Set one up under Documents."),
        )  # fmt: skip
    return str(max(near, key=lambda each: len(each.region_code)).code)


def document_data(row: Case, kind: str, by: Any, origin: Origin) -> dict[str, Any]:
    """What the document's kind asks for, of the answers and the resident's record. Who somebody
    is, the record says; everything else the answers, which an officer has checked.
    """
    found, definition = find_kind(kind), service(row.service_code, row.service_version)
    wanted = {field.name for field in found.fields}
    answers = {
        name: _in_words(definition.field_named(name), value, found.language)
        for name, value in all_answers(row).items() if name in wanted
    }  # fmt: skip
    if row.person_id is None:
        return answers
    look = Look(by, Purpose("service", f"Dokumen untuk permohonan {row.number}"), origin)
    record = open_person(row.person_id, look=look, parts=("identity", "numbers", "addresses"),
                         own=True)  # fmt: skip
    born = written_day(record.birth_date, found.language)
    place = next((_address(each) for each in record.addresses if each.valid_to is None), "")
    who = {
        "name": record.name,
        "nik": next((each.shown for each in record.numbers if each.scheme == "nik"), ""),
        "birth": ", ".join(filter(None, [record.birth_place, born])),
    }
    told = {"address": place, **answers, **{name: each for name, each in who.items() if each}}
    return {name: each for name, each in told.items() if name in wanted and each not in ("", None)}


def _in_words(field: Field | None, value: Any, language: str) -> Any:
    """An answer as a letter says it: of a choice its title."""
    if field is None or field.kind not in ("choice", "choices"):
        return value
    titles = {each.value: each.title.get(language) or each.title["id"] for each in field.options}
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(str(titles.get(each, each)) for each in chosen)


def _address(place: Any) -> str:
    rt = f"RT {place.rt} RW {place.rw}" if place.rt and place.rw else ""
    return ", ".join(filter(None, [place.street, rt]))
