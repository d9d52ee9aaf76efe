"""Triggers: what a batch may hold, accounts that may not fall below zero, kept checkpoints."""

from django.db import migrations

# One pass over the batch finds whether anything is wrong; only then is the first fault looked for.
CHECK = """
CREATE OR REPLACE FUNCTION public.ledger_check_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moment CONSTANT bigint := public.ledger_moment();
  uneven bigint;
  foreign_moment boolean;
  reversing boolean;
  resolving boolean;
  broken record;
BEGIN
  IF moment < (SELECT horizon FROM public.ledger_checkpoint ORDER BY number DESC LIMIT 1) THEN
    RAISE EXCEPTION 'the database counts its transactions from before the last checkpoint'
      USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = 'ledger_transfer',
            HINT = 'It was restored into a new server. Run: balai ledger resume';
  END IF;
  SELECT count(*) FILTER (WHERE debit.currency IS DISTINCT FROM fresh.currency
                             OR credit.currency IS DISTINCT FROM fresh.currency),
         bool_or(fresh.recorded_in <> moment),
         bool_or(fresh.reverses IS NOT NULL), bool_or(fresh.resolves IS NOT NULL)
    INTO uneven, foreign_moment, reversing, resolving
    FROM fresh
    LEFT JOIN public.ledger_account AS debit ON debit.id = fresh.debit_id
    LEFT JOIN public.ledger_account AS credit ON credit.id = fresh.credit_id;
  IF uneven > 0 THEN
    SELECT fresh.idempotency_key AS key, fresh.currency, fresh.debit_id, fresh.credit_id,
           debit.currency AS debit_currency, credit.currency AS credit_currency
      INTO broken
      FROM fresh
      LEFT JOIN public.ledger_account AS debit ON debit.id = fresh.debit_id
      LEFT JOIN public.ledger_account AS credit ON credit.id = fresh.credit_id
     WHERE debit.currency IS DISTINCT FROM fresh.currency
        OR credit.currency IS DISTINCT FROM fresh.currency
     LIMIT 1;
    RAISE EXCEPTION 'transfer % in % is between account % (%) and account % (%)',
      broken.key, broken.currency,
      broken.debit_id, coalesce(broken.debit_currency, 'none'),
      broken.credit_id, coalesce(broken.credit_currency, 'none')
      USING ERRCODE = 'foreign_key_violation', TABLE = 'ledger_transfer',
            CONSTRAINT = 'ledger_transfer_accounts';
  END IF;
  IF foreign_moment THEN
    RAISE EXCEPTION 'a transfer must be recorded in its own transaction, %', moment
      USING ERRCODE = 'check_violation', TABLE = 'ledger_transfer',
            CONSTRAINT = 'ledger_transfer_recorded_in';
  END IF;
  IF reversing THEN
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
  END IF;
  IF resolving THEN
    SELECT fresh.idempotency_key AS key, fresh.resolves
      INTO broken
      FROM fresh
     WHERE fresh.resolves IS NOT NULL
       AND NOT EXISTS (
         SELECT FROM public.ledger_transfer AS pending
          WHERE pending.id = fresh.resolves
            AND pending.debit_id = fresh.debit_id
            AND pending.credit_id = fresh.credit_id
            AND pending.reserved = -fresh.reserved
            AND (fresh.amount = 0 OR pending.expires_at IS NULL OR pending.expires_at > now()))
     LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION 'transfer % does not resolve the pending transfer %',
        broken.key, broken.resolves
        USING ERRCODE = 'foreign_key_violation', TABLE = 'ledger_transfer',
              CONSTRAINT = 'ledger_transfer_resolution';
    END IF;
  END IF;
  RETURN NULL;
END $$;
"""

