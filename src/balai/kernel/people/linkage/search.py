"""The search for duplicates in a city: records out of the register, pairs into it."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models.functions import Now

from balai.kernel.jobs.kinds import job
from balai.kernel.jobs.work import Work
from balai.kernel.people.intake.aside import copy_through
from balai.kernel.people.intake.batch import ids
from balai.kernel.people.linkage.model import FIELDS, THRESHOLD, Found, find_pairs
from balai.kernel.people.models import LinkageRun

if TYPE_CHECKING:
    import polars as pl

RECORDS = """
COPY (
  SELECT person.id AS person, person.name, person.birth_date, person.sex,
         person.region_code AS region, nullif(person.mother_name, '') AS mother_name,
         member.household_id AS family, encode(contact.index, 'hex') AS phone
  FROM people_person AS person
  LEFT JOIN people_member AS member
    ON member.person_id = person.id AND member.valid_to IS NULL
  LEFT JOIN LATERAL (
    SELECT index FROM people_contact AS own
     WHERE own.person_id = person.id AND own.channel = 'phone' AND own.ended_at IS NULL
     ORDER BY own.recorded_at DESC LIMIT 1
  ) AS contact ON true
  WHERE person.merged_into_id IS NULL AND person.erased_at IS NULL
  ORDER BY person.id
) TO STDOUT (FORMAT csv, HEADER)
"""
COLUMNS = ("id", "run_id", "region_code", "left_id", "right_id", "probability", "weight",
           "evidence", "decision", "note", "decided_by")  # fmt: skip
KEEP = """
ON CONFLICT (left_id, right_id) DO UPDATE SET
  run_id = excluded.run_id, region_code = excluded.region_code, weight = excluded.weight,
  probability = excluded.probability, evidence = excluded.evidence
WHERE people_candidatepair.decision = 'open'
"""


@job("people.linkage", title={"id": "Pencarian data ganda", "en": "Search for duplicates"})
def search(work: Work, run: str) -> dict[str, Any]:
    """Compare the city's residents; pairs that were judged before keep their judgement."""
    work.progress(0, 3, "reading the records")
    with work.rows():
        threshold = LinkageRun.objects.get(pk=run).threshold
        records = read_records()
    work.progress(1, 3, "comparing")
    found = find_pairs(records, threshold=threshold)
    work.progress(2, 3, "keeping the pairs")
    kept: int = work.do("pairs", keep_pairs, run, records, found)
    return {"run": run, "people": records.height, "pairs": kept}


def read_records() -> pl.DataFrame:
    """The records of the regions that are open: what is compared, and no number."""
    import polars as pl

    out = io.BytesIO()
    with connection.cursor() as cursor, cursor.copy(RECORDS) as copy:
        for part in copy:
            out.write(part)
    out.seek(0)
    kinds = dict.fromkeys(("person", "name", "sex", "region", "mother_name", "family", "phone"),
                          pl.String)  # fmt: skip
    return pl.read_csv(out, schema_overrides={**kinds, "birth_date": pl.Date})


def keep_pairs(run: str, records: pl.DataFrame, found: Found) -> int:
    """Write the pairs with their evidence, and what the run learned; how many pairs."""
    taken = LinkageRun.objects.get(pk=run)
    regions = dict(zip(records["person"], records["region"], strict=True))
    copy_through("people_candidatepair", COLUMNS, _lines(taken, found.pairs, regions), KEEP)
    taken.people, taken.pairs = records.height, found.pairs.height
    taken.model, taken.ended_at = found.figures, Now()
    taken.save()
    return found.pairs.height


def _lines(
    taken: LinkageRun, pairs: pl.DataFrame, regions: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    own = ids(pairs.height)
    for at, pair in enumerate(pairs.iter_rows(named=True)):
        region = common_region(regions[pair["left"]], regions[pair["right"]])
        yield (own[at], taken.pk, region, pair["left"], pair["right"], pair["probability"],
               pair["weight"], json.dumps(evidence_of(pair)), "open", "", "")  # fmt: skip


def common_region(left: str, right: str) -> str:
    """The region that both lie in: their own, or the nearest above both."""
    shared = []
    for ours, theirs in zip(left.split("."), right.split("."), strict=False):
        if ours != theirs:
            break
        shared.append(ours)
    return ".".join(shared)


def evidence_of(pair: dict[str, Any]) -> list[dict[str, Any]]:
    """For each field what was found and how many bits it speaks for one person (or against).

    The bits of all fields and of the first guess add up to the pair's weight.
    """
    told: list[dict[str, Any]] = []
    for field, levels in FIELDS.items():
        at = pair[f"gamma_{field}"]
        level = levels[0] if at < 0 else levels[len(levels) - 1 - at]
        bits = pair[f"mw_{field}"] + (pair.get(f"mw_tf_adj_{field}") or 0.0)
        told.append({"field": field, "found": level[0], "bits": round(bits, 2)})
    first = pair["weight"] - sum(each["bits"] for each in told)
    return [{"field": "first guess", "found": "", "bits": round(first, 2)}, *told]


def chance_of(bits: float) -> float:
    """The probability that so many bits stand for."""
    return 1 / (1 + math.pow(2.0, -bits))


__all__ = ["THRESHOLD", "chance_of", "common_region", "evidence_of", "keep_pairs", "read_records",
           "search"]  # fmt: skip
