"""The issuer's addresses, at the root of the site."""

from __future__ import annotations

from django.urls import path

from balai.kernel.access.identity import views

app_name = "identity"
urlpatterns = [
    path("identity/.well-known/openid-configuration", views.configuration, name="configuration"),
    path("identity/jwks.json", views.jwks, name="jwks"),
    path("identity/authorize", views.authorize, name="authorize"),
    path("identity/token", views.token, name="token"),
]
