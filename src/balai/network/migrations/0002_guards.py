"""Triggers: a value that was computed, or made public, is never changed or taken back."""

from django.db import migrations

FORBID = """
CREATE FUNCTION network_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: what was counted stays', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'Compute again: the new value follows the old one.';
END $$;

CREATE TRIGGER network_indicatorvalue_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.network_indicatorvalue
  FOR EACH STATEMENT EXECUTE FUNCTION network_forbid();

CREATE TRIGGER network_publication_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.network_publication
  FOR EACH STATEMENT EXECUTE FUNCTION network_forbid();
"""

UNDO = """
DROP TRIGGER network_publication_append_only ON public.network_publication;
DROP TRIGGER network_indicatorvalue_append_only ON public.network_indicatorvalue;
DROP FUNCTION network_forbid();
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, UNDO)]
