"""The addresses of the policy simulator, under `/<city>/transit/`."""

from __future__ import annotations

from django.urls import path

from balai.transit.views.simulator import page

urlpatterns = [
    path("officer/simulator/", page.simulator, name="simulator"),
    path("officer/simulator/<uuid:scenario>/", page.scenario, name="scenario"),
    path("officer/simulator/<uuid:scenario>/save/", page.save, name="scenario-save"),
    path("officer/simulator/<uuid:scenario>/propose/", page.draft, name="scenario-propose"),
]
