"""The addresses of this room, under `/<city>/payments/`."""

from __future__ import annotations

from django.urls import path

from balai.kernel.payments.views import acts, officer, pay

app_name = "payments"
urlpatterns = [
    path("", pay.mine, name="mine"),
    path("bills/<uuid:bill>/", pay.bill, name="bill"),
    path("requests/<uuid:request_id>/", pay.request_page, name="request"),
    path("requests/<uuid:request_id>/qris.svg", pay.qr_picture, name="qr"),
    path("requests/<uuid:request_id>/qris.png", pay.qr_image, name="qr_image"),
    path("requests/<uuid:request_id>/pretend/", pay.pretend, name="pretend"),
    path("officer/", officer.payments, name="payments"),
    path("officer/payments/<uuid:payment>/", officer.payment, name="payment"),
    path("officer/days/", officer.days, name="days"),
    path("officer/days/close/", officer.close_day, name="close_day"),
    path("officer/days/<uuid:statement>/", officer.day, name="day"),
    path("officer/books/<slug:bank>/<path:place>/", officer.place, name="place"),
    path("officer/notices/", officer.notices, name="notices"),
    path("officer/numbers/", officer.ranges, name="ranges"),
    path("officer/differences/", acts.worklist, name="worklist"),
    path("officer/differences/<uuid:difference>/", acts.difference, name="difference"),
    path("officer/differences/<uuid:difference>/match/", acts.match, name="match"),
    path("officer/differences/<uuid:difference>/reverse/", acts.match_reversal, name="reverse"),
    path("officer/differences/<uuid:difference>/write-off/", acts.write_off, name="write_off"),
    path("officer/differences/<uuid:difference>/refund/", acts.refund, name="refund"),
    path("officer/differences/<uuid:difference>/deposit/", acts.deposit, name="deposit"),
    path("officer/differences/<uuid:difference>/take-back/", acts.take_back, name="take_back"),
    path("officer/differences/<uuid:difference>/keep/", acts.keep, name="keep"),
    path("officer/acts/<uuid:act>/undo/", acts.undo, name="undo"),
]
