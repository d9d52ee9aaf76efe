"""One policy of cases: the office that has a case, the one it came from, and whose it is.

An applicant who is not linked to a resident is known by the account. Each condition stands in a
CASE, of which PostgreSQL supposes that it opens half of the rows: of `^@` over an array it supposes
that next to none are, and sorts all rows of a city where the first 25 of an index would do.
"""

from django.db import migrations

from balai.kernel.row_security import ACCOUNT

REGIONS = "((SELECT balai_regions())::text[])"
CONDITION = f"""
    CASE WHEN (region_code || '.') ^@ ANY ({REGIONS}) THEN true
         WHEN (home_region || '.') ^@ ANY ({REGIONS}) THEN true
         WHEN person_id = (SELECT balai_person()) THEN true
         ELSE coalesce(applicant_id = {ACCOUNT}, false) END
"""
POLICY = f"""
SELECT set_config('balai.regions', '*', true);
UPDATE cases_case SET escalated = state ->> 'escalated' WHERE state ->> 'escalated' <> '';
SELECT set_config('balai.regions', '', true);
DROP POLICY cases_case_rows ON cases_case;
DROP POLICY cases_case_home ON cases_case;
CREATE POLICY cases_case_rows ON cases_case USING ({CONDITION}) WITH CHECK ({CONDITION});
"""
BEFORE = f"""
    (region_code || '.') ^@ ANY ({REGIONS}) OR person_id = (SELECT balai_person())
"""
UNDO = f"""
DROP POLICY cases_case_rows ON cases_case;
CREATE POLICY cases_case_rows ON cases_case USING ({BEFORE}) WITH CHECK ({BEFORE});
CREATE POLICY cases_case_home ON cases_case
  USING ((home_region || '.') ^@ ANY ({REGIONS}));
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_queues")]

    operations = [migrations.RunSQL(POLICY, UNDO)]
