"""Runs of the policy simulator."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0007_realtime"),
    ]

    operations = []
