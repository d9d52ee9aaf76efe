"""Searching for duplicates, judging a pair, merging two records and undoing it."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from balai.kernel.access.actions import record
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.jobs.actions import start
from balai.kernel.people.intake import rules  # noqa: F401 - names its acts
from balai.kernel.people.linkage import events
from balai.kernel.people.linkage.model import THRESHOLD
from balai.kernel.people.models import (
    CandidatePair,
    Contact,
    Decision,
    LinkageRun,
    Member,
    Merge,
    Person,
    PersonSecret,
)
from balai.kernel.people.models.columns import new_id
from balai.kernel.people.models.household import HEAD
from balai.kernel.people.numbers import opened_contact, sealed_contact
from balai.kernel.problems import ConflictError, MissingError
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import opened

FILLED = ("sex", "birth_date", "birth_place", "religion", "marital_status", "education",
          "occupation", "blood_type", "father_name", "mother_name")  # fmt: skip
MOVED = {
    "identifier": ("people_identifier", "person_id", "valid_to IS NULL"),
    "relation": ("people_relation", "person_id", "valid_to IS NULL"),
    "related": ("people_relation", "other_id", "valid_to IS NULL"),
    "rights": ("people_rightsrequest", "person_id", "true"),
    "account": ("people_accountlink", "person_id", "ended_at IS NULL"),
    "address": ("people_address", "person_id", "valid_to IS NULL"),
    "member": ("people_member", "person_id", "valid_to IS NULL"),
}
"""Rows that change hands: their table, the column, and which of them. Looks and consents are only
added to, so that they stay where they are and are read through `merged_into`."""
WITH_PERSON = ("identifier", "relation", "member")
"""Those of them whose region is that of the person; an address has its own."""


@transaction.atomic
def begin_search(
    *, city: str, by: User | None, origin: Origin, threshold: float = THRESHOLD, key: str = ""
) -> LinkageRun:
    """Queue a search for duplicates among the residents of a city."""
    place = city_by_slug(city)
    run = LinkageRun.objects.create(
        city=city, region_code=place.region_code, threshold=threshold, started_by=origin.actor
    )
    job = start("people.linkage", city=city, by=by, arguments={"run": str(run.pk)},
                key=key or str(run.pk), within=_within(place.region_code))  # fmt: skip
    run.job = job.pk
    run.save(update_fields=["job"])
    record("people.linkage-begun", origin, subject=f"people/linkage/{run.pk}", city=city)
    return run


def _within(region: str) -> list[str]:
    """The city, or what of it is open to who asks: no pair is found beyond that."""
    narrower = [code for code in opened().regions if code.startswith(f"{region}.")]
    return narrower or [region]


@transaction.atomic
def judge(pair_id: UUID, decision: str, *, note: str, origin: Origin) -> CandidatePair:
    """Keep an officer's word on a pair: `different` or `unsure` (`same` is a merge).

    ConflictError where the pair was merged; MissingError where it is not open to who asks.
    """
    pair = _pair(pair_id)
    if decision not in (Decision.DIFFERENT, Decision.UNSURE, Decision.OPEN):
        raise ConflictError("No such judgement", detail=f"{decision!r} is none.")
    if pair.decision == Decision.SAME:
        raise ConflictError("The records are merged", detail="Undo the merge first.")
    pair.decision, pair.note, pair.decided_by, pair.decided_at = decision, note, origin.actor, Now()
    pair.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    record("people.pair-decided", origin, subject=f"people/pair/{pair.pk}", decision=decision)
    pair.refresh_from_db()
    return pair


@transaction.atomic
def merge_pair(pair_id: UUID, kept_id: UUID, *, note: str, origin: Origin) -> Merge:
    """Find the two records of a pair to be one person, and keep the one named."""
    pair = _pair(pair_id)
    if kept_id not in (pair.left_id, pair.right_id):
        raise MissingError("No such record", detail="The record kept is not one of the pair.")
    absorbed = pair.right_id if kept_id == pair.left_id else pair.left_id
    merge = merge_records(kept_id, absorbed, reason=note, origin=origin, pair=pair)
    pair.decision, pair.note, pair.decided_by, pair.decided_at = (
        Decision.SAME, note, origin.actor, Now())  # fmt: skip
    pair.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    return merge


@transaction.atomic
def merge_records(
    kept_id: UUID, absorbed_id: UUID, *, reason: str, origin: Origin,
    pair: CandidatePair | None = None,
) -> Merge:  # fmt: skip
    """Let one record stand for both. The other keeps its id and NIK, and leads to the one kept.

    What belongs to it moves: identifiers the kept record has none of, kinship, requests, account,
    contacts. Its place in a household and its own address go to the kept record if that has none,
    else they end. Looks and consents are read with those of
    the kept record. Everything is noted, so that `undo_merge` puts it back.
    ConflictError where one of them was merged away, or is somebody's death against a life.
    """
    kept, absorbed = _two(kept_id, absorbed_id)
    merge = Merge(kept=kept, absorbed=absorbed, pair=pair, region_code=kept.region_code,
                  reason=reason, merged_by=origin.actor)  # fmt: skip
    merge.moved = {name: _move(name, kept, absorbed) for name in MOVED}
    merge.moved["contact"] = _copy_contacts(kept, absorbed)
    merge.ended = {table: _end(table, absorbed) for table in ("people_member", "people_address")}
    merge.filled = _fill(kept, absorbed)
    Person.objects.filter(pk=absorbed.pk).update(merged_into=kept, changed_at=Now())
    merge.save(force_insert=True)
    record("people.records-merged", origin, subject=f"people/person/{kept.pk}",
           absorbed=str(absorbed.pk), merge=str(merge.pk))  # fmt: skip
    events.tell(events.MERGED, merge, origin=origin)
    return merge


def _two(kept_id: UUID, absorbed_id: UUID) -> tuple[Person, Person]:
    # In the order of their ids, so that two merges of the same records wait for each other.
    rows = Person.objects.select_for_update(of=("self",)).filter(
        pk__in=[kept_id, absorbed_id]).order_by("pk")  # fmt: skip
    found = {row.pk: row for row in rows}
    if len(found) != 2:
        raise MissingError("No such record", detail="One of the records is not open to you.")
    kept, absorbed = found[kept_id], found[absorbed_id]
    if kept.merged_into_id or absorbed.merged_into_id:
        raise ConflictError("A record was merged before", detail="Undo that merge first.")
    if {kept.life_status, absorbed.life_status} == {"alive", "dead"}:
        raise ConflictError(
            "One of them is registered as deceased", detail="Correct the life status first."
        )
    return kept, absorbed


def _move(name: str, kept: Person, absorbed: Person) -> list[str]:
    """Hand over the rows that the kept record has no like of; their ids."""
    table, column, which = MOVED[name]
    clash = {
        "identifier": "EXISTS (SELECT FROM people_identifier AS own WHERE own.person_id = %(kept)s"
                      " AND own.scheme = row.scheme AND own.valid_to IS NULL)",
        "relation": "row.other_id = %(kept)s OR EXISTS (SELECT FROM people_relation AS own WHERE"
                    " own.person_id = %(kept)s AND own.other_id = row.other_id"
                    " AND own.kind = row.kind AND own.valid_to IS NULL)",
        "related": "row.person_id = %(kept)s OR EXISTS (SELECT FROM people_relation AS own WHERE"
                   " own.other_id = %(kept)s AND own.person_id = row.person_id"
                   " AND own.kind = row.kind AND own.valid_to IS NULL)",
        "account": "EXISTS (SELECT FROM people_accountlink AS own WHERE own.person_id = %(kept)s"
                   " AND own.ended_at IS NULL)",
        "member": "EXISTS (SELECT FROM people_member AS own WHERE own.person_id = %(kept)s"
                  " AND own.valid_to IS NULL)",
        "address": "EXISTS (SELECT FROM people_address AS own WHERE own.person_id = %(kept)s"
                   " AND own.valid_to IS NULL) OR EXISTS (SELECT FROM people_member AS own"
                   " WHERE own.person_id = %(kept)s AND own.valid_to IS NULL)",
    }.get(name, "false")  # fmt: skip
    # Tables, columns and conditions are this module's own.
    statement = (
        f"UPDATE {table} AS row SET {column} = %(kept)s{_region_of(name)}"  # noqa: S608
        f" WHERE {column} = %(absorbed)s AND {which} AND NOT ({clash}) RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"kept": kept.pk, "absorbed": absorbed.pk,
                                   "region": kept.region_code})  # fmt: skip
        return [str(row[0]) for row in cursor.fetchall()]


def _region_of(name: str) -> str:
    """The row's region goes with its person, so that it is seen where the record is."""
    return ", region_code = %(region)s" if name in WITH_PERSON else ""


