"""The account's own pages, under /account/ beside allauth's."""

from __future__ import annotations

from django.urls import path

from balai.kernel.access import views

app_name = "access"
urlpatterns = [
    path("roles/", views.roles, name="roles"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/", views.token_new, name="token_new"),
    path("tokens/<slug:prefix>/revoke/", views.token_revoke, name="token_revoke"),
]
