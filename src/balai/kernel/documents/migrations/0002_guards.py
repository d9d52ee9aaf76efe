"""Row policies; and what was issued, stored or signed is never changed or taken away."""

from django.db import migrations

from balai.kernel.row_security import RowSecurity

FORBID = """
CREATE FUNCTION documents_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: what was issued stays', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'Void the document, or issue another in its place.';
END $$;

CREATE TRIGGER documents_file_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.documents_file
  FOR EACH STATEMENT EXECUTE FUNCTION documents_forbid();
CREATE TRIGGER documents_kindversion_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.documents_kindversion
  FOR EACH STATEMENT EXECUTE FUNCTION documents_forbid();
CREATE TRIGGER documents_publicfile_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.documents_publicfile
  FOR EACH STATEMENT EXECUTE FUNCTION documents_forbid();
CREATE TRIGGER documents_document_kept
  BEFORE DELETE OR TRUNCATE ON public.documents_document
  FOR EACH STATEMENT EXECUTE FUNCTION documents_forbid();
CREATE TRIGGER documents_document_number
  BEFORE UPDATE ON public.documents_document FOR EACH ROW
  WHEN ((OLD.kind, OLD.office_id, OLD.year, OLD.no, OLD.number, OLD.code, OLD.day, OLD.version_id,
         OLD.sealed, OLD.content_digest)
        IS DISTINCT FROM
        (NEW.kind, NEW.office_id, NEW.year, NEW.no, NEW.number, NEW.code, NEW.day, NEW.version_id,
         NEW.sealed, NEW.content_digest))
  EXECUTE FUNCTION documents_forbid();
CREATE TRIGGER documents_signature_made
  BEFORE UPDATE OR DELETE ON public.documents_signature FOR EACH ROW
  WHEN (OLD.signed_at IS NOT NULL)
  EXECUTE FUNCTION documents_forbid();
"""
UNDO = """
DROP TRIGGER documents_file_append_only ON public.documents_file;
DROP TRIGGER documents_kindversion_append_only ON public.documents_kindversion;
DROP TRIGGER documents_publicfile_append_only ON public.documents_publicfile;
DROP TRIGGER documents_document_kept ON public.documents_document;
DROP TRIGGER documents_document_number ON public.documents_document;
DROP TRIGGER documents_signature_made ON public.documents_signature;
DROP FUNCTION documents_forbid();
"""
# Signed PDFs do not shrink; compressing sealed bytes costs time and gains nothing.
STORAGE = "ALTER TABLE public.documents_file ALTER COLUMN sealed SET STORAGE EXTERNAL;"
THROUGH = ("document_id", "documents_document")


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("access", "0004_row_security")]

    operations = [
        migrations.RunSQL(FORBID, UNDO),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        RowSecurity(
            "documents_document", region="region_code", person="person_id", read_only_person=True
        ),
        RowSecurity("documents_file", through=THROUGH),
        RowSecurity("documents_signature", through=THROUGH),
    ]
