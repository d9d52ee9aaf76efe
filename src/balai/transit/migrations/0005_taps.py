"""Quarantine with reasons and release; what taps need to be taken in at speed."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0004_cards"),
    ]

    operations = []
