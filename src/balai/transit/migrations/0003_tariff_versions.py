"""Versions of tariffs, drawn up and put in force by officers."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0002_journeys"),
    ]

    operations = []
