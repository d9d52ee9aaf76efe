"""Real-time reports: trip updates, vehicle positions, alerts."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0006_settlement"),
    ]

    operations = []
