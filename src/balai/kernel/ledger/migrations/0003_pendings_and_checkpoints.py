"""Pending transfers, exchanges, checkpoints; which transaction recorded a transfer."""

import django.contrib.postgres.indexes
import django.db.models.expressions
from django.db import migrations, models


# The transaction that writes is the only order that is known to be complete up to a point: when
# every transaction below a horizon has ended, no transfer can appear below it any more, whereas an
# identifier or a sequence's number may be taken long before its row is seen. A database restored
# into a new cluster begins to count its transactions anew: then an era is added (ledger_resume).
MOMENT = """
CREATE FUNCTION public.ledger_era() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 0::bigint';

CREATE FUNCTION public.ledger_moment() RETURNS bigint LANGUAGE sql STABLE AS
  'SELECT (public.ledger_era() << 48) + pg_current_xact_id()::text::bigint';

CREATE FUNCTION public.ledger_horizon() RETURNS bigint LANGUAGE sql STABLE AS
  'SELECT (public.ledger_era() << 48)
        + pg_snapshot_xmin(pg_current_snapshot())::text::bigint';
"""
UNDO = """
DROP FUNCTION public.ledger_horizon();
DROP FUNCTION public.ledger_moment();
DROP FUNCTION public.ledger_era();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0002_guards'),
    ]

    operations = [
        migrations.RunSQL(MOMENT, UNDO),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('tree_size', models.BigIntegerField()),
                ('root', models.BinaryField()),
                ('horizon', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('body', models.TextField()),
                ('signatures', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.UUIDField(db_default=models.Func(function='uuidv7', output_field=models.UUIDField()), editable=False, primary_key=True, serialize=False)),
                ('idempotency_key', models.TextField(unique=True)),
                ('paid_id', models.UUIDField(unique=True)),
                ('received_id', models.UUIDField(unique=True)),
                ('rate_numerator', models.BigIntegerField()),
                ('rate_denominator', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('account_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('debits', models.BigIntegerField(db_default=0)),
                ('credits', models.BigIntegerField(db_default=0)),
                ('reserved_debits', models.BigIntegerField(db_default=0)),
                ('reserved_credits', models.BigIntegerField(db_default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Subtree',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.BinaryField()),
                ('last_recorded_in', models.BigIntegerField()),
                ('last_id', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='Turnover',
            fields=[
                ('account_id', models.BigIntegerField()),
                ('day', models.DateField()),
                ('checkpoint_number', models.BigIntegerField()),
                ('debits', models.BigIntegerField()),
                ('credits', models.BigIntegerField()),
                ('pk', models.CompositePrimaryKey('account_id', 'day', 'checkpoint_number', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='transfer',
            name='ledger_transfer_amount',
        ),
        migrations.RemoveIndex(
            model_name='transfer',
            name='ledger_transfer_debit',
        ),
        migrations.RemoveIndex(
            model_name='transfer',
            name='ledger_transfer_credit',
        ),
        migrations.AddField(
            model_name='account',
            name='never_negative',
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name='transfer',
            name='expires_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='transfer',
            name='recorded_in',
            field=models.BigIntegerField(db_default=models.Func(function='ledger_moment', output_field=models.BigIntegerField())),
        ),
        migrations.AddField(
            model_name='transfer',
            name='reserved',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='transfer',
            name='resolves',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['debit_id', 'at'], name='ledger_transfer_debit'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['credit_id', 'at'], name='ledger_transfer_credit'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('reserved__gt', 0)), fields=['debit_id'], name='ledger_pending_debit'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(condition=models.Q(('reserved__gt', 0)), fields=['credit_id'], name='ledger_pending_credit'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['recorded_in'], name='ledger_transfer_recorded', pages_per_range=32),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('expires_at', None), ('reserved', 0), ('resolves', None)), models.Q(('amount', 0), ('reserved__gt', 0), ('resolves', None), ('reverses', None)), models.Q(('amount__gte', 0), ('amount__lte', django.db.models.expressions.CombinedExpression(models.F('reserved'), '*', models.Value(-1))), ('expires_at', None), ('reserved__lt', 0), ('resolves__isnull', False), ('reverses', None)), _connector='OR'), name='ledger_transfer_amount'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('resolves__isnull', False)), fields=('resolves',), name='ledger_transfer_resolved_once'),
        ),
        migrations.AddConstraint(
            model_name='checkpoint',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='ledger_checkpoint_number'),
        ),
        migrations.AddConstraint(
            model_name='checkpoint',
            constraint=models.CheckConstraint(condition=models.Q(('tree_size__gte', 0)), name='ledger_checkpoint_size'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.CheckConstraint(condition=models.Q(('rate_denominator__gt', 0), ('rate_numerator__gt', 0)), name='ledger_exchange_rate'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.CheckConstraint(condition=models.Q(('paid_id', models.F('received_id')), _negated=True), name='ledger_exchange_two_transfers'),
        ),
    ]
