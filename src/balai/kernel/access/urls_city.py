"""The desk of who grants roles, keeps service accounts and reads the audit: /<city>/access/."""

from __future__ import annotations

from django.urls import path, re_path

from balai.kernel.access.views import audit, people, services

app_name = "access_city"
SERVICE = "services/<str:username>"
urlpatterns = [
    path("", people.grants, name="grants"),
    path("grant/", people.grant_new, name="grant_new"),
    path("grants/<int:number>/revoke/", people.grant_revoke, name="grant_revoke"),
    path("services/", services.services, name="services"),
    path("services/new/", services.service_new, name="service_new"),
    path(f"{SERVICE}/", services.service, name="service"),
    path(f"{SERVICE}/token/", services.service_token, name="service_token"),
    re_path(
        r"^services/(?P<username>[^/]+)/(?P<prefix>[0-9A-Za-z]{8})/(?P<act>renew|revoke)/$",
        services.service_token_change, name="service_token_change",
    ),
    path("audit/", audit.city_audit, name="audit"),
]  # fmt: skip