def _copy_contacts(kept: Person, absorbed: Person) -> list[str]:
    """Seal the contacts anew under the kept person's secret; the ids of the new rows."""
    theirs = PersonSecret.objects.filter(pk=absorbed.pk).first()
    if theirs is None:
        return []
    own = PersonSecret.objects.filter(pk=kept.pk).first()
    if own is None:
        own = PersonSecret.objects.create(
            person=kept, region_code=kept.region_code, secret=secrets.token_bytes(32)
        )
    known = {(row.channel, bytes(row.index)) for row in
             Contact.objects.filter(person=kept, ended_at=None)}  # fmt: skip
    made = []
    for row in Contact.objects.filter(person=absorbed, ended_at=None):
        if (row.channel, bytes(row.index)) in known:
            continue
        told = opened_contact(bytes(theirs.secret), bytes(row.sealed), row.pk)
        copy = Contact(id=new_id(), person=kept, region_code=kept.region_code, channel=row.channel,
                       index=row.index, verified_at=row.verified_at)  # fmt: skip
        copy.sealed = sealed_contact(bytes(own.secret), told, copy.pk)
        copy.save(force_insert=True)
        made.append(str(copy.pk))
    return made


def _end(table: str, absorbed: Person) -> list[str]:
    """End the rows of the absorbed record that hold now; their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET valid_to = greatest(valid_from, current_date)"  # noqa: S608
            " WHERE person_id = %s AND valid_to IS NULL RETURNING id",
            [absorbed.pk],
        )
        return [str(row[0]) for row in cursor.fetchall()]


def _fill(kept: Person, absorbed: Person) -> dict[str, Any]:
    """Take over what the kept record does not know; which fields."""
    taken = {
        name: getattr(absorbed, name)
        for name in FILLED
        if getattr(kept, name) in (None, "") and getattr(absorbed, name) not in (None, "")
    }
    if taken:
        Person.objects.filter(pk=kept.pk).update(**taken, changed_at=Now())
    return {name: None if getattr(kept, name) is None else "" for name in taken}


@transaction.atomic
def undo_merge(merge_id: UUID, *, origin: Origin) -> Merge:
    """Put everything back that a merge moved, ended or filled in, as far as nobody changed it
    since: what was corrected, recorded or added on the kept record after the merge stays there.

    ConflictError with what is in the way, as `why_not_undone` tells it.
    """
    merge = (
        Merge.objects.select_for_update(of=("self",))
        .select_related("kept", "absorbed", "pair").filter(pk=merge_id).first()
    )  # fmt: skip
    if merge is None:
        raise MissingError("No such merge", detail="No merge with this address is open here.")
    if reason := why_not_undone(merge):
        raise ConflictError("The merge cannot be undone", detail=reason)
    Person.objects.filter(pk=merge.absorbed_id).update(merged_into=None, changed_at=Now())
    _put_back(merge)
    _unfill(merge)
    merge.undone_by, merge.undone_at = origin.actor or "system", Now()
    merge.save(update_fields=["undone_by", "undone_at"])
    if merge.pair_id:
        CandidatePair.objects.filter(pk=merge.pair_id).update(
            decision=Decision.OPEN, decided_by="", decided_at=None
        )
    record("people.merge-undone", origin, subject=f"people/person/{merge.kept_id}",
           absorbed=str(merge.absorbed_id), merge=str(merge.pk))  # fmt: skip
    events.tell(events.UNDONE, merge, origin=origin)
    return merge


def why_not_undone(merge: Merge) -> str:
    """What keeps a merge from being undone, in English; empty where nothing does."""
    if merge.undone_at is not None:
        return gettext_noop("It cannot be undone twice.")
    if merge.kept.merged_into_id is not None:
        return gettext_noop("The record kept was itself merged since. Undo that merge first.")
    if merge.kept.erased_at is not None or merge.absorbed.erased_at is not None:
        return gettext_noop("The record was erased since: what was moved is no more.")
    # A household has one head: who was it before can be it again only if nobody else is.
    own = Member.objects.filter(pk__in=merge.ended.get("people_member", []), relation=HEAD)
    taken = Member.objects.filter(
        household__in=own.values("household"), relation=HEAD, valid_to=None
    ).exclude(pk__in=own.values("pk"))
    if taken.exists():
        return gettext_noop(
            "The family has another head now. Let that head be a relative first, then undo the"
            " merge."
        )
    return ""


def _unfill(merge: Merge) -> None:
    """Empty the fields that were filled in, but for those that were corrected since."""
    kept, absorbed = merge.kept, merge.absorbed
    former = {
        name: before
        for name, before in merge.filled.items()
        if getattr(kept, name) == getattr(absorbed, name)
    }
    if former:
        Person.objects.filter(pk=kept.pk).update(**former, changed_at=Now())


def _put_back(merge: Merge) -> None:
    with connection.cursor() as cursor:
        for name, (table, column, _) in MOVED.items():
            cursor.execute(
                f"UPDATE {table} SET {column} = %(absorbed)s{_region_of(name)}"  # noqa: S608
                f" WHERE id = ANY(%(rows)s::text[]::uuid[]) AND {column} = %(kept)s",
                {
                    "absorbed": merge.absorbed_id,
                    "kept": merge.kept_id,
                    "region": merge.absorbed.region_code,
                    "rows": merge.moved.get(name, []),
                },
            )
        for table, own in merge.ended.items():
            cursor.execute(
                f"UPDATE {table} SET valid_to = NULL WHERE id = ANY(%s::text[]::uuid[])",  # noqa: S608
                [own],
            )
    Contact.objects.filter(pk__in=merge.moved.get("contact", []), person=merge.kept_id).delete()


def _pair(pair_id: UUID) -> CandidatePair:
    pair = CandidatePair.objects.select_for_update(of=("self",)).filter(pk=pair_id).first()
    if pair is None:
        raise MissingError("No such pair", detail="No pair with this address is open here.")
    return pair


__all__ = ["begin_search", "judge", "merge_pair", "merge_records", "undo_merge", "why_not_undone"]
