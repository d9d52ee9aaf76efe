"""Language, theme and shortcuts: kept in cookies, changed by a form that needs no script."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

ONE_YEAR_S = 365 * 24 * 3600
CHOICES = {
    "language": tuple(code for code, _ in settings.LANGUAGES),
    "theme": ("system", "light", "dark"),
    "shortcuts": ("on", "off"),
}
COOKIES = {"language": settings.LANGUAGE_COOKIE_NAME, "theme": "theme", "shortcuts": "shortcuts"}


# Exempt on purpose: a forged request could only change how the site looks to its victim, and a
# token in every footer would set a cookie for, and forbid caching to, people who only read.
@csrf_exempt
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the choices sent, and return to the page they came from."""
    response = HttpResponseRedirect(_next(request))
    for name, allowed in CHOICES.items():
        value = request.POST.get(name)
        if value == "system":
            response.delete_cookie(COOKIES[name])
        elif value in allowed:
            response.set_cookie(
                COOKIES[name],
                value,
                max_age=ONE_YEAR_S,
                samesite="Lax",
                secure=request.is_secure(),
                httponly=True,
            )
    return response


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else "/"
