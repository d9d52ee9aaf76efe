"""Rows of payers are open to the roles of their region, and to the payer."""

from django.db import migrations

from balai.kernel.row_security import RowSecurity

OFFICERS_ONLY = ("difference", "act", "refund", "snapanswer", "notice", "statement", "entry", "move")


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("access", "0004_row_security")]

    operations = [
        RowSecurity("payments_bill", region="region_code", person="person_id"),
        RowSecurity("payments_request", region="region_code", person="person_id"),
        RowSecurity("payments_payment", region="region_code", person="person_id",
                    read_only_person=True),
        *[RowSecurity(f"payments_{table}", region="region_code") for table in OFFICERS_ONLY],
    ]
