"""Quarantine with reasons and release; what taps need to be taken in at speed."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

NAMED_BY_TAPS = ("transit_card", "transit_validator", "transit_tapbatch")
KEEP = [
    """
    CREATE FUNCTION transit_named_by_taps() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'taps name rows of %: none may be deleted', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    *(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION transit_named_by_taps()"
        for table in NAMED_BY_TAPS
    ),
]
LET_GO = [
    *(f"DROP TRIGGER {table}_kept ON {table}" for table in NAMED_BY_TAPS),
    "DROP FUNCTION transit_named_by_taps()",
]


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0004_cards"),
    ]

    operations = [
        migrations.AlterField(
            model_name='pendingtap',
            name='tap',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='transit.tap'),
        ),
        migrations.AddField(
            model_name='pendingtap',
            name='card',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='transit.card'),
        ),
        migrations.RunSQL(
            "UPDATE transit_pendingtap AS pending SET card_id = tap.card_id"
            " FROM transit_tap AS tap WHERE tap.id = pending.tap_id",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name='pendingtap',
            name='card',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.card'),
        ),
        migrations.CreateModel(
            name='TapRuling',
            fields=[
                ('tap', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='ruling', serialize=False, to='transit.tap')),
                ('city', models.TextField(db_index=True)),
                ('ruling', models.TextField(choices=[('stands', 'stands'), ('aside', 'does not count')])),
                ('by', models.TextField(blank=True)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='adjustment',
            name='amount',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='by',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='key',
            field=models.TextField(null=True, unique=True),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='kind',
            field=models.TextField(choices=[('reading', 'late taps'), ('refund', 'refund')], db_default='reading', default='reading'),
        ),
        migrations.AddField(
            model_name='leg',
            name='refunded',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='leg',
            name='relief',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='leg',
            name='relief_reason',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='correction',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='decided_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='decided_by',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='decision',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='digest',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='evidence',
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='sequence',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='state',
            field=models.TextField(choices=[('open', 'undecided'), ('released', 'released'), ('rejected', 'rejected'), ('resolved', 'resolved by later taps')], db_default='open', default='open'),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='tap',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quarantined', to='transit.tap'),
        ),
        migrations.AddField(
            model_name='quarantined',
            name='validator',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddField(
            model_name='validator',
            name='drift_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='validator',
            name='drift_seconds',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='validator',
            name='drift_spread',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='validator',
            name='drift_uploads',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='validator',
            name='last_seen_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='pendingtap',
            name='city',
            field=models.TextField(),
        ),
        migrations.AlterField(
            model_name='quarantined',
            name='kind',
            field=models.CharField(choices=[('invalid', 'not a tap'), ('conflict', 'another tap with the same identity'), ('clock-ahead', 'made ahead of now'), ('clock-drift', "the validator's clock is off"), ('unknown-card', 'unknown card'), ('unknown-stop', 'unknown stop or route'), ('impossible-travel', 'impossible travel')], max_length=20),
        ),
        migrations.AlterField(
            model_name='tap',
            name='batch',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.tapbatch'),
        ),
        migrations.AlterField(
            model_name='tap',
            name='card',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.card'),
        ),
        migrations.AlterField(
            model_name='tap',
            name='validator',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.validator'),
        ),
        migrations.AddIndex(
            model_name='pendingtap',
            index=models.Index(fields=['city', 'card'], name='transit_pending_card'),
        ),
        migrations.AddIndex(
            model_name='quarantined',
            index=models.Index(condition=models.Q(('digest', ''), _negated=True), fields=['city', 'validator', 'sequence'], name='transit_quarantined_tap_sent'),
        ),
        migrations.AddIndex(
            model_name='tap',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['received_at'], name='transit_tap_received', pages_per_range=32),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__isnull', True), ('kind', 'reading')), models.Q(('amount__gt', 0), ('key__isnull', False), ('kind', 'refund')), _connector='OR'), name='transit_adjustment_refund'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('relief__gte', 0)), name='transit_leg_relief'),
        ),
        migrations.AddConstraint(
            model_name='tapruling',
            constraint=models.CheckConstraint(condition=models.Q(('ruling__in', ('stands', 'aside'))), name='transit_ruling_known'),
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