# Rows are locked in the order of their accounts, so that batches wait instead of deadlocking. What
# has expired is given back when it is needed, though nobody has voided it yet.
STANDING = """
CREATE FUNCTION public.ledger_open_standing() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO public.ledger_standing (account_id) VALUES (NEW.id);
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_account_standing
  AFTER INSERT ON public.ledger_account
  FOR EACH ROW WHEN (NEW.never_negative) EXECUTE FUNCTION public.ledger_open_standing();

CREATE FUNCTION public.ledger_keep_standings() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  short record;
BEGIN
  IF NOT EXISTS (SELECT FROM public.ledger_standing) THEN
    RETURN NULL;
  END IF;
  PERFORM FROM public.ledger_standing AS standing
    WHERE standing.account_id IN (SELECT debit_id FROM fresh UNION SELECT credit_id FROM fresh)
    ORDER BY standing.account_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE public.ledger_standing AS standing
     SET debits = standing.debits + change.debits,
         credits = standing.credits + change.credits,
         reserved_debits = standing.reserved_debits + change.reserved_debits,
         reserved_credits = standing.reserved_credits + change.reserved_credits
    FROM (SELECT side.id, sum(side.debits) AS debits, sum(side.credits) AS credits,
                 sum(side.reserved_debits) AS reserved_debits,
                 sum(side.reserved_credits) AS reserved_credits
            FROM (SELECT debit_id AS id, amount AS debits, 0 AS credits,
                         reserved AS reserved_debits, 0 AS reserved_credits FROM fresh
                  UNION ALL
                  SELECT credit_id, 0, amount, 0, reserved FROM fresh) AS side
           GROUP BY side.id) AS change
   WHERE standing.account_id = change.id;
  SELECT account.code, left_over.amount
    INTO short
    FROM public.ledger_standing AS standing
    JOIN public.ledger_account AS account ON account.id = standing.account_id
   CROSS JOIN LATERAL (
      SELECT CASE WHEN account.kind IN ('asset', 'expense')
             THEN standing.debits - standing.credits - standing.reserved_credits
             ELSE standing.credits - standing.debits - standing.reserved_debits END AS amount
    ) AS left_over
   WHERE standing.account_id IN (SELECT debit_id FROM fresh UNION SELECT credit_id FROM fresh)
     AND left_over.amount < 0
     AND left_over.amount + (
       SELECT coalesce(sum(pending.reserved), 0)
         FROM public.ledger_transfer AS pending
        WHERE pending.reserved > 0 AND pending.expires_at <= now()
          AND CASE WHEN account.kind IN ('asset', 'expense')
              THEN pending.credit_id ELSE pending.debit_id END = account.id
          AND NOT EXISTS (SELECT FROM public.ledger_transfer AS resolution
                           WHERE resolution.resolves = pending.id)) < 0
   ORDER BY account.code LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% lacks %', short.code, -short.amount
      USING ERRCODE = 'check_violation', TABLE = 'ledger_standing',
            CONSTRAINT = 'ledger_standing_not_negative';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_transfer_standings
  AFTER INSERT ON public.ledger_transfer
  REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_keep_standings();
"""

KEPT = """
DROP TRIGGER ledger_account_fixed ON public.ledger_account;
CREATE TRIGGER ledger_account_fixed
  BEFORE UPDATE OF id, code, currency, kind, never_negative ON public.ledger_account
  FOR EACH ROW
  WHEN ((OLD.id, OLD.code, OLD.currency, OLD.kind, OLD.never_negative)
        IS DISTINCT FROM (NEW.id, NEW.code, NEW.currency, NEW.kind, NEW.never_negative))
  EXECUTE FUNCTION ledger_forbid();

CREATE TRIGGER ledger_checkpoint_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER ledger_subtree_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_subtree
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER ledger_turnover_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_turnover
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER ledger_exchange_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_exchange
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER ledger_standing_kept
  BEFORE DELETE OR TRUNCATE ON public.ledger_standing
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
"""

# Only after a restore into a new server, whose transactions are counted from the beginning again.
RESUME = """
CREATE FUNCTION public.ledger_resume() RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF public.ledger_moment()
       >= greatest((SELECT max(horizon) FROM public.ledger_checkpoint),
                   (SELECT max(recorded_in) FROM public.ledger_transfer)) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE OR REPLACE FUNCTION public.ledger_era() RETURNS bigint LANGUAGE sql '
                 'STABLE AS ''SELECT %s::bigint''', public.ledger_era() + 1);
  RETURN true;
END $$;
"""

UNDO = """
DROP FUNCTION public.ledger_resume();
DROP TRIGGER ledger_transfer_standings ON public.ledger_transfer;
DROP TRIGGER ledger_account_standing ON public.ledger_account;
DROP FUNCTION public.ledger_keep_standings();
DROP FUNCTION public.ledger_open_standing();
DROP TRIGGER ledger_checkpoint_append_only ON public.ledger_checkpoint;
DROP TRIGGER ledger_subtree_append_only ON public.ledger_subtree;
DROP TRIGGER ledger_turnover_append_only ON public.ledger_turnover;
DROP TRIGGER ledger_exchange_append_only ON public.ledger_exchange;
DROP TRIGGER ledger_standing_kept ON public.ledger_standing;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_pendings_and_checkpoints")]

    operations = [migrations.RunSQL(CHECK + STANDING + KEPT + RESUME, UNDO)]
