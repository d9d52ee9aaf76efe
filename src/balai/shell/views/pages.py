"""What every public site must say of itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from balai import __version__


def about(request: HttpRequest) -> HttpResponse:
    """What Balai is, who runs it, and whose work it stands on."""
    return render(request, "pages/about.html", {"version": __version__})


def accessibility(request: HttpRequest) -> HttpResponse:
    """How the site keeps to WCAG 2.2 AA, and what is known not to."""
    return render(request, "pages/accessibility.html")


def open_data(request: HttpRequest) -> HttpResponse:
    """Where the figures can be taken from."""
    return render(request, "pages/open_data.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of a visit: the cookies, and nothing else."""
    return render(request, "pages/privacy.html")


def help_page(request: HttpRequest) -> HttpResponse:
    """Where to turn."""
    return render(request, "pages/help.html")
