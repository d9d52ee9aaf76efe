"""Triggers: an event is never changed or taken back."""

from django.db import migrations

FORBID = """
CREATE FUNCTION events_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: events are append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'Record a correcting event instead.';
END $$;

CREATE TRIGGER events_event_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.events_event
  FOR EACH STATEMENT EXECUTE FUNCTION events_forbid();
"""

UNDO = """
DROP TRIGGER events_event_append_only ON public.events_event;
DROP FUNCTION events_forbid();
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, UNDO)]
