"""Finding the bearer of a NIK and writing the look down, in one statement.

Either both happen or neither: the statement that reads the row is the one that adds the entry. One
round trip to the database, where reading, following merges and writing took five.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from balai.kernel.access.queries import resident_offices
from balai.kernel.people.looks import Look

MOST_MERGES = 8

FIND = """
WITH RECURSIVE borne AS (
  SELECT person.id, person.name, person.region_code, person.merged_into_id, 0 AS step
    FROM people_identifier AS number JOIN people_person AS person ON person.id = number.person_id
   WHERE number.scheme = 'nik' AND number.index = %(index)s
  UNION ALL
  SELECT person.id, person.name, person.region_code, person.merged_into_id,
         borne.step + 1
    FROM borne JOIN people_person AS person ON person.id = borne.merged_into_id
   WHERE borne.step < %(most)s
), kept AS (
  SELECT id, name, region_code FROM borne WHERE merged_into_id IS NULL
), place AS (
  SELECT kept.id, coalesce(kept.region_code, rtrim((balai_regions())[1], '.'), '') AS code
    FROM (SELECT) AS once LEFT JOIN kept ON true
), logged AS (
  INSERT INTO people_accessentry
    (id, at, person_id, region_code, actor, actor_name, office, purpose, reason, channel, address,
     parts, index)
  SELECT uuidv7(), now(), place.id, place.code, %(actor)s, %(actor_name)s,
         coalesce((SELECT string_agg(DISTINCT held.role, ',' ORDER BY held.role)
                     FROM unnest(%(roles)s::text[], %(regions)s::text[]) AS held (role, region)
                    WHERE held.region = '' OR held.region = ANY (string_to_array(
                          (SELECT path FROM regions_region
                            WHERE code = place.code ORDER BY scheme LIMIT 1), '/'))), ''),
         %(purpose)s, %(reason)s, %(channel)s, %(address)s,
         ARRAY[CASE WHEN place.id IS NULL THEN 'nik' ELSE 'card' END],
         CASE WHEN place.id IS NULL THEN %(index)s::bytea END
    FROM place
)
SELECT id, name, region_code FROM kept
"""


def bearer_of(index: bytes, *, look: Look) -> tuple[UUID, str, str] | None:
    """Id, name and region code of who bears the NIK of this blind index, of those whose rows are
    open; after merges, of the record kept. A look at nobody is written down by the index alone.

    The purpose must have been checked (`looks.check_purpose`).
    """
    offices = resident_offices(look.actor)
    given = {
        "index": index, "most": MOST_MERGES, "actor": look.actor.get_username(),
        "actor_name": look.actor.get_full_name(), "roles": [role for role, _ in offices],
        "regions": [region for _, region in offices], "purpose": look.purpose.name,
        "reason": look.purpose.reason.strip(), "channel": look.origin.channel,
        "address": look.origin.address,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIND, given)
        found: tuple[UUID, str, str] | None = cursor.fetchone()
    return found
