"""The addresses of cards: the rider's own pages, and the officers' desk."""

from __future__ import annotations

from django.urls import path

from balai.transit.views.cards import decisions, desk, rider, rider_acts, rider_claims

urlpatterns = [
    path("cards/", rider.cards, name="cards"),
    path("cards/add/", rider.add, name="card-add"),
    path("cards/disputes/<uuid:dispute>/", rider_claims.dispute_page, name="dispute"),
    path("cards/<int:card>/", rider.card, name="card"),
    path("cards/<int:card>/statement/", rider.statement, name="card-statement"),
    path("cards/<int:card>/load/", rider_acts.load, name="card-load"),
    path("cards/<int:card>/passes/", rider_acts.passes, name="card-passes"),
    path("cards/<int:card>/block/", rider_acts.block, name="card-block"),
    path("cards/<int:card>/lost/", rider_acts.lost, name="card-lost"),
    path("cards/<int:card>/concessions/", rider_claims.concessions, name="card-concessions"),
    path(
        "cards/<int:card>/concessions/<uuid:claim>/withdraw/",
        rider_claims.withdraw_concession,
        name="concession-withdraw",
    ),
    path("cards/<int:card>/rides/<int:boarding>/", rider_claims.dispute, name="dispute-file"),
    path("officer/cards/", desk.desk, name="card-desk"),
    path("officer/cards/find/", desk.find, name="card-find"),
    path("officer/cards/issue/", desk.issue, name="card-issue"),
    path("officer/cards/<int:card>/", desk.card, name="card-desk-card"),
    path("officer/cards/<int:card>/<slug:act>/", desk.act, name="card-act"),
    path("officer/disputes/", decisions.disputes, name="disputes"),
    path("officer/disputes/<uuid:dispute>/", decisions.dispute, name="dispute-desk"),
    path("officer/concessions/", decisions.concessions, name="concessions"),
    path("officer/concessions/<uuid:claim>/", decisions.concession, name="concession"),
]
