"""The addresses of this programme, under `/<city>/transit/`."""

from __future__ import annotations

from django.urls import path

from balai.transit.views import boards, feeds, journeys, officer, plan, tariffs

app_name = "transit"
urlpatterns = [
    path("", plan.plan, name="plan"),
    path("places/", plan.places, name="places"),
    path("network.geojson", plan.network, name="network"),
    path("stops/", boards.stops, name="stops"),
    path("stops/<path:stop>/", boards.stop, name="stop"),
    path("lines/", boards.routes, name="routes"),
    path("lines/<path:route>/", boards.route, name="route"),
    path("tariffs/", tariffs.tariffs, name="tariffs"),
    path("journeys/<uuid:journey>/", journeys.record, name="journey"),
    path("officer/", officer.overview, name="officer"),
    path("officer/journeys/", officer.journeys, name="journeys"),
    path("officer/taps/", officer.taps, name="taps"),
    path("officer/quarantine/", officer.quarantine, name="quarantine"),
    path("officer/feeds/", feeds.feeds, name="feeds"),
    path("officer/feeds/<int:feed>/", feeds.issues, name="feed"),
    path("officer/feeds/<int:feed>/use/", feeds.change_use, name="feed-use"),
    path("officer/realtime/", feeds.realtime, name="realtime"),
    path("officer/realtime/<str:source>/", feeds.realtime_problems, name="realtime-problems"),
    path("officer/feeds/imports/<str:job>/", feeds.progress, name="import"),
]
