"""The account's own pages, under /account/ beside allauth's."""

from __future__ import annotations

from django.urls import path

from balai.kernel.access.views import audit, delegations, identity, own, sessions

app_name = "access"
urlpatterns = [
    path("roles/", own.roles, name="roles"),
    path("tokens/", own.tokens, name="tokens"),
    path("tokens/new/", own.token_new, name="token_new"),
    path("tokens/<slug:prefix>/revoke/", own.token_revoke, name="token_revoke"),
    path("sessions/", sessions.own_sessions, name="sessions"),
    path("sessions/end/", sessions.sessions_end, name="sessions_end"),
    path("sessions/<int:number>/end/", sessions.session_end, name="session_end"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/new/<int:grant>/", delegations.delegation_new, name="delegation_new"),
    path("delegations/<int:number>/end/", delegations.delegation_end, name="delegation_end"),
    path("identity/begin/", identity.identity_begin, name="identity_begin"),
    path("identity/back/", identity.identity_back, name="identity_back"),
    path("audit/", audit.whole_audit, name="audit"),
]
