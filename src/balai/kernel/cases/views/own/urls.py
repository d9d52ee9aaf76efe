"""A resident's own pages: they come before the desk's, for their paths are fixed words."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
