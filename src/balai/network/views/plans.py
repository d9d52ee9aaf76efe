"""A city's action plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from balai.network.queries import members, plans
from balai.network.views.refusals import refusing


@refusing
def plan(request: HttpRequest, city: str) -> HttpResponseBase:
    """Vision, targets, and the projects with where they stand."""
    today = timezone.localdate()
    context = {
        "row": members.city(city, on=today),
        "page": plans.plan_page(city, on=today),
    }
    return render(request, "network/plan.html", context)
