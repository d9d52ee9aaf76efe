"""A trigger: what was written to the audit is never rewritten."""

from django.db import migrations

FORBID = """
CREATE FUNCTION access_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: the audit is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER access_auditentry_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.access_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION access_forbid();
"""

UNDO = """
DROP TRIGGER access_auditentry_append_only ON public.access_auditentry;
DROP FUNCTION access_forbid();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, UNDO)]
