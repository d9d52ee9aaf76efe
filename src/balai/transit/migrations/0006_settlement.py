"""Operators, contracts, runs, statements, payments."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("transit", "0005_taps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Operator",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("city", models.TextField()),
                ("region_code", models.TextField()),
                ("code", models.TextField()),
                ("name", models.TextField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cooperative", "angkot cooperative"),
                            ("bus", "bus company"),
                            ("brt", "BRT operator"),
                            ("rail", "rail company"),
                        ],
                        max_length=12,
                    ),
                ),
                ("joined_on", models.DateField()),
                ("left_on", models.DateField(blank=True, null=True)),
                ("bank", models.TextField(blank=True)),
                ("account", models.BinaryField(null=True)),
                ("account_end", models.CharField(blank=True, max_length=4)),
                ("generated", models.BooleanField(default=False)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ["city", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("city", "code"), name="transit_operator_code"),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[a-z0-9][a-z0-9-]{0,30}$")),
                        name="transit_operator_code_form",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True),
                            ("left_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="transit_operator_span",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.TextField()),
                (
                    "model",
                    models.CharField(
                        choices=[
                            ("gross", "paid by the kilometre; fares are the city's"),
                            ("share", "keeps its share of fares"),
                        ],
                        max_length=8,
                    ),
                ),
                ("start", models.DateField()),
                ("end", models.DateField(blank=True, null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="transit.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["operator", "-start"],
            },
        ),
        migrations.CreateModel(
            name="OperatorAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("username", models.TextField(unique=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accounts",
                        to="transit.operator",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OperatorLog",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("city", models.TextField()),
                ("name", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("faults", models.JSONField(default=list)),
                ("by", models.TextField()),
                (
                    "received_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("generated", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-received_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("city", "sha256"), name="transit_log_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LogPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("city", models.TextField()),
                ("day", models.DateField()),
                ("positions", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="transit.operatorlog",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaymentBatch",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("city", models.TextField()),
                ("reference", models.TextField(unique=True)),
                ("execution_day", models.DateField()),
                ("payer_bank", models.TextField()),
                ("payer_account", models.BinaryField()),
                ("payer_end", models.CharField(max_length=4)),
                ("total", models.BigIntegerField()),
                ("count", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "waits for release"),
                            ("released", "sent to the bank"),
                            ("booked", "paid"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("made_by", models.TextField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("released_by", models.TextField(blank=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("booked_by", models.TextField(blank=True)),
                ("booked_on", models.DateField(null=True)),
                ("bank_reference", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("generated", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-made_at"],
                "indexes": [models.Index(fields=["city", "-made_at"], name="transit_payment_city")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by", ""),
                            models.Q(("released_by", models.F("made_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="transit_payment_four_eyes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RouteAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("city", models.TextField()),
                ("route_id", models.TextField()),
                ("start", models.DateField()),
                ("end", models.DateField(blank=True, null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="routes",
                        to="transit.contract",
                    ),
                ),
            ],
            options={
                "ordering": ["city", "route_id", "start"],
            },
        ),
        migrations.CreateModel(
            name="SettledDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("city", models.TextField()),
                ("day", models.DateField()),
                ("version", models.SmallIntegerField()),
                ("feed_id", models.BigIntegerField(null=True)),
                ("reports", models.IntegerField()),
                ("rules", models.JSONField(default=dict)),
                ("status_counts", models.JSONField(default=dict)),
                ("made_by", models.TextField(blank=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("seen_at", models.DateTimeField()),
                ("generated", models.BooleanField(default=False)),
                ("done", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["city", "-day", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("city", "day", "version"), name="transit_settled_version"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FareShare",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("city", models.TextField()),
                ("day", models.DateField()),
                ("journey", models.UUIDField()),
                ("legs", models.SmallIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "operator",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="transit.operator",
                    ),
                ),
                (
                    "settled",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="transit.settledday",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("city", models.TextField()),
                ("day", models.DateField()),
                ("version", models.SmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "waits for approval"),
                            ("approved", "approved"),
                            ("paid", "paid"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("scheduled_m", models.BigIntegerField()),
                ("verified_m", models.BigIntegerField()),
                ("runs", models.IntegerField()),
                ("missed", models.IntegerField()),
                ("pay", models.BigIntegerField()),
                ("penalties", models.BigIntegerField()),
                ("revenue", models.BigIntegerField()),
                ("adjustments", models.BigIntegerField()),
                ("net", models.BigIntegerField()),
                ("change", models.BigIntegerField()),
                ("made_by", models.TextField(blank=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("approved_by", models.TextField(blank=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("document", models.UUIDField(null=True)),
                ("generated", models.BooleanField(default=False)),
                (
                    "contract",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="transit.contract",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="transit.operator",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="transit.paymentbatch",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="transit.statement",
                    ),
                ),
                (
                    "settled",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="transit.settledday",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "operator", "-version"],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("by", models.TextField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("answer_due", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("upheld", "upheld: the day is settled again"),
                            ("rejected", "rejected"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("answered_by", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="transit.statement",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.SmallIntegerField()),
                ("kind", models.TextField()),
                ("code", models.TextField(blank=True)),
                ("quantity", models.BigIntegerField()),
                ("unit", models.TextField(blank=True)),
                ("rate", models.TextField(blank=True)),
                ("article", models.TextField(blank=True)),
                ("amount", models.BigIntegerField()),
                ("counts", models.BooleanField(default=True)),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="transit.statement",
                    ),
                ),
            ],
            options={
                "ordering": ["statement", "number"],
            },
        ),
        migrations.CreateModel(
            name="Vehicle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.TextField()),
                ("start", models.DateField()),
                ("end", models.DateField(blank=True, null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vehicles",
                        to="transit.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["operator", "code"],
            },
        ),
        migrations.CreateModel(
            name="VerifiedRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("route_id", models.TextField()),
                ("trip_id", models.TextField()),
                ("start_s", models.IntegerField()),
                ("scheduled_m", models.IntegerField()),
                ("verified_m", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("full", "ran whole"),
                            ("part", "ran in part"),
                            ("missed", "not run"),
                        ],
                        max_length=6,
                    ),
                ),
                ("vehicle", models.TextField(blank=True)),
                ("vehicles", models.SmallIntegerField()),
                ("first_stop", models.TextField(blank=True)),
                ("last_stop", models.TextField(blank=True)),
                ("late_s", models.IntegerField(null=True)),
                ("on_time", models.BooleanField(default=False)),
                ("headway_s", models.IntegerField(null=True)),
                ("headway_due_s", models.IntegerField(null=True)),
                ("headway_kept", models.BooleanField(null=True)),
                ("gaps", models.JSONField(default=list)),
                (
                    "operator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="transit.operator",
                    ),
                ),
                (
                    "settled",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="transit.settledday",
                    ),
                ),
            ],
            options={
                "ordering": ["settled", "route_id", "start_s", "trip_id"],
            },
        ),
        migrations.CreateModel(
            name="ContractTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("start", models.DateField()),
                ("value", models.JSONField()),
                ("article", models.TextField()),
                ("source", models.TextField(blank=True)),
                ("made_by", models.TextField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="transit.contract",
                    ),
                ),
            ],
            options={
                "ordering": ["contract", "name", "-start"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "name", "start"), name="transit_term_start"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.TextField()),
                ("day", models.DateField()),
                ("route_id", models.TextField(blank=True)),
                ("vehicle", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("by", models.TextField()),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("void", models.BooleanField(default=False)),
                ("void_reason", models.TextField(blank=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="transit.operator",
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "-id"],
                "indexes": [
                    models.Index(fields=["operator", "day"], name="transit_inspection_day")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(
                fields=("operator", "number"), name="transit_contract_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"
                ),
                name="transit_contract_span",
            ),
        ),
        migrations.AddIndex(
            model_name="logpart",
            index=models.Index(fields=["city", "day", "id"], name="transit_log_day"),
        ),
        migrations.AddConstraint(
            model_name="routeassignment",
            constraint=models.UniqueConstraint(
                fields=("city", "route_id", "start"), name="transit_assignment_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="routeassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"
                ),
                name="transit_assignment_span",
            ),
        ),
        migrations.AddIndex(
            model_name="fareshare",
            index=models.Index(fields=["city", "day", "journey"], name="transit_share_day"),
        ),
        migrations.AddIndex(
            model_name="fareshare",
            index=models.Index(fields=["settled", "operator"], name="transit_share_settled"),
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["city", "-day"], name="transit_statement_day"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("operator", "day", "version"), name="transit_statement_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", ""),
                    models.Q(("approved_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="transit_statement_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("statement",),
                name="transit_objection_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(
                fields=("statement", "number"), name="transit_line_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="vehicle",
            constraint=models.UniqueConstraint(
                fields=("operator", "code"), name="transit_vehicle_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="verifiedrun",
            constraint=models.UniqueConstraint(
                fields=("settled", "operator", "trip_id", "start_s"), name="transit_run_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="verifiedrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_m__gte", 0), ("verified_m__lte", models.F("scheduled_m"))
                ),
                name="transit_run_metres",
            ),
        ),
    ]
