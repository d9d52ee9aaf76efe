"""A notice is open to its reader and to the region's officers, and so is all that hangs on it."""

from django.db import migrations

from balai.kernel.row_security import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("access", "0004_row_security")]

    operations = [
        RowSecurity("notices_notice", region="region_code", person="reader"),
        RowSecurity("notices_delivery", through=("notice_id", "notices_notice")),
        RowSecurity("notices_preference", region="region_code", person="reader"),
        RowSecurity("notices_subscription", region="region_code", person="reader"),
    ]
