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

from balai.kernel.access.guards import needs, needs_recent_sign_in
from balai.kernel.access.lists import page_of
from balai.kernel.access.origin import origin_of
from balai.kernel.documents import actions, proof, queries
from balai.kernel.documents.forms import MethodForm, ReasonForm, SignForm
from balai.kernel.documents.models import Method, Signatory, Signature
from balai.kernel.documents.rules import SIGN
from balai.kernel.documents.signers import SignerError
from balai.kernel.documents.signers.base import Passphrase
from balai.kernel.documents.views.refusals import put_on, refusing
from balai.kernel.problems import ProblemError


@sensitive_post_parameters(*Method.values)
@never_cache
@needs(SIGN)
@refusing
def queue(request: HttpRequest, city: str) -> HttpResponse:
    """What waits for the user's signature; several are signed at once, with one secret for each
    way of signing that their posts need.
    """
    posts = list(queries.posts_of(request.user, city))
    chosen = set(request.POST.getlist("document"))
    turns = _turns(request, city, posts, chosen)
    form = SignForm(request.POST or None, methods=_questions(request, posts),
                    needed={method for turn, method in turns})  # fmt: skip
    asks_account = any(each.method == Method.LOCAL for each in posts)
    if request.method == "POST" and form.is_valid() and _sign_all(request, form, turns):
        return redirect("documents:queue", city)
    context = {
        "page": page_of(request, queries.waiting_for(request.user, city)), "form": form,
        "chosen": chosen if request.method == "POST" else None, "posts": posts,
        "by_passkey": asks_account and origin_of(request).by_passkey,
        "passkey_offered": asks_account and proof.has_passkey(request.user),
    }  # fmt: skip
    return render(request, "documents/queue.html", context)


@never_cache
@needs(SIGN)
@refusing
def decline(request: HttpRequest, city: str, document: UUID) -> HttpResponse:
    """Ask for the reason, and end a document that the user will not sign."""
    found = queries.one(document, city)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline(found.id, user=request.user, reason=form.cleaned_data["reason"],
                            by=origin_of(request))  # fmt: skip
        except ProblemError as error:
            put_on(form, error)
        else:
            messages.success(request, _("You declined to sign. The document is void."))
            return redirect("documents:queue", city)
    return render(request, "documents/decline.html", {"document": found, "form": form})


@sensitive_post_parameters("secret")
@never_cache
@needs(SIGN)
@needs_recent_sign_in()
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


def _turns(
    request: HttpRequest, city: str, posts: Sequence[Signatory], chosen: set[str]
) -> list[tuple[Signature, str]]:
    """The chosen signatures that wait for the user, each with how the user's post signs."""
    if not chosen:
        return []
    ways = {(each.office_id, each.post): each.method for each in posts}
    return [
        (turn, ways[turn.signatory.office_id, turn.post])
        for turn in queries.waiting_for(request.user, city)
        if str(turn.document_id) in chosen and turn.signatory is not None
    ]


def _questions(request: HttpRequest, posts: Sequence[Signatory]) -> dict[str, str]:
    """What each way of signing of the user's posts asks for."""
    asked = {
        Method.LOCAL: "" if origin_of(request).by_passkey else _account_question(request),
        Method.PKCS12: _("Passphrase of your certificate file"),
        Method.BSRE: _("Passphrase of your BSrE certificate"),
    }
    used = {each.method for each in posts}
    return {
        str(method): question for method, question in asked.items() if method in used and question
    }


def _account_question(request: HttpRequest) -> str:
    questions = {"code": _("Code of your authenticator app"), "password": _("Your password")}
    return questions.get(proof.asks_for(request.user), "")


def _sign_all(request: HttpRequest, form: SignForm, turns: list[tuple[Signature, str]]) -> bool:
    """Sign each in a transaction of its own; what fails is told, what is signed stays signed.

    A way of signing that failed once is not tried again: a service locks a certificate after a few
    wrong passphrases.
    """
    failed: set[str] = set()
    if Method.LOCAL in form.needed and not _proved(request, form):
        failed.add(Method.LOCAL)
    done = 0
    for turn, method in turns:
        if method in failed:
            continue
        try:
            with transaction.atomic():
                actions.sign(_id(turn), user=request.user, by=origin_of(request),
                             secret=form.secret(method), proved=method == Method.LOCAL)  # fmt: skip
            done += 1
        except ProblemError as error:
            said = f"{turn.document.number}: {error.title}. {error.detail}".strip()
            at_field = isinstance(error, SignerError) and method in form.fields
            form.add_error(method if at_field else None, said)
            if isinstance(error, SignerError):
                failed.add(method)
    if done:
        told = ngettext("%(n)d document is signed.", "%(n)d documents are signed.", done)
        messages.success(request, told % {"n": done})
    return not form.errors


def _proved(request: HttpRequest, form: SignForm) -> bool:
    """Prove the account once for all that need it: a code of an app works only once."""
    try:
        proof.prove(request.user, form.secret(Method.LOCAL), by=origin_of(request))
    except ProblemError as error:
        field = Method.LOCAL if Method.LOCAL in form.fields else None
        form.add_error(field, f"{error.title}. {error.detail}".strip())
        return False
    return True


def _id(turn: Signature) -> UUID:
    return turn.document.id
