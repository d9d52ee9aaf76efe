"""Cards as accounts, entitlements, loads, disputes and the hotlist."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from balai.kernel.row_security import RowSecurity


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_row_security'),
        ('transit', '0003_tariff_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='CardAct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.TextField()),
                ('reason', models.TextField(blank=True)),
                ('by', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('boarding', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transit.tap')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acts', to='transit.card')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Entitlement',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('city', models.TextField()),
                ('kind', models.TextField(choices=[('concession', 'concession'), ('product', 'pass')])),
                ('code', models.TextField()),
                ('start', models.DateTimeField()),
                ('end', models.DateTimeField()),
                ('price', models.BigIntegerField(default=0)),
                ('key', models.TextField(unique=True)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entitlements', to='transit.card')),
            ],
        ),
        migrations.CreateModel(
            name='ConcessionClaim',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('city', models.TextField()),
                ('person_id', models.UUIDField(db_index=True)),
                ('region_code', models.TextField()),
                ('group', models.TextField()),
                ('paper', models.TextField(blank=True)),
                ('renews', models.BooleanField(default=False)),
                ('state', models.TextField(choices=[('applied', 'being looked at'), ('granted', 'granted'), ('refused', 'refused'), ('withdrawn', 'withdrawn'), ('revoked', 'revoked')], default='applied')),
                ('applied_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.TextField(blank=True, default='')),
                ('reason', models.TextField(blank=True, default='')),
                ('reminded_at', models.DateTimeField(null=True)),
                ('generated', models.BooleanField(default=False)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transit.card')),
                ('entitlement', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to='transit.entitlement')),
            ],
        ),
        migrations.CreateModel(
            name='HotlistChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('version', models.BigIntegerField()),
                ('reference', models.CharField(max_length=32)),
                ('listed', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['city', 'reference', '-version'], name='transit_hotlist_card')],
                'constraints': [models.UniqueConstraint(fields=('city', 'version'), name='transit_hotlist_version')],
            },
        ),
        migrations.CreateModel(
            name='CardAccount',
            fields=[
                ('card', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='account', serialize=False, to='transit.card')),
                ('city', models.TextField()),
                ('issuer', models.TextField()),
                ('last_four', models.CharField(max_length=4)),
                ('claim', models.BinaryField(null=True)),
                ('state', models.TextField(choices=[('active', 'active'), ('blocked', 'blocked'), ('lost', 'lost'), ('replaced', 'replaced'), ('expired', 'expired')], default='active')),
                ('block', models.TextField(blank=True, choices=[('rider', 'by its holder'), ('officer', 'by an officer'), ('missed-tap-out', 'a tap-out is missing'), ('reversed-load', 'a payment was taken back')], default='')),
                ('bound', models.BooleanField(default=False)),
                ('issued_on', models.DateField()),
                ('expires_on', models.DateField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('generated', models.BooleanField(default=False)),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacement', to='transit.card')),
            ],
            options={
                'indexes': [models.Index(fields=['city', 'last_four'], name='transit_cardaccount_four')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('block__gt', ''), ('state', 'blocked')), models.Q(models.Q(('state', 'blocked'), _negated=True), ('block', '')), _connector='OR'), name='transit_cardaccount_block'), models.CheckConstraint(condition=models.Q(('last_four__regex', '^[0-9A-Za-z]{4}$')), name='transit_cardaccount_digits')],
            },
        ),
        migrations.CreateModel(
            name='CardHolder',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('city', models.TextField()),
                ('person_id', models.UUIDField(db_index=True)),
                ('region_code', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holders', to='transit.card')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('card',), name='transit_cardholder_one')],
            },
        ),
        migrations.CreateModel(
            name='CardLoad',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('city', models.TextField()),
                ('way', models.TextField(choices=[('payment', 'paid through the bank'), ('cash', 'cash at the desk')])),
                ('amount', models.BigIntegerField()),
                ('loaded', models.BigIntegerField(default=0)),
                ('moves', models.SmallIntegerField(default=0)),
                ('bill', models.UUIDField(null=True)),
                ('key', models.TextField(unique=True)),
                ('by', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField()),
                ('loaded_at', models.DateTimeField(null=True)),
                ('generated', models.BooleanField(default=False)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loads', to='transit.card')),
            ],
            options={
                'indexes': [models.Index(fields=['card', '-asked_at'], name='transit_cardload_card')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('loaded__gte', 0), ('loaded__lte', models.F('amount'))), name='transit_cardload_amount')],
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('city', models.TextField()),
                ('person_id', models.UUIDField(db_index=True)),
                ('region_code', models.TextField()),
                ('journey', models.UUIDField()),
                ('charge', models.BigIntegerField()),
                ('why', models.TextField(choices=[('not-ridden', 'I did not make this trip'), ('tapped-out', 'I tapped out, and it says I did not'), ('charged-twice', 'I was charged twice'), ('too-much', 'The fare is too high'), ('no-service', 'The vehicle did not come or did not finish its trip')])),
                ('words', models.TextField(blank=True)),
                ('state', models.TextField(choices=[('open', 'being looked at'), ('refunded', 'refunded'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='open')),
                ('filed_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.TextField(blank=True, default='')),
                ('answer', models.TextField(blank=True, default='')),
                ('refund', models.BigIntegerField(default=0)),
                ('generated', models.BooleanField(default=False)),
                ('boarding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transit.tap')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='transit.card')),
            ],
            options={
                'indexes': [models.Index(fields=['city', 'state', 'due_at'], name='transit_dispute_queue')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('boarding',), name='transit_dispute_one_open'), models.CheckConstraint(condition=models.Q(models.Q(('refund__gt', 0), ('state', 'refunded')), models.Q(models.Q(('state', 'refunded'), _negated=True), ('refund', 0)), _connector='OR'), name='transit_dispute_refund')],
            },
        ),
        migrations.AddIndex(
            model_name='entitlement',
            index=models.Index(fields=['card', 'end'], name='transit_entitlement_card'),
        ),
        migrations.AddConstraint(
            model_name='entitlement',
            constraint=models.CheckConstraint(condition=models.Q(('end__gte', models.F('start'))), name='transit_entitlement_span'),
        ),
        migrations.AddIndex(
            model_name='concessionclaim',
            index=models.Index(fields=['city', 'state', 'due_at'], name='transit_claim_queue'),
        ),
        migrations.AddConstraint(
            model_name='concessionclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'applied')), fields=('person_id', 'group'), name='transit_claim_one_open'),
        ),
        migrations.AddConstraint(
            model_name='concessionclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'applied')), models.Q(models.Q(('state', 'applied'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='transit_claim_decided'),
        ),
        RowSecurity("transit_cardholder", region="region_code", person="person_id"),
        RowSecurity("transit_concessionclaim", region="region_code", person="person_id"),
        RowSecurity("transit_dispute", region="region_code", person="person_id"),
    ]
