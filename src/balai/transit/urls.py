"""The addresses of this programme, under `/<city>/transit/`."""

from __future__ import annotations

from django.urls import path

from balai.transit import card_urls, settlement_urls, simulator_urls
from balai.transit.views import boards, feeds, journeys, officer, plan, reach, tariffs
from balai.transit.views.taps import lists as tap_lists
from balai.transit.views.taps import quarantine
from balai.transit.views.tariff_desk import acts as tariff_acts
from balai.transit.views.tariff_desk import editing, lists, previews

app_name = "transit"
urlpatterns = [
    *card_urls.urlpatterns,
    *simulator_urls.urlpatterns,
    *settlement_urls.urlpatterns,
    path("", plan.plan, name="plan"),
    path("places/", plan.places, name="places"),
    path("network.geojson", plan.network, name="network"),
    path("reach/", reach.page, name="reach"),
    path("stops/", boards.stops, name="stops"),
    path("stops/<path:stop>/", boards.stop, name="stop"),
    path("lines/", boards.routes, name="routes"),
    path("lines/<path:route>/", boards.route, name="route"),
    path("tariffs/", tariffs.tariffs, name="tariffs"),
    path("journeys/<uuid:journey>/", journeys.record, name="journey"),
    path("officer/", officer.overview, name="officer"),
    path("officer/journeys/", officer.journeys, name="journeys"),
    path("officer/taps/", tap_lists.taps, name="taps"),
    path("officer/validators/", tap_lists.validators, name="validators"),
    path("officer/uploads/", tap_lists.batches, name="batches"),
    path("officer/adjustments/", tap_lists.adjustments, name="adjustments"),
    path("officer/quarantine/", quarantine.queue, name="quarantine"),
    path("officer/quarantine/decide/", quarantine.judge, name="quarantine-judge"),
    path("officer/feeds/", feeds.feeds, name="feeds"),
    path("officer/feeds/<int:feed>/", feeds.issues, name="feed"),
    path("officer/feeds/<int:feed>/use/", feeds.change_use, name="feed-use"),
    path("officer/realtime/", feeds.realtime, name="realtime"),
    path("officer/realtime/<str:source>/", feeds.realtime_problems, name="realtime-problems"),
    path("officer/feeds/imports/<str:job>/", feeds.progress, name="import"),
    path("officer/tariffs/", lists.versions, name="tariff-desk"),
    path("officer/tariffs/new/", lists.new, name="tariff-new"),
    path("officer/tariffs/in-force/", tariff_acts.in_force, name="tariff-in-force"),
    path("officer/tariffs/in-force/<str:start>/back/", tariff_acts.back, name="tariff-back"),
    path("officer/tariffs/<slug:name>/", editing.show, name="tariff"),
    path("officer/tariffs/<slug:name>/edit/", editing.edit, name="tariff-edit"),
    path("officer/tariffs/<slug:name>/examples/", editing.examples, name="tariff-examples"),
    path("officer/tariffs/<slug:name>/previews/", previews.begin, name="tariff-previews"),
    path(
        "officer/tariffs/<slug:name>/previews/<uuid:preview>/",
        previews.preview,
        name="tariff-preview",
    ),
    path(
        "officer/tariffs/<slug:name>/draft/<slug:act>/", tariff_acts.drafting, name="tariff-draft"
    ),
    path("officer/tariffs/<slug:name>/act/<slug:act>/", tariff_acts.publishing, name="tariff-act"),
]
