"""The functions that tell a policy which rows the transaction has named."""

from django.db import migrations

from balai.kernel.row_security import DROP_FUNCTIONS, FUNCTIONS


class Migration(migrations.Migration):
    dependencies = [("access", "0003_moments")]

    operations = [migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS)]
