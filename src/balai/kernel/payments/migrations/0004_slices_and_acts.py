"""Statements taken in slice by slice; reversals matched by hand; write-offs."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from balai.kernel.row_security import RowSecurity


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_simulated"), ("access", "0004_row_security")]

    operations = [
        migrations.AddField(
            "act", "payment",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT,
                              to="payments.payment"),
        ),
        migrations.AddField("entry", "note", models.TextField(blank=True, default="")),
        migrations.AddField("statement", "remarks", models.JSONField(default=list)),
        migrations.AddField("statement", "told", models.PositiveIntegerField(null=True)),
        migrations.AlterField(
            "act", "kind",
            models.TextField(choices=[
                ("match", "matched to a bill by hand"), ("refund", "to be refunded"),
                ("keep", "kept, with a note"), ("take-back", "taken back from the bill"),
                ("deposit", "cash of the till paid into the bank"),
                ("reverse", "matched to the payment it takes back"),
                ("write-off", "written off"),
            ]),
        ),
        migrations.CreateModel(
            name="StatementFile",
            fields=[
                ("id", models.UUIDField(
                    db_default=models.Func(function="uuidv7", output_field=models.UUIDField()),
                    editable=False, primary_key=True, serialize=False)),
                ("region_code", models.TextField()),
                ("sealed", models.BinaryField()),
                ("by", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField(
                    db_default=django.db.models.functions.datetime.Now())),
                ("bank", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT,
                                           to="payments.bank")),
            ],
        ),
        RowSecurity("payments_statementfile", region="region_code"),
    ]  # fmt: skip
