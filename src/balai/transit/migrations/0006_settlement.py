"""Operators, contracts, runs, statements, payments."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0005_taps"),
    ]

    operations = []
