"""Accounts."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from balai.kernel.access.actions.audit import record
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ConflictError, Fault, ProblemError


@transaction.atomic
def add_user(
    username: str,
    *,
    origin: Origin,
    password: str | None = None,
    display_name: str = "",
    email: str = "",
    language: str = "id",
    service: bool = False,
    superuser: bool = False,
) -> User:
    """Make an account. A service account, or one without a password, cannot sign in.

    ConflictError where the name is taken in any case; ProblemError for a weak password or a bad
    name, with the mend.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise ConflictError("The name is taken", detail=f"{username!r} has an account already.")
    user = User(
        username=username, display_name=display_name, email=email, language=language,
        is_service=service, is_staff=superuser, is_superuser=superuser,
    )  # fmt: skip
    if service and password:
        raise ProblemError("A service account has no password", detail="It only holds tokens.")
    _check(user, password)
    user.set_password(password)
    user.save()
    record("access.user-added", origin, subject=user.username, service=service,
           superuser=superuser)  # fmt: skip
    return user


def _check(user: User, password: str | None) -> None:
    faults = []
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        faults += [Fault(field=field, problem=" ".join(messages))
                   for field, messages in error.message_dict.items()]  # fmt: skip
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            faults += [Fault(field="password", problem=message) for message in error.messages]
    if faults:
        raise ProblemError("The account cannot be made", faults=tuple(faults))
