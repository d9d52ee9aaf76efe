"""Every address: the site's own, each programme's from its manifest, the API, health."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from balai.kernel import programmes
from balai.kernel.programmes import Programme
from balai.shell import api, health


def live(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all."""
    return JsonResponse({"status": "live"})


def ready(request: HttpRequest) -> HttpResponse:
    """Whether it can serve: database, migrations, worker; 503 with reasons where not."""
    checks = health.run(health.READY)
    good = all(check.ok for check in checks)
    body = {check.name: "ok" if check.ok else check.detail for check in checks}
    return JsonResponse(
        {"status": "ready" if good else "not ready", **body}, status=200 if good else 503
    )


def programme_address(programme: Programme) -> URLPattern | URLResolver:
    """Where a programme's pages are mounted."""
    prefix = "<slug:city>/" if programme.scope == "city" else ""
    return path(f"{prefix}{programme.name}/", include(programme.urls))


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", live, name="live"),
    path("readyz", ready, name="ready"),
    path("api/v1/", api.build().urls),
    re_path(r"^api/", api.missing),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("account/", include("balai.kernel.access.urls")),
    *[path("", include(each.site_urls)) for each in programmes.known() if each.site_urls],
    path("", include("balai.shell.urls_site")),
    *[programme_address(each) for each in programmes.known() if each.urls],
]

handler400 = "balai.shell.views.errors.bad_request"
handler403 = "balai.shell.views.errors.forbidden"
handler404 = "balai.shell.views.errors.not_found"
handler500 = "balai.shell.views.errors.server_error"
