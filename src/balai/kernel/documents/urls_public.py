"""The addresses of verification, at the site's root."""

from django.urls import path

from balai.kernel.documents.views import public

app_name = "verify"

urlpatterns = [
    path("verify/", public.page, name="page"),
    path("verify/worker.js", public.worker, name="worker"),
    path("verify/revoked/<slug:city>.cose", public.revocations, name="revocations"),
    path("verify/<str:code>/", public.record, name="record"),
]
