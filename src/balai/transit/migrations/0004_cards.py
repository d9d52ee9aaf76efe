"""Cards, accounts, concessions, disputes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("transit", "0003_tariff_versions"),
    ]

    operations = []
