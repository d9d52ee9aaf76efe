import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FeedVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('region_code', models.TextField(blank=True)),
                ('source', models.TextField(blank=True)),
                ('licence', models.TextField(blank=True)),
                ('credit', models.TextField(blank=True)),
                ('generated', models.BooleanField(default=False)),
                ('sha256', models.CharField(max_length=64)),
                ('archive_bytes', models.BigIntegerField()),
                ('imported_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('published_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('status', models.TextField(choices=[('current', 'in use'), ('superseded', 'superseded')])),
                ('timezone', models.TextField(blank=True)),
                ('first_day', models.DateField(null=True)),
                ('last_day', models.DateField(null=True)),
                ('counts', models.JSONField(default=dict)),
                ('rows_read', models.JSONField(default=dict)),
                ('issue_totals', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['city', '-imported_at', '-id'],
                'constraints': [models.UniqueConstraint(fields=('city', 'sha256'), name='transit_feed_once'), models.UniqueConstraint(condition=models.Q(('status', 'current')), fields=('city',), name='transit_feed_current'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='transit_feed_sha256'), models.CheckConstraint(condition=models.Q(('status__in', ('current', 'superseded'))), name='transit_feed_status'), models.CheckConstraint(condition=models.Q(('city', ''), _negated=True), name='transit_feed_city')],
            },
        ),
        migrations.CreateModel(
            name='FeedArchive',
            fields=[
                ('feed', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='archive', serialize=False, to='transit.feedversion')),
                ('content', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='FeedIssue',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.IntegerField()),
                ('file', models.TextField(blank=True)),
                ('row', models.IntegerField(null=True)),
                ('field', models.TextField(blank=True)),
                ('value', models.TextField(null=True)),
                ('kind', models.TextField()),
                ('other', models.TextField(null=True)),
                ('severity', models.TextField(choices=[('error', 'error'), ('warning', 'warning'), ('info', 'note')])),
            ],
            options={
                'indexes': [models.Index(fields=['feed', 'kind', 'number'], name='transit_issue_kind'), models.Index(fields=['feed', 'severity', 'number'], name='transit_issue_severity')],
            },
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'agency_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('agency_id', models.TextField(blank=True)),
                ('agency_name', models.TextField(blank=True)),
                ('agency_url', models.TextField(blank=True)),
                ('agency_timezone', models.TextField(blank=True)),
            ],
            options={
                'verbose_name_plural': 'agencies',
            },
        ),
        migrations.CreateModel(
            name='Stop',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'stop_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('stop_id', models.TextField()),
                ('stop_code', models.TextField(blank=True)),
                ('stop_name', models.TextField(blank=True)),
                ('stop_lat', models.FloatField()),
                ('stop_lon', models.FloatField()),
                ('location_type', models.SmallIntegerField()),
                ('parent_station', models.TextField(blank=True)),
                ('zone_id', models.TextField(blank=True)),
                ('wheelchair_boarding', models.SmallIntegerField()),
                ('platform_code', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('stop_lat__range', (-90, 90)), ('stop_lon__range', (-180, 180))), name='transit_stop_on_globe')],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'route_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('route_id', models.TextField()),
                ('agency_id', models.TextField(blank=True)),
                ('route_short_name', models.TextField(blank=True)),
                ('route_long_name', models.TextField(blank=True)),
                ('route_desc', models.TextField(blank=True)),
                ('route_type', models.IntegerField()),
                ('route_color', models.TextField(blank=True)),
                ('route_text_color', models.TextField(blank=True)),
                ('route_sort_order', models.IntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'service_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('service_id', models.TextField()),
                ('monday', models.SmallIntegerField()),
                ('tuesday', models.SmallIntegerField()),
                ('wednesday', models.SmallIntegerField()),
                ('thursday', models.SmallIntegerField()),
                ('friday', models.SmallIntegerField()),
                ('saturday', models.SmallIntegerField()),
                ('sunday', models.SmallIntegerField()),
                ('start_date', models.DateField()),
                ('end_date', models.DateField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('end_date__gte', models.F('start_date'))), name='transit_service_span')],
            },
        ),
        migrations.CreateModel(
            name='ServiceException',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'service_id', 'date', blank=True, editable=False, primary_key=True, serialize=False)),
                ('service_id', models.TextField()),
                ('date', models.DateField()),
                ('exception_type', models.SmallIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('exception_type__in', (1, 2))), name='transit_exception_type')],
            },
        ),
        migrations.CreateModel(
            name='Shape',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'shape_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('shape_id', models.TextField()),
                ('lats', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('lons', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('distances', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(null=True), size=None)),
            ],
        ),
        migrations.CreateModel(
            name='Trip',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'trip_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('trip_id', models.TextField()),
                ('route_id', models.TextField()),
                ('service_id', models.TextField()),
                ('trip_headsign', models.TextField(blank=True)),
                ('direction_id', models.SmallIntegerField(null=True)),
                ('shape_id', models.TextField(blank=True)),
                ('wheelchair_accessible', models.SmallIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['feed', 'route_id'], name='transit_trip_route')],
            },
        ),
        migrations.CreateModel(
            name='StopTime',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'trip_id', 'stop_sequence', blank=True, editable=False, primary_key=True, serialize=False)),
                ('trip_id', models.TextField()),
                ('stop_sequence', models.IntegerField()),
                ('stop_id', models.TextField()),
                ('arrival_s', models.IntegerField()),
                ('departure_s', models.IntegerField()),
                ('pickup_type', models.SmallIntegerField()),
                ('drop_off_type', models.SmallIntegerField()),
                ('shape_dist_traveled', models.FloatField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['feed', 'stop_id'], name='transit_stop_time_stop')],
                'constraints': [models.CheckConstraint(condition=models.Q(('arrival_s__gte', 0), ('departure_s__gte', models.F('arrival_s'))), name='transit_stop_time_order')],
            },
        ),
        migrations.CreateModel(
            name='Frequency',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'trip_id', 'start_s', blank=True, editable=False, primary_key=True, serialize=False)),
                ('trip_id', models.TextField()),
                ('start_s', models.IntegerField()),
                ('end_s', models.IntegerField()),
                ('headway_s', models.IntegerField()),
                ('exact_times', models.SmallIntegerField()),
            ],
            options={
                'verbose_name_plural': 'frequencies',
                'constraints': [models.CheckConstraint(condition=models.Q(('headway_s__gt', 0)), name='transit_frequency_headway'), models.CheckConstraint(condition=models.Q(('end_s__gt', models.F('start_s'))), name='transit_frequency_span')],
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('from_stop_id', models.TextField(blank=True)),
                ('to_stop_id', models.TextField(blank=True)),
                ('from_route_id', models.TextField(blank=True)),
                ('to_route_id', models.TextField(blank=True)),
                ('from_trip_id', models.TextField(blank=True)),
                ('to_trip_id', models.TextField(blank=True)),
                ('transfer_type', models.SmallIntegerField()),
                ('min_transfer_time', models.IntegerField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['feed', 'from_stop_id'], name='transit_transfer_from')],
            },
        ),
        migrations.CreateModel(
            name='FareAttribute',
            fields=[
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('pk', models.CompositePrimaryKey('feed_id', 'fare_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('fare_id', models.TextField()),
                ('price', models.DecimalField(decimal_places=4, max_digits=18)),
                ('currency_type', models.TextField()),
                ('payment_method', models.SmallIntegerField()),
                ('transfers', models.SmallIntegerField(null=True)),
                ('transfer_duration', models.IntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='FareRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='transit.feedversion')),
                ('fare_id', models.TextField()),
                ('route_id', models.TextField(blank=True)),
                ('origin_id', models.TextField(blank=True)),
                ('destination_id', models.TextField(blank=True)),
                ('contains_id', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['feed', 'fare_id'], name='transit_fare_rule')],
            },
        ),
    ]
