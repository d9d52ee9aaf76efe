"""Let residents read what is kept with records that were merged into theirs; and spare an import
the check that each of its million effects belongs to it.
"""

import django.db.models.deletion
from django.db import migrations, models

REGION = "(region_code || '.') ^@ ANY ((SELECT balai_regions())::text[])"
OWN = "(SELECT balai_person())"
MERGED = (
    "EXISTS (SELECT FROM people_person AS merged"
    f" WHERE merged.id = person_id AND merged.merged_into_id = {OWN})"
)


def policy(table, condition):
    return f"ALTER POLICY people_{table}_rows ON people_{table} USING ({condition});"


WIDER = (
    policy("person", f"{REGION} OR id = {OWN} OR merged_into_id = {OWN}")
    + policy("accessentry", f"{REGION} OR person_id = {OWN} OR {MERGED}")
    + policy("consent", f"{REGION} OR person_id = {OWN} OR {MERGED}")
)
NARROWER = (
    policy("accessentry", f"{REGION} OR person_id = {OWN}")
    + policy("consent", f"{REGION} OR person_id = {OWN}")
    + policy("person", f"{REGION} OR id = {OWN}")
)


class Migration(migrations.Migration):
    dependencies = [("people", "0010_intake_and_linkage")]

    operations = [
        migrations.RunSQL(WIDER, NARROWER),
        migrations.AlterField(
            model_name="importeffect",
            name="taken",
            field=models.ForeignKey(
                db_constraint=False, on_delete=django.db.models.deletion.CASCADE,
                related_name="effects", to="people.residentimport",
            ),
        ),
    ]
