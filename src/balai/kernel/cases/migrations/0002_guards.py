"""Row policies; and what was published or has happened is never changed or taken away."""

from django.db import migrations

from balai.kernel.row_security import RowSecurity

FORBID = """
CREATE FUNCTION cases_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: what has happened stays', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'Act on the case, or publish another version of the service.';
END $$;

CREATE TRIGGER cases_serviceversion_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.cases_serviceversion
  FOR EACH STATEMENT EXECUTE FUNCTION cases_forbid();
CREATE TRIGGER cases_caseevent_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.cases_caseevent
  FOR EACH STATEMENT EXECUTE FUNCTION cases_forbid();
CREATE TRIGGER cases_casefile_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.cases_casefile
  FOR EACH STATEMENT EXECUTE FUNCTION cases_forbid();
CREATE TRIGGER cases_case_kept
  BEFORE DELETE OR TRUNCATE ON public.cases_case
  FOR EACH STATEMENT EXECUTE FUNCTION cases_forbid();
CREATE TRIGGER cases_case_number
  BEFORE UPDATE ON public.cases_case FOR EACH ROW
  WHEN ((OLD.number <> '' AND (OLD.year, OLD.no, OLD.number, OLD.submitted_at)
                              IS DISTINCT FROM (NEW.year, NEW.no, NEW.number, NEW.submitted_at))
        OR (OLD.id, OLD.city, OLD.service_code, OLD.home_region, OLD.person_id, OLD.opened_at,
            OLD.key, OLD.request_digest)
           IS DISTINCT FROM
           (NEW.id, NEW.city, NEW.service_code, NEW.home_region, NEW.person_id, NEW.opened_at,
            NEW.key, NEW.request_digest)
        OR NEW.sequence < OLD.sequence)
  EXECUTE FUNCTION cases_forbid();
"""
UNDO = """
DROP TRIGGER cases_serviceversion_append_only ON public.cases_serviceversion;
DROP TRIGGER cases_caseevent_append_only ON public.cases_caseevent;
DROP TRIGGER cases_casefile_append_only ON public.cases_casefile;
DROP TRIGGER cases_case_kept ON public.cases_case;
DROP TRIGGER cases_case_number ON public.cases_case;
DROP FUNCTION cases_forbid();
"""
# Policies of one table open a row together: the office that opened a case keeps sight of it.
HOME = """
CREATE POLICY cases_case_home ON cases_case
  USING ((home_region || '.') ^@ ANY ((SELECT balai_regions())::text[]));
"""
STORAGE = "ALTER TABLE public.cases_casefile ALTER COLUMN content_sealed SET STORAGE EXTERNAL;"
THROUGH = ("case_id", "cases_case")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("access", "0004_row_security")]

    operations = [
        migrations.RunSQL(FORBID, UNDO),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        RowSecurity("cases_case", region="region_code", person="person_id"),
        migrations.RunSQL(HOME, "DROP POLICY cases_case_home ON cases_case;"),
        RowSecurity("cases_caseevent", through=THROUGH),
        RowSecurity("cases_casefile", through=THROUGH),
    ]
