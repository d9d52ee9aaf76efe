"""Real-time reports: their sources, the last datasets, vehicles' tracks; feeds by name."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0006_settlement"),
    ]

    operations = [
        migrations.AddField(
            model_name="feedversion",
            name="name",
            field=models.TextField(db_default="main", default="main"),
        ),
        migrations.RemoveConstraint(model_name="feedversion", name="transit_feed_once"),
        migrations.RemoveConstraint(model_name="feedversion", name="transit_feed_current"),
        migrations.AddConstraint(
            model_name="feedversion",
            constraint=models.UniqueConstraint(
                fields=("city", "name", "sha256"), name="transit_feed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="feedversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "current")), fields=("city", "name"),
                name="transit_feed_current",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", NAME)), name="transit_feed_name"
            ),
        ),
        migrations.CreateModel(
            name="RealtimeSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city", models.TextField()),
                ("name", models.TextField()),
                ("feed", models.TextField()),
                ("url", models.TextField(blank=True)),
                ("header_name", models.TextField(blank=True)),
                ("header_secret", models.BinaryField(null=True)),
                ("poll_s", models.IntegerField(default=30)),
                ("stale_s", models.IntegerField(default=180)),
                ("active", models.BooleanField(default=True)),
                ("generated", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("asked_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["city", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("city", "name"), name="transit_realtime_source"),
                    models.CheckConstraint(condition=models.Q(("name__regex", NAME)), name="transit_realtime_name"),
                    models.CheckConstraint(condition=models.Q(("poll_s__gte", 10), ("poll_s__lte", 3600)), name="transit_realtime_poll"),
                    models.CheckConstraint(condition=models.Q(("stale_s__gte", 30), ("stale_s__lte", 86_400)), name="transit_realtime_stale"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RealtimeSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("updates", models.IntegerField()),
                ("vehicles", models.IntegerField()),
                ("alerts", models.IntegerField()),
                ("problems", models.JSONField(default=list)),
                ("source", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="transit.realtimesource")),
            ],
            options={
                "indexes": [models.Index(fields=["source", "-at", "-id"], name="transit_snapshot_latest")],
                "constraints": [models.UniqueConstraint(fields=("source", "digest"), name="transit_snapshot_once")],
            },
        ),
        migrations.CreateModel(
            name="TrackPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city", models.TextField()),
                ("day", models.DateField()),
                ("received_at", models.DateTimeField()),
                ("positions", models.IntegerField()),
                ("content", models.BinaryField()),
                ("source", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="transit.realtimesource")),
            ],
            options={
                "indexes": [models.Index(fields=["city", "day", "id"], name="transit_track_day")],
            },
        ),
    ]
