"""Runs of the policy simulator."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0007_realtime"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("city", models.TextField()),
                ("title", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
                ("rules", models.JSONField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("share", models.FloatField(default=1.0)),
                ("upload", models.TextField(blank=True)),
                ("upload_name", models.TextField(blank=True)),
                ("taps", models.BigIntegerField(default=0)),
                ("generated", models.BooleanField(default=False)),
                ("job", models.UUIDField(null=True)),
                ("result", models.JSONField(null=True)),
                ("problem", models.TextField(blank=True)),
                ("seconds", models.FloatField(null=True)),
                ("made_by", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["city", "-made_at"], name="transit_scenario_city")],
                "constraints": [
                    models.UniqueConstraint(fields=("city", "digest"), name="transit_scenario_digest"),
                    models.CheckConstraint(condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="transit_scenario_share"),
                    models.CheckConstraint(condition=models.Q(("last_day__gte", models.F("first_day"))), name="transit_scenario_span"),
                ],
            },
        ),
    ]
