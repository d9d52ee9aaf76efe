"""The village that serves a case since it was handed over keeps sight of it at every step."""

from django.db import migrations, models

from balai.kernel.row_security import ACCOUNT

OPEN = ("submitted", "working", "returned", "paused")
REGIONS = "((SELECT balai_regions())::text[])"
# See 0004 for the CASE.
CONDITION = f"""
    CASE WHEN (region_code || '.') ^@ ANY ({REGIONS}) THEN true
         WHEN (home_region || '.') ^@ ANY ({REGIONS}) THEN true
         {{served}}
         WHEN person_id = (SELECT balai_person()) THEN true
         ELSE coalesce(applicant_id = {ACCOUNT}, false) END
"""
NOW = CONDITION.format(served=f"WHEN (served_region || '.') ^@ ANY ({REGIONS}) THEN true")
BEFORE = CONDITION.format(served="")
POLICY = "DROP POLICY cases_case_rows ON cases_case;" + (
    "CREATE POLICY cases_case_rows ON cases_case USING ({0}) WITH CHECK ({0});"
)
FILL = """
SELECT set_config('balai.regions', '*', true);
UPDATE cases_case SET served_region = coalesce(state ->> 'served_region', home_region);
SELECT set_config('balai.regions', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_rows")]

    operations = [
        migrations.AddField(
            "case", "served_region", models.TextField(blank=True, default="")
        ),
        migrations.AddIndex(
            "case",
            models.Index(fields=["served_region"], condition=models.Q(status__in=OPEN),
                         name="cases_case_served"),
        ),
        migrations.RunSQL(FILL + POLICY.format(NOW), POLICY.format(BEFORE)),
    ]
