"""What each operator is paid by a bank file, and what the bank did with it."""

from collections import defaultdict
from uuid import uuid4

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

STATES = {"draft": "open", "released": "open", "booked": "paid"}


def carry_over(apps, _schema) -> None:
    """A payout for each operator of the bank files that stand, numbered as their files were."""
    payout = apps.get_model("transit", "Payout")
    account = apps.get_model("transit", "BankAccount")
    for batch in apps.get_model("transit", "PaymentBatch").objects.exclude(state="withdrawn"):
        groups = defaultdict(list)
        for each in batch.statements.select_related("operator").order_by(
            "operator__code", "day", "version"
        ):
            groups[each.operator_id].append(each)
        for number, (operator, group) in enumerate(groups.items(), 1):
            made = payout.objects.create(
                id=uuid4(),
                city=batch.city,
                batch=batch,
                operator_id=operator,
                account=account.objects.filter(operator=operator).latest("id"),
                reference=f"{batch.reference}-{number:03}"[:35],
                amount=sum(each.change for each in group),
                state=STATES[batch.state],
                paid_on=batch.booked_on,
                paid_by=batch.booked_by,
                bank_reference=batch.bank_reference,
            )
            made.statements.set(group)


class Migration(migrations.Migration):
    dependencies = [("transit", "0010_bank_accounts")]

    operations = [
        migrations.CreateModel(
            name="Payout",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("city", models.TextField()),
                ("reference", models.CharField(max_length=35, unique=True)),
                ("amount", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for the bank"),
                            ("paid", "paid"),
                            ("returned", "came back"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("paid_on", models.DateField(null=True)),
                ("paid_by", models.TextField(blank=True)),
                ("bank_reference", models.TextField(blank=True)),
                ("entry", models.TextField(blank=True)),
                ("returned_on", models.DateField(null=True)),
                ("returned_by", models.TextField(blank=True)),
                ("return_reference", models.TextField(blank=True)),
                ("return_entry", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("remark", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="transit.bankaccount",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="transit.paymentbatch",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="transit.operator",
                    ),
                ),
                (
                    "statements",
                    models.ManyToManyField(related_name="payouts", to="transit.statement"),
                ),
            ],
            options={
                "ordering": ["-reference"],
                "indexes": [models.Index(name="transit_payout_state", fields=["city", "state"])],
                "constraints": [
                    models.UniqueConstraint(
                        name="transit_payout_once", fields=["batch", "operator"]
                    ),
                    models.CheckConstraint(name="transit_payout_amount", condition=Q(amount__gt=0)),
                    models.CheckConstraint(
                        name="transit_payout_days",
                        condition=(~Q(state="paid") | Q(paid_on__isnull=False))
                        & (~Q(state="returned") | Q(returned_on__isnull=False)),
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
    ]
