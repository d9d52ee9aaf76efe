"""Let a checkpoint bring the index of recording up to date, so that what came after is found."""

from django.db import migrations

SUMMARISE = """
CREATE FUNCTION public.ledger_summarise() RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS
  'SELECT brin_summarize_new_values(''public.ledger_transfer_recorded'')::bigint';
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_guards_of_pendings")]

    operations = [migrations.RunSQL(SUMMARISE, "DROP FUNCTION public.ledger_summarise()")]
