"""Operators' bank accounts with their history, each approved by another than who entered it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import F, Q


def carry_over(apps, _schema) -> None:
    """Accounts that one officer alone set wait for another's word; seals hold as they are."""
    account = apps.get_model("transit", "BankAccount")
    for each in apps.get_model("transit", "Operator").objects.exclude(account=None):
        account.objects.create(operator=each, bank=each.bank, number=bytes(each.account),
                               number_end=each.account_end, holder=each.name)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("transit", "0009_reach")]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bank", models.TextField()),
                ("number", models.BinaryField()),
                ("number_end", models.CharField(max_length=4)),
                ("holder", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for approval"),
                            ("approved", "in use"),
                            ("refused", "refused"),
                            ("replaced", "replaced"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("entered_by", models.TextField(blank=True)),
                (
                    "entered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("decided_by", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_accounts",
                        to="transit.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["operator", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        name="transit_account_in_use",
                        fields=["operator"],
                        condition=Q(state="approved"),
                    ),
                    models.UniqueConstraint(
                        name="transit_account_waiting",
                        fields=["operator"],
                        condition=Q(state="waiting"),
                    ),
                    models.CheckConstraint(
                        name="transit_account_four_eyes",
                        condition=Q(decided_by="") | ~Q(decided_by=F("entered_by")),
                    ),
                    models.CheckConstraint(
                        name="transit_account_decided",
                        condition=Q(state="waiting", decided_by="")
                        | (~Q(state="waiting") & ~Q(decided_by=""))
                        | Q(state="replaced"),
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="operator", name="bank"),
        migrations.RemoveField(model_name="operator", name="account"),
        migrations.RemoveField(model_name="operator", name="account_end"),
    ]
