"""Taking an import back, as far as nothing else stands on what it wrote."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from balai.kernel.access.actions import record
from balai.kernel.access.origin import Origin
from balai.kernel.people.intake.events import tell_undone
from balai.kernel.people.models import ImportState, ResidentImport
from balai.kernel.problems import ConflictError, MissingError

OWN_TABLES = ("people_identifier", "people_member", "people_address", "people_personsecret",
              "people_contact", "people_namekey")  # fmt: skip
"""What an import writes with a person; a row of any other table that names one keeps the person."""
HOLDERS = """
SELECT cl.relname, att.attname
FROM pg_constraint AS con
JOIN pg_class AS cl ON cl.oid = con.conrelid
JOIN pg_attribute AS att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
WHERE con.contype = 'f' AND con.confrelid = 'people_person'::regclass
  AND array_length(con.conkey, 1) = 1 AND cl.relname <> ALL(%s)
ORDER BY 1, 2
"""
UNTOUCHED = """
CREATE TEMPORARY TABLE intake_undone ON COMMIT DROP AS
SELECT person.id FROM people_importeffect AS effect
JOIN people_person AS person ON person.id = effect.about
WHERE effect.taken_id = %(taken)s AND effect.kind = 'person-added'
  AND person.changed_at = person.created_at AND person.merged_into_id IS NULL
"""
DELETE_HOUSEHOLDS = """
WITH empty AS (
  SELECT effect.about AS id FROM people_importeffect AS effect
  WHERE effect.taken_id = %(taken)s AND effect.kind = 'household-added'
    AND NOT EXISTS (SELECT FROM people_member AS member WHERE member.household_id = effect.about)
), numbers AS (
  DELETE FROM people_householdnumber WHERE household_id IN (SELECT id FROM empty)
), addresses AS (
  DELETE FROM people_address WHERE household_id IN (SELECT id FROM empty)
)
DELETE FROM people_household WHERE id IN (SELECT id FROM empty)
"""


def why_not(taken: ResidentImport) -> str:
    """Why an import cannot be taken back at all, in English; empty where it can."""
    if taken.dry_run or taken.state != ImportState.DONE:
        return gettext_noop("Only an import that has ended and wrote residents can be undone.")
    if taken.counts.get("changed"):
        return gettext_noop(
            "The import changed residents who were there before. Import the former list again"
            " instead: it brings them back and keeps the history."
        )
    return ""


@transaction.atomic
def undo_import(import_id: UUID, *, origin: Origin) -> ResidentImport:
    """Delete the residents an import added whom nobody has looked at, changed or used since.

    The others stay, and are counted: the log of who looked at them must not lose its person.
    ConflictError where the import changed residents who were there before.
    """
    taken = ResidentImport.objects.select_for_update().filter(pk=import_id).first()
    if taken is None:
        raise MissingError("No such import", detail="No import with this address is open here.")
    if reason := why_not(taken):
        raise ConflictError("The import cannot be undone", detail=reason)
    removed = _remove(taken)
    taken.undone = {"removed": removed, "kept": taken.counts.get("added", 0) - removed}
    taken.state, taken.undone_by, taken.undone_at = ImportState.UNDONE, origin.actor, Now()
    taken.save()
    record("people.import-undone", origin, subject=f"people/import/{taken.pk}", **taken.undone)
    tell_undone(taken)
    taken.refresh_from_db()
    return taken


def _remove(taken: ResidentImport) -> int:
    parts = {"taken": taken.pk}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS intake_undone")
        cursor.execute(UNTOUCHED, parts)
        cursor.execute("ANALYZE intake_undone")
        cursor.execute(HOLDERS, [list(OWN_TABLES)])
        # Tables and columns come from the database's own catalogue.
        for table, column in cursor.fetchall():
            cursor.execute(
                f'DELETE FROM intake_undone WHERE id IN (SELECT "{column}" FROM "{table}"'  # noqa: S608
                f' WHERE "{column}" IN (SELECT id FROM intake_undone))'
            )
        for table in OWN_TABLES:
            cursor.execute(
                f"DELETE FROM {table} WHERE person_id IN (SELECT id FROM intake_undone)"  # noqa: S608
            )
        cursor.execute("DELETE FROM people_person WHERE id IN (SELECT id FROM intake_undone)")
        removed: int = cursor.rowcount
        cursor.execute(DELETE_HOUSEHOLDS, parts)
    return removed
