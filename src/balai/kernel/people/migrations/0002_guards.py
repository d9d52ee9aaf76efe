"""Row policies, history that is only added to, and what the database derives by itself."""

from django.db import migrations

from balai.kernel.row_security import RowSecurity

FORBID = """
CREATE FUNCTION people_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: its rows are only added', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'Add a row that corrects it instead.';
END $$;

CREATE TRIGGER people_accessentry_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.people_accessentry
  FOR EACH STATEMENT EXECUTE FUNCTION people_forbid();
CREATE TRIGGER people_consent_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.people_consent
  FOR EACH STATEMENT EXECUTE FUNCTION people_forbid();
CREATE TRIGGER people_rightsentry_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.people_rightsentry
  FOR EACH STATEMENT EXECUTE FUNCTION people_forbid();

CREATE FUNCTION people_keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the number in % % never changes', TG_TABLE_NAME, OLD.id
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'End this row and add another; a NIK typed wrong is withdrawn and typed again.';
END $$;

CREATE TRIGGER people_identifier_kept
  BEFORE UPDATE OF scheme, index, sealed ON public.people_identifier
  FOR EACH ROW
  WHEN ((OLD.scheme, OLD.index, OLD.sealed) IS DISTINCT FROM (NEW.scheme, NEW.index, NEW.sealed))
  EXECUTE FUNCTION people_keep_number();
CREATE TRIGGER people_householdnumber_kept
  BEFORE UPDATE OF index, sealed ON public.people_householdnumber
  FOR EACH ROW
  WHEN ((OLD.index, OLD.sealed) IS DISTINCT FROM (NEW.index, NEW.sealed))
  EXECUTE FUNCTION people_keep_number();
"""
UNDO_FORBID = """
DROP TRIGGER people_accessentry_append_only ON public.people_accessentry;
DROP TRIGGER people_consent_append_only ON public.people_consent;
DROP TRIGGER people_rightsentry_append_only ON public.people_rightsentry;
DROP TRIGGER people_identifier_kept ON public.people_identifier;
DROP TRIGGER people_householdnumber_kept ON public.people_householdnumber;
DROP FUNCTION people_forbid();
DROP FUNCTION people_keep_number();
"""

# Statement triggers over transition tables: a batch pays once, not once a row.
DERIVE = """
CREATE FUNCTION people_add_name_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.people_namekey (key, person_id, region_code)
  SELECT word || ' ' || fresh.sort_name, fresh.id, fresh.region_code
    FROM fresh
   CROSS JOIN LATERAL (SELECT DISTINCT string_to_table(fresh.sort_name, ' ')) AS words (word)
   WHERE fresh.merged_into_id IS NULL AND word <> '';
  RETURN NULL;
END $$;

CREATE FUNCTION people_follow_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM fresh JOIN stale USING (id)
     WHERE (fresh.sort_name, fresh.region_code, fresh.merged_into_id)
           IS DISTINCT FROM (stale.sort_name, stale.region_code, stale.merged_into_id)
  ) THEN
    DELETE FROM public.people_namekey AS kept USING fresh JOIN stale USING (id)
     WHERE kept.person_id = fresh.id
       AND (fresh.sort_name, fresh.region_code, fresh.merged_into_id)
           IS DISTINCT FROM (stale.sort_name, stale.region_code, stale.merged_into_id);
    INSERT INTO public.people_namekey (key, person_id, region_code)
    SELECT word || ' ' || fresh.sort_name, fresh.id, fresh.region_code
      FROM fresh JOIN stale USING (id)
     CROSS JOIN LATERAL (SELECT DISTINCT string_to_table(fresh.sort_name, ' ')) AS words (word)
     WHERE fresh.merged_into_id IS NULL AND word <> ''
       AND (fresh.sort_name, fresh.region_code, fresh.merged_into_id)
           IS DISTINCT FROM (stale.sort_name, stale.region_code, stale.merged_into_id);
  END IF;
  IF EXISTS (SELECT FROM fresh JOIN stale USING (id)
              WHERE fresh.region_code <> stale.region_code) THEN
    UPDATE public.people_identifier AS own SET region_code = fresh.region_code
      FROM fresh JOIN stale USING (id)
     WHERE own.person_id = fresh.id AND fresh.region_code <> stale.region_code;
    UPDATE public.people_contact AS own SET region_code = fresh.region_code
      FROM fresh JOIN stale USING (id)
     WHERE own.person_id = fresh.id AND fresh.region_code <> stale.region_code;
    UPDATE public.people_personsecret AS own SET region_code = fresh.region_code
      FROM fresh JOIN stale USING (id)
     WHERE own.person_id = fresh.id AND fresh.region_code <> stale.region_code;
    UPDATE public.people_relation AS own SET region_code = fresh.region_code
      FROM fresh JOIN stale USING (id)
     WHERE own.person_id = fresh.id AND fresh.region_code <> stale.region_code;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER people_person_name_keys
  AFTER INSERT ON public.people_person REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION people_add_name_keys();
CREATE TRIGGER people_person_follow
  AFTER UPDATE ON public.people_person REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION people_follow_person();
"""
UNDO_DERIVE = """
DROP TRIGGER people_person_name_keys ON public.people_person;
DROP TRIGGER people_person_follow ON public.people_person;
DROP FUNCTION people_add_name_keys();
DROP FUNCTION people_follow_person();
"""


def guarded(table, **options):
    return RowSecurity(f"people_{table}", region="region_code", **options)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(FORBID, UNDO_FORBID),
        migrations.RunSQL(DERIVE, UNDO_DERIVE),
        guarded("person", person="id", read_only_person=True),
        guarded("namekey", person="person_id", read_only_person=True),
        guarded("identifier", person="person_id", read_only_person=True),
        guarded("personsecret", person="person_id"),
        guarded("contact", person="person_id"),
        guarded("household"),
        guarded("householdnumber"),
        guarded("member", person="person_id", read_only_person=True),
        guarded("address", person="person_id", read_only_person=True),
        guarded("relation", person="person_id", read_only_person=True),
        guarded("accessentry", person="person_id"),
        guarded("accessquestion", person="person_id"),
        guarded("consent", person="person_id"),
        guarded("rightsrequest", person="person_id"),
        guarded("rightsentry", person="person_id"),
    ]
