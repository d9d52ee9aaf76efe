"""How many people live in a region."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("regions", "0002_lists")]

    operations = [
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("year", models.SmallIntegerField()),
                ("people", models.BigIntegerField()),
                ("source", models.TextField()),
                ("region", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT,
                                             related_name="population", to="regions.region")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("region", "year"), name="regions_population_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people__gte", 0)), name="regions_population_people"
                    ),
                ],
            },
        ),
    ]
