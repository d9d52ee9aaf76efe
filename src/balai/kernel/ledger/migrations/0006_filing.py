"""File transfers by account and source after they are posted, instead of indexing each as it comes.

What a checkpoint had summed is filed here at once; the rest waits for the next filing.
"""

from importlib import import_module

import django.db.models.functions.datetime
from django.db import migrations, models

guards = import_module("balai.kernel.ledger.migrations.0004_guards_of_pendings")

RENAME = "ALTER TABLE public.ledger_turnover RENAME COLUMN checkpoint_number TO filing_number"
RENAME_BACK = "ALTER TABLE public.ledger_turnover RENAME COLUMN filing_number TO checkpoint_number"

FILE = """
INSERT INTO public.ledger_filing (number, horizon, filed_at)
SELECT number, horizon, made_at FROM public.ledger_checkpoint ORDER BY number;

INSERT INTO public.ledger_filedentry (account_id, at, transfer_id, amount)
SELECT account_id, at, id, amount
  FROM (SELECT debit_id AS account_id, at, id, amount, recorded_in FROM public.ledger_transfer
        UNION ALL
        SELECT credit_id, at, id, -amount, recorded_in FROM public.ledger_transfer) AS sides
 WHERE amount <> 0 AND recorded_in < (SELECT max(horizon) FROM public.ledger_filing)
 ORDER BY 1, 2, 3;

INSERT INTO public.ledger_filedsource (source, transfer_id)
SELECT source, id FROM public.ledger_transfer
 WHERE source <> '' AND recorded_in < (SELECT max(horizon) FROM public.ledger_filing)
 ORDER BY 1, 2;
"""

KEPT = """
CREATE TRIGGER ledger_filing_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_filing
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER ledger_filedentry_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_filedentry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
CREATE TRIGGER ledger_filedsource_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON public.ledger_filedsource
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_forbid();
"""

# Filings need not end where checkpoints do: the sums of days are made anew, up to the last one.
SUM_AGAIN = """
ALTER TABLE public.ledger_turnover DISABLE TRIGGER ledger_turnover_append_only;
DELETE FROM public.ledger_turnover;
INSERT INTO public.ledger_turnover (filing_number, account_id, day, debits, credits)
SELECT last.number, account_id, day, sum(debits), sum(credits)
  FROM (SELECT number, horizon FROM public.ledger_checkpoint ORDER BY number DESC LIMIT 1) AS last
  JOIN (SELECT debit_id AS account_id, (at AT TIME ZONE 'UTC')::date AS day, amount AS debits,
               0 AS credits, recorded_in
          FROM public.ledger_transfer
        UNION ALL
        SELECT credit_id, (at AT TIME ZONE 'UTC')::date, 0, amount, recorded_in
          FROM public.ledger_transfer) AS sides
    ON sides.recorded_in < last.horizon AND sides.debits + sides.credits > 0
 GROUP BY last.number, account_id, day;
ALTER TABLE public.ledger_turnover ENABLE TRIGGER ledger_turnover_append_only;
"""

# A batch's accounts are looked up as one sorted array, each once: that reads the index of accounts
# a few pages at a time, where a join descends it for each row, or hashes all accounts there are.
# After a restore nothing may be posted below what is filed: it would not be found there.
CHECK = """
CREATE OR REPLACE FUNCTION public.ledger_check_transfers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  moment CONSTANT bigint := public.ledger_moment();
  uneven boolean;
  foreign_moment boolean;
  reversing boolean;
  resolving boolean;
  broken record;
BEGIN
  IF moment < greatest(
       (SELECT horizon FROM public.ledger_checkpoint ORDER BY number DESC LIMIT 1),
       (SELECT horizon FROM public.ledger_filing ORDER BY number DESC LIMIT 1)) THEN
    RAISE EXCEPTION 'the database counts its transactions from before the last checkpoint'
      USING ERRCODE = 'object_not_in_prerequisite_state', TABLE = 'ledger_transfer',
            HINT = 'It was restored into a new server. Run: balai ledger resume';
  END IF;
  SELECT bool_or(fresh.recorded_in <> moment),
         bool_or(fresh.reverses IS NOT NULL), bool_or(fresh.resolves IS NOT NULL)
    INTO foreign_moment, reversing, resolving
    FROM fresh;
  SELECT bool_or(cardinality(named.ids) <> (
           SELECT count(*) FROM public.ledger_account AS account
            WHERE account.id = ANY(named.ids) AND account.currency = named.currency))
    INTO uneven
    FROM (SELECT side.currency, array_agg(side.id) AS ids
            FROM (SELECT debit_id AS id, currency FROM fresh
                  UNION SELECT credit_id, currency FROM fresh) AS side
           GROUP BY side.currency) AS named;
  IF uneven THEN
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

RESUME = """
CREATE OR REPLACE FUNCTION public.ledger_resume() RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF public.ledger_moment()
       >= greatest((SELECT max(horizon) FROM public.ledger_checkpoint),
                   (SELECT max(horizon) FROM public.ledger_filing),
                   (SELECT max(recorded_in) FROM public.ledger_transfer)) THEN
    RETURN false;
  END IF;
  EXECUTE format('CREATE OR REPLACE FUNCTION public.ledger_era() RETURNS bigint LANGUAGE sql '
                 'STABLE AS ''SELECT %s::bigint''', public.ledger_era() + 1);
  RETURN true;
END $$;
"""

OLD_GUARDS = guards.CHECK + guards.RESUME.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_summarise")]

    operations = [
        migrations.CreateModel(
            name="Filing",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("horizon", models.BigIntegerField()),
                ("filed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="FiledEntry",
            fields=[
                ("account_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("transfer_id", models.UUIDField()),
                ("amount", models.BigIntegerField()),
                ("pk", models.CompositePrimaryKey("account_id", "at", "transfer_id", blank=True, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="FiledSource",
            fields=[
                ("source", models.TextField()),
                ("transfer_id", models.UUIDField()),
                ("pk", models.CompositePrimaryKey("source", "transfer_id", blank=True, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.RunSQL(
            RENAME,
            RENAME_BACK,
            state_operations=[
                migrations.DeleteModel("Turnover"),
                migrations.CreateModel(
                    name="Turnover",
                    fields=[
                        ("account_id", models.BigIntegerField()),
                        ("day", models.DateField()),
                        ("filing_number", models.BigIntegerField()),
                        ("debits", models.BigIntegerField()),
                        ("credits", models.BigIntegerField()),
                        ("pk", models.CompositePrimaryKey("account_id", "day", "filing_number", blank=True, editable=False, primary_key=True, serialize=False)),
                    ],
                ),
            ],
        ),
        migrations.RunSQL(FILE, SUM_AGAIN),
        migrations.RunSQL(KEPT + CHECK + RESUME, OLD_GUARDS),
        migrations.RemoveIndex(model_name="transfer", name="ledger_transfer_debit"),
        migrations.RemoveIndex(model_name="transfer", name="ledger_transfer_credit"),
        migrations.RemoveIndex(model_name="transfer", name="ledger_transfer_source"),
    ]
