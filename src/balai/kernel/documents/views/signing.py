"""The signing queue, and with what somebody signs."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.kernel.documents import actions, proof, queries
from balai.kernel.documents.forms import MethodForm, SignForm
from balai.kernel.documents.models import Method, Signature
from balai.kernel.documents.rules import SIGN
from balai.kernel.documents.signers import SignerError
from balai.kernel.documents.signers.base import Passphrase
from balai.kernel.documents.views.lists import page_of
from balai.kernel.documents.views.refusals import put_on, refusing
from balai.kernel.problems import ProblemError


@sensitive_post_parameters("secret")
@never_cache
@needs(SIGN)
@refusing
def queue(request: HttpRequest, city: str) -> HttpResponse:
    """What waits for the user's signature; several are signed at once with one secret."""
    waiting = queries.waiting_for(request.user, city)
    form = SignForm(request.POST or None, chosen=request.POST.getlist("document"))
    if request.method == "POST" and form.is_valid():
        secret = Passphrase(form.cleaned_data["secret"])
        if _sign_all(request, form, [each for each in waiting if str(each.document_id)
                                     in form.chosen], secret):  # fmt: skip
            return redirect("documents:queue", city)
    posts = list(queries.posts_of(request.user, city))
    context = {
        "page": page_of(request, queries.waiting_for(request.user, city)),
        "form": form, "chosen": form.chosen if request.method == "POST" else None, "posts": posts,
        "asks": _asks(request, posts),
    }  # fmt: skip
    return render(request, "documents/queue.html", context)


@sensitive_post_parameters("secret")
@never_cache
@needs(SIGN)
@refusing
def signature(request: HttpRequest, city: str) -> HttpResponse:
    """With what the user signs at each post."""
    posts = list(queries.posts_of(request.user, city))
    chosen = next((each for each in posts if str(each.pk) == request.POST.get("post")), None)
    form = MethodForm(request.POST or None, request.FILES or None,
                      initial={"method": posts[0].method if posts else Method.LOCAL})  # fmt: skip
    if request.method == "POST" and chosen is not None and form.is_valid():
        upload = form.cleaned_data["certificate"]
        try:
            actions.set_method(
                chosen, form.cleaned_data["method"], by=origin_of(request),
                nik=form.cleaned_data["nik"], certificate=upload.read() if upload else b"",
                secret=Passphrase(form.cleaned_data["secret"]),
            )  # fmt: skip
        except ProblemError as error:
            put_on(form, error)
        else:
            messages.success(request, _("Your way of signing is kept."))
            return redirect("documents:signature", city)
    return render(request, "documents/signature.html", {"posts": posts, "form": form})


def _sign_all(
    request: HttpRequest, form: SignForm, turns: list[Signature], secret: Passphrase
) -> bool:
    """Sign each in a transaction of its own; what fails is told, what is signed stays signed."""
    try:
        proved = _proved(request, turns, secret)
    except SignerError as error:
        form.add_error("secret", f"{error.title}. {error.detail}".strip())
        return False
    done = 0
    for turn in turns:
        try:
            with transaction.atomic():
                actions.sign(_id(turn), user=request.user, by=origin_of(request), secret=secret,
                             proved=proved)  # fmt: skip
            done += 1
        except ProblemError as error:
            form.add_error(None, f"{turn.document.number}: {error.title}. {error.detail}".strip())
            if isinstance(error, SignerError):
                break
    if done:
        told = ngettext("%(n)d document is signed.", "%(n)d documents are signed.", done)
        messages.success(request, told % {"n": done})
    return not form.errors


def _proved(request: HttpRequest, turns: list[Signature], secret: Passphrase) -> bool:
    """Prove the account once for all that need it: a code of an app works only once."""
    methods = {each.method for each in queries.posts_of(request.user, _city(turns))}
    if Method.LOCAL not in methods:
        return False
    proof.prove(request.user, secret)
    return True


def _asks(request: HttpRequest, posts: Sequence[object]) -> str:
    """What the secret is: the account's password or code, or a certificate's passphrase."""
    methods = {getattr(each, "method", "") for each in posts}
    if methods & {Method.PKCS12, Method.BSRE}:
        return "passphrase"
    return "code" if proof.asks_for_code(request.user) else "password"


def _city(turns: list[Signature]) -> str:
    return turns[0].document.city if turns else ""


def _id(turn: Signature) -> UUID:
    return turn.document.id
