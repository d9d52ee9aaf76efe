"""Versions of tariffs, drawn up and put in force by officers; kept as they were published."""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION transit_keep_tariff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is forbidden: what was published stays as it was', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME,
          HINT = 'Draw up another version of the tariff.';
END $$;

CREATE TRIGGER transit_tariffversion_kept
  BEFORE UPDATE ON public.transit_tariffversion FOR EACH ROW
  WHEN (OLD.published_at IS NOT NULL
        AND ((OLD.city, OLD.name, OLD.title_id, OLD.title_en, OLD.based_on, OLD.parameters,
              OLD.examples, OLD.digest, OLD.revision, OLD.created_by, OLD.created_at,
              OLD.changed_by, OLD.changed_at, OLD.submitted_by, OLD.submitted_at,
              OLD.published_by, OLD.published_at)
             IS DISTINCT FROM
             (NEW.city, NEW.name, NEW.title_id, NEW.title_en, NEW.based_on, NEW.parameters,
              NEW.examples, NEW.digest, NEW.revision, NEW.created_by, NEW.created_at,
              NEW.changed_by, NEW.changed_at, NEW.submitted_by, NEW.submitted_at,
              NEW.published_by, NEW.published_at)
             OR OLD.state = 'withdrawn' OR NEW.state NOT IN ('published', 'withdrawn')))
  EXECUTE FUNCTION transit_keep_tariff();
CREATE TRIGGER transit_tariffversion_stays
  BEFORE DELETE ON public.transit_tariffversion FOR EACH ROW
  WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION transit_keep_tariff();
CREATE TRIGGER transit_tariffdecision_stays
  BEFORE UPDATE OR DELETE ON public.transit_tariffdecision FOR EACH STATEMENT
  EXECUTE FUNCTION transit_keep_tariff();
"""
UNDO = """
DROP TRIGGER transit_tariffversion_kept ON public.transit_tariffversion;
DROP TRIGGER transit_tariffversion_stays ON public.transit_tariffversion;
DROP TRIGGER transit_tariffdecision_stays ON public.transit_tariffdecision;
DROP FUNCTION transit_keep_tariff();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0002_journeys"),
    ]

    operations = [
        migrations.CreateModel(
            name='TariffDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('tariff', models.TextField()),
                ('act', models.CharField(choices=[('put', 'put in force'), ('corrected', 'put in force for days that had passed'), ('withdrawn', 'taken back before it began')], max_length=9)),
                ('start', models.DateField()),
                ('end', models.DateField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('journeys', models.IntegerField(default=0)),
                ('by', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['city', '-at'], name='transit_decision_city')],
            },
        ),
        migrations.CreateModel(
            name='TariffVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('city', models.TextField()),
                ('name', models.TextField(unique=True)),
                ('title_id', models.TextField()),
                ('title_en', models.TextField()),
                ('based_on', models.TextField(blank=True)),
                ('parameters', models.JSONField()),
                ('examples', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'waits for publication'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', max_length=9)),
                ('digest', models.CharField(max_length=64)),
                ('revision', models.IntegerField(default=1)),
                ('created_by', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('changed_by', models.TextField()),
                ('changed_at', models.DateTimeField()),
                ('submitted_by', models.TextField(blank=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('published_by', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('withdrawn_by', models.TextField(blank=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(fields=['city', '-changed_at'], name='transit_tariffversion_city')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'submitted', 'published', 'withdrawn'))), name='transit_tariffversion_state'), models.CheckConstraint(condition=models.Q(('published_by', ''), models.Q(models.Q(('published_by', models.F('submitted_by')), _negated=True), models.Q(('published_by', models.F('changed_by')), _negated=True)), _connector='OR'), name='transit_tariffversion_four_eyes'), models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state__in', ('draft', 'submitted'))), models.Q(('published_at__isnull', False), ('state__in', ('published', 'withdrawn'))), _connector='OR'), name='transit_tariffversion_published')],
            },
        ),
        migrations.CreateModel(
            name='TariffPreview',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64)),
                ('start', models.DateField()),
                ('end', models.DateField()),
                ('cards', models.IntegerField()),
                ('result', models.JSONField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('job', models.UUIDField(null=True)),
                ('seen_by', models.JSONField(default=list)),
                ('created_by', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='previews', to='transit.tariffversion')),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('end__gte', models.F('start'))), name='transit_preview_span')],
            },
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
