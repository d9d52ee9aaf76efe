
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('transit', '0001_feed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('sequence', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('direction', models.CharField(choices=[('in', 'tap in'), ('out', 'tap out')], max_length=3)),
                ('mode', models.CharField(choices=[('brt', 'BRT'), ('bus', 'bus'), ('angkot', 'angkot'), ('mikrotrans', 'Mikrotrans'), ('mrt', 'MRT'), ('lrt', 'LRT'), ('rail', 'train'), ('royaltrans', 'Royaltrans')], max_length=10)),
                ('route_id', models.TextField(blank=True)),
                ('stop_id', models.TextField(blank=True)),
                ('metres', models.IntegerField(null=True)),
                ('received_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('reference', models.CharField(max_length=32)),
                ('generated', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'reference'), name='transit_card_reference')],
            },
        ),
        migrations.CreateModel(
            name='Journey',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('city', models.TextField()),
                ('place', models.TextField()),
                ('day', models.DateField()),
                ('tariff', models.TextField()),
                ('tariff_day', models.DateField()),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('boardings', models.SmallIntegerField()),
                ('charge', models.BigIntegerField()),
                ('full_price', models.BigIntegerField()),
                ('integrated', models.BooleanField()),
                ('void', models.BooleanField(default=False)),
                ('generated', models.BooleanField(default=False)),
                ('revision', models.SmallIntegerField(default=1)),
                ('priced_at', models.DateTimeField()),
                ('card', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.card')),
            ],
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('boarding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='leg', serialize=False, to='transit.tap')),
                ('number', models.SmallIntegerField()),
                ('metres', models.IntegerField(null=True)),
                ('full_price', models.BigIntegerField()),
                ('charge', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('revision', models.SmallIntegerField(default=1)),
            ],
            options={
                'ordering': ['journey', 'number'],
            },
        ),
        migrations.CreateModel(
            name='OrphanTap',
            fields=[
                ('tap', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='orphan', serialize=False, to='transit.tap')),
                ('city', models.TextField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='PendingTap',
            fields=[
                ('tap', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='transit.tap')),
                ('city', models.TextField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='tap',
            name='card',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.card'),
        ),
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.SmallIntegerField()),
                ('before', models.BigIntegerField()),
                ('after', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('journey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='transit.journey')),
                ('boarding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjustments', to='transit.tap')),
            ],
        ),
        migrations.CreateModel(
            name='TapBatch',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('city', models.TextField()),
                ('idempotency_key', models.TextField(null=True)),
                ('fingerprint', models.CharField(max_length=64)),
                ('sender', models.TextField(blank=True)),
                ('received_at', models.DateTimeField()),
                ('accepted', models.IntegerField()),
                ('duplicates', models.IntegerField()),
                ('rejected', models.IntegerField()),
                ('answer', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['city', '-received_at'], name='transit_batch_received')],
                'constraints': [models.UniqueConstraint(fields=('city', 'sender', 'idempotency_key'), name='transit_batch_key')],
            },
        ),
        migrations.AddField(
            model_name='tap',
            name='batch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.tapbatch'),
        ),
        migrations.CreateModel(
            name='Quarantined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('row', models.IntegerField()),
                ('kind', models.CharField(choices=[('invalid', 'not a tap'), ('conflict', 'another tap with the same identity')], max_length=8)),
                ('field', models.TextField(blank=True)),
                ('value', models.TextField(blank=True)),
                ('problem', models.TextField()),
                ('remedy', models.TextField(blank=True)),
                ('content', models.JSONField()),
                ('received_at', models.DateTimeField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='transit.tapbatch')),
            ],
        ),
        migrations.CreateModel(
            name='TariffInForce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('tariff', models.TextField()),
                ('start', models.DateField()),
                ('end', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['city', 'start'],
                'constraints': [models.UniqueConstraint(fields=('city', 'start'), name='transit_tariff_start'), models.CheckConstraint(condition=models.Q(('end__isnull', True), ('end__gte', models.F('start')), _connector='OR'), name='transit_tariff_span')],
            },
        ),
        migrations.CreateModel(
            name='Validator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('code', models.TextField()),
                ('place', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('city', 'code'), name='transit_validator_code')],
            },
        ),
        migrations.AddField(
            model_name='tap',
            name='validator',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='transit.validator'),
        ),
        migrations.AddIndex(
            model_name='journey',
            index=models.Index(condition=models.Q(('void', False)), fields=['city', 'day', 'place'], include=('integrated',), name='transit_journey_measure'),
        ),
        migrations.AddIndex(
            model_name='journey',
            index=models.Index(fields=['card', 'first_at'], name='transit_journey_card'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('charge__gte', 0)), name='transit_journey_charge'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('boardings__gte', 1), ('void', False)), models.Q(('boardings', 0), ('charge', 0), ('void', True)), _connector='OR'), name='transit_journey_void'),
        ),
        migrations.AddConstraint(
            model_name='journey',
            constraint=models.CheckConstraint(condition=models.Q(('integrated', False), ('boardings__gte', 2), _connector='OR'), name='transit_journey_integrated'),
        ),
        migrations.AddField(
            model_name='leg',
            name='alighting',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transit.tap'),
        ),
        migrations.AddField(
            model_name='leg',
            name='journey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='legs', to='transit.journey'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.UniqueConstraint(fields=('boarding', 'revision'), name='transit_adjustment_revision'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='transit_adjustment_changes'),
        ),
        migrations.AddIndex(
            model_name='quarantined',
            index=models.Index(fields=['city', '-received_at'], name='transit_quarantined_city'),
        ),
        migrations.AddIndex(
            model_name='tap',
            index=models.Index(fields=['card', 'at'], name='transit_tap_card'),
        ),
        migrations.AddIndex(
            model_name='tap',
            index=models.Index(fields=['city', '-at'], name='transit_tap_city'),
        ),
        migrations.AddConstraint(
            model_name='tap',
            constraint=models.UniqueConstraint(fields=('validator', 'sequence'), name='transit_tap_identity'),
        ),
        migrations.AddConstraint(
            model_name='tap',
            constraint=models.CheckConstraint(condition=models.Q(('sequence__gte', 0)), name='transit_tap_sequence'),
        ),
        migrations.AddConstraint(
            model_name='tap',
            constraint=models.CheckConstraint(condition=models.Q(('metres__isnull', True), ('metres__gte', 0), _connector='OR'), name='transit_tap_metres'),
        ),
        migrations.AddConstraint(
            model_name='tap',
            constraint=models.CheckConstraint(condition=models.Q(('direction__in', ('in', 'out'))), name='transit_tap_direction'),
        ),
        migrations.AddConstraint(
            model_name='tap',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['brt', 'bus', 'angkot', 'mikrotrans', 'mrt', 'lrt', 'rail', 'royaltrans'])), name='transit_tap_mode'),
        ),
        migrations.AddConstraint(
            model_name='leg',
            constraint=models.CheckConstraint(condition=models.Q(('charge__gte', 0)), name='transit_leg_charge'),
        ),
    ]
