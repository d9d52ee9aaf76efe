"""The addresses of operators and their settlement, under `/<city>/transit/`."""

from __future__ import annotations

from django.urls import path

from balai.transit.views.settlement import (
    bank_accounts,
    days,
    inspections,
    operators,
    own,
    payments,
    payouts,
    standards,
    statements,
)

urlpatterns = [
    path("officer/settlement/", days.days, name="settlement"),
    path("officer/settlement/statements/<uuid:statement>/", statements.show, name="statement"),
    path("officer/settlement/statements/<uuid:statement>/runs/", statements.runs,
         name="statement-runs"),
    path("officer/settlement/statements/<uuid:statement>/fares/", statements.fares,
         name="statement-fares"),
    path("officer/settlement/statements/<uuid:statement>/approve/", statements.approve_it,
         name="statement-approve"),
    path("officer/settlement/statements/<uuid:statement>/withdraw/", statements.withdraw_it,
         name="statement-withdraw"),
    path("officer/settlement/<slug:day>/", days.day, name="settled-day"),
    path("officer/objections/", statements.objections, name="objections"),
    path("officer/objections/<int:objection>/", statements.answer_it, name="objection"),
    path("officer/operators/", operators.operators, name="operators"),
    path("officer/operators/<slug:code>/", operators.operator, name="operator"),
    path("officer/operators/<slug:code>/account/", bank_accounts.account, name="operator-account"),
    path("officer/operators/<slug:code>/inspections/<int:inspection>/", inspections.take_back,
         name="inspection-take-back"),
    path("officer/operator-logs/", operators.logs, name="operator-logs"),
    path("officer/operator-logs/<uuid:log>/", operators.log, name="operator-log"),
    path("officer/payments/", payments.batches, name="operator-payments"),
    path("officer/payments/<uuid:batch>/", payments.batch, name="operator-payment"),
    path("officer/payments/<uuid:batch>/<slug:form>/", payments.file, name="operator-payment-file"),
    path("officer/payments/payouts/", payouts.payouts, name="payouts"),
    path("officer/payments/payouts/<slug:reference>/", payouts.payout, name="payout"),
    path("service-standard/", standards.public, name="penalties"),
    path("officer/service-standard/", standards.desk, name="penalty-desk"),
    path("operator/", own.mine, name="own-statements"),
    path("operator/<uuid:statement>/", own.statement, name="own-statement"),
    path("operator/<uuid:statement>/runs/", own.runs, name="own-runs"),
]  # fmt: skip
