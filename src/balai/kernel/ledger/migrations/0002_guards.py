"""Triggers: transfers and accounts are never rewritten, and a transfer's accounts exist."""

from django.db import migrations

FORBID = """
CREATE FUNCTION ledger_forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is forbidden: the ledger is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'Post a reversal instead.';
END $$;

CREATE TRIGGER ledger_transfer_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_transfer
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER ledger_account_kept
  BEFORE DELETE OR TRUNCATE ON public.ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER ledger_account_fixed
  BEFORE UPDATE OF id, code, currency, kind ON public.ledger_account
  FOR EACH ROW
  WHEN ((OLD.id, OLD.code, OLD.currency, OLD.kind)
        IS DISTINCT FROM (NEW.id, NEW.code, NEW.currency, NEW.kind))
  EXECUTE FUNCTION ledger_forbid();
"""

# Tables are named with their schema: a role's own temporary table must not stand in for them.
CHECK = """
CREATE FUNCTION ledger_check_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  broken record;
BEGIN
  SELECT fresh.idempotency_key AS key, fresh.currency, fresh.debit_id, fresh.credit_id,
         debit.currency AS debit_currency, credit.currency AS credit_currency
    INTO broken
    FROM fresh
    LEFT JOIN public.ledger_account AS debit ON debit.id = fresh.debit_id
    LEFT JOIN public.ledger_account AS credit ON credit.id = fresh.credit_id
   WHERE debit.currency IS DISTINCT FROM fresh.currency
      OR credit.currency IS DISTINCT FROM fresh.currency
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transfer % in % is between account % (%) and account % (%)',
      broken.key, broken.currency,
      broken.debit_id, coalesce(broken.debit_currency, 'none'),
      broken.credit_id, coalesce(broken.credit_currency, 'none')
      USING ERRCODE = 'foreign_key_violation', TABLE = 'ledger_transfer',
            CONSTRAINT = 'ledger_transfer_accounts';
  END IF;
  SELECT fresh.idempotency_key AS key, fresh.reverses
    INTO broken
    FROM fresh
   WHERE fresh.reverses IS NOT NULL
     AND NOT EXISTS (
       SELECT FROM public.ledger_transfer AS original
        WHERE original.id = fresh.reverses
          AND original.id <> fresh.id
          AND original.debit_id = fresh.credit_id
          AND original.credit_id = fresh.debit_id
          AND original.amount = fresh.amount)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'transfer % does not mirror transfer %', broken.key, broken.reverses
      USING ERRCODE = 'foreign_key_violation', TABLE = 'ledger_transfer',
            CONSTRAINT = 'ledger_transfer_reversal';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_transfer_checked
  AFTER INSERT ON public.ledger_transfer
  REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_transfers();
"""

UNDO = """
DROP TRIGGER ledger_transfer_checked ON public.ledger_transfer;
DROP TRIGGER ledger_transfer_append_only ON public.ledger_transfer;
DROP TRIGGER ledger_account_kept ON public.ledger_account;
DROP TRIGGER ledger_account_fixed ON public.ledger_account;
DROP FUNCTION ledger_check_transfers();
DROP FUNCTION ledger_forbid();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunSQL(FORBID + CHECK, UNDO)]
