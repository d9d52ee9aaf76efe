"""How much of a city public transport brings within reach."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("transit", "0008_simulation")]

    operations = [
        migrations.CreateModel(
            name="ReachMeasurement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("city", models.TextField()),
                ("day", models.DateField()),
                ("place", models.TextField()),
                ("name", models.TextField()),
                ("minutes", models.SmallIntegerField()),
                ("basis", models.CharField(choices=[("people", "People"), ("ground", "Ground")],
                                           max_length=6)),
                ("weight", models.BigIntegerField()),
                ("all", models.BigIntegerField()),
                ("reached", models.BigIntegerField()),
                ("network", models.TextField()),
                ("measured_at", models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("city", "day", "place", "minutes"), name="transit_reach_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reached__gte", 0),
                                           ("reached__lte", models.F("all"))),
                        name="transit_reach_within",
                    ),
                ],
            },
        ),
    ]
