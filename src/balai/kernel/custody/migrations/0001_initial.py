import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="KeyCheck",
            fields=[
                ("version", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("fingerprint", models.TextField()),
                ("sealed", models.BinaryField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
        ),
    ]
