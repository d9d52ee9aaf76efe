"""The addresses of the treasury, under a city."""

from django.urls import path

from balai.kernel.treasury.views import accounts, checkpoints, transfers

app_name = "treasury"
urlpatterns = [
    path("", accounts.listing, name="accounts"),
    path("trial-balance/", accounts.trial_balance, name="trial-balance"),
    path("accounts/<path:code>/", accounts.statement, name="statement"),
    path("transfers/<uuid:transfer>/", transfers.show, name="transfer"),
    path("transfers/<uuid:transfer>/reverse/", transfers.reverse, name="reverse"),
    path("transfers/<uuid:transfer>/settle/", transfers.end, {"how": "settle"}, name="settle"),
    path("transfers/<uuid:transfer>/void/", transfers.end, {"how": "void"}, name="void"),
    path("transfers/<uuid:transfer>/proof.json", transfers.proof, name="proof"),
    path("checkpoints/", checkpoints.listing, name="checkpoints"),
    path("checkpoints/checkpoints.json", checkpoints.export, name="export"),
]
