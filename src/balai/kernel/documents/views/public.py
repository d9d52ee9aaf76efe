"""Verification, open to anyone: by code, by file, and in the browser alone by QR code."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.throttle import throttle
from balai.kernel.documents import queries
from balai.kernel.documents.engine.codes import grouped, read_code
from balai.kernel.documents.queries.revocations import signed_revocations
from balai.kernel.documents.views.words import offline_words
from balai.kernel.problems import MissingError

MOST_BYTES = 20 * 1024 * 1024
ASSETS = ("base.css", "base.js", "verify.js", "icons.svg", "fonts/plus-jakarta-sans.woff2")
STATES = {"valid": "ok", "waiting": "wait", "expired": "late", "void": "late", "replaced": "late"}


@require_http_methods(["GET", "HEAD", "POST"])
@throttle("documents.verify", "60/m")
def page(request: HttpRequest) -> HttpResponse:
    """Where a code is typed, a QR code shown to the camera, or a file given."""
    context: dict[str, object] = {"keys": queries.public_keys(), "words": offline_words()}
    if typed := request.GET.get("code", "").strip()[:40]:
        if code := read_code(typed):
            return redirect("verify:record", code)
        context |= {"typed": typed, "error": _wrong_code()}
    if request.method == "POST":
        context |= _file(request)
    return render(request, "documents/verify.html", context)


@require_safe
@throttle("documents.verify", "60/m")
def record(request: HttpRequest, code: str) -> HttpResponse:
    """How the document with this code stands."""
    found = queries.standing(code, at=timezone.now())
    context = {
        "typed": code[:40], "keys": queries.public_keys(), "words": offline_words(),
        "record_page": True,
    }  # fmt: skip
    if found is None:
        context["error"] = _("No document has this code.") if read_code(code) else _wrong_code()
        return render(request, "documents/verify.html", context, status=404)
    context |= {"standing": found, "status": STATES[found.word], "code": grouped(found.record.code)}
    return render(request, "documents/record.html", context)


@require_safe
@throttle("documents.revocations", "60/m")
def revocations(request: HttpRequest, city: str) -> HttpResponse:
    """The city's signed list of documents that no longer stand, for checking without a network."""
    try:
        content = signed_revocations(city, at=timezone.now())
    except MissingError as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type="application/cose; cose-type=cose-sign1")
    answer["Content-Disposition"] = f'attachment; filename="revoked-{city}.cose"'
    answer["Cache-Control"] = "public, max-age=300"
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps the page of verification for when there is no network."""
    files = [static(f"balai/{name}") for name in ASSETS]
    version = hashlib.sha256("".join(files).encode()).hexdigest()[:12]
    context = {"files": files, "version": version}
    answer = render(request, "documents/worker.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def _file(request: HttpRequest) -> dict[str, object]:
    upload = request.FILES.get("file")
    if upload is None:
        return {"file_error": _("Choose a PDF file.")}
    if (upload.size or 0) > MOST_BYTES:
        return {"file_error": _("The file is larger than 20 MB.")}
    verdict = queries.verdict_of(upload.read())
    found = queries.record_of_file(verdict.digest, at=timezone.now())
    return {"verdict": verdict, "standing": found, "file_name": (upload.name or "")[:80],
            "status": STATES[found.word] if found else "mute"}  # fmt: skip


def _wrong_code() -> str:
    return _("This is no code of a document. Compare it with the paper, letter by letter.")
