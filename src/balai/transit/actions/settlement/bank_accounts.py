"""Where operators are paid: entered by one officer, approved by another who types it anew."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils import timezone

from balai.kernel import keys
from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.transit.engine.settlement.pain001 import BIC
from balai.transit.models import BankAccount, Operator

PURPOSE = "transit.operator-account"
ACCOUNT = re.compile(r"[A-Za-z0-9]{4,34}")
LONGEST_HOLDER = 140
State = BankAccount.State


@transaction.atomic
def enter_account(
    operator: Operator, *, bank: str, account: str, holder: str, by: Origin
) -> BankAccount:
    """Enter where the operator is to be paid: its bank's BIC, the number, and whose account it is.

    It waits for another officer; the one in use stays in use until then, and one that waited
    before is replaced. The same as the one in use or waiting again: nothing changes. ProblemError
    names a bad field.
    """
    code, number = checked_account(bank, account)
    name = " ".join(holder.split())
    if not 0 < len(name) <= LONGEST_HOLDER:
        _refuse("The account cannot be kept",
                Fault(field="holder", problem="is not of 1 to 140 letters"))  # fmt: skip
    own = _locked(operator).bank_accounts
    for each in own.filter(state__in=(State.WAITING, State.APPROVED)):
        if (each.bank, number_of(each), each.holder) == (code, number, name):
            return each
    now = timezone.now()
    own.filter(state=State.WAITING).update(state=State.REPLACED, ended_at=now)
    made = BankAccount.objects.create(
        operator=operator, bank=code, number_end=number[-4:], holder=name, entered_by=by.actor,
        number=keys.seal(PURPOSE, number, about=str(operator.pk)),
    )  # fmt: skip
    _told("transit.operator-account-changed", made, by)
    return made


@transaction.atomic
def approve_account(account: BankAccount, *, number: str, by: Origin) -> BankAccount:
    """Let an account be paid to. The officer types its number from the operator's letter anew.

    ConflictError where it does not wait, or by who entered it; ProblemError where the number is
    not the one that was entered.
    """
    found = _waiting(account, by)
    if re.sub(r"[\s.\-]", "", number) != number_of(found):
        _refuse("The account is not approved", Fault(
            field="account", problem="is not the number that was entered",
            remedy="Compare it with the operator's letter; refuse it if the entry is wrong",
        ))  # fmt: skip
    now = timezone.now()
    found.operator.bank_accounts.filter(state=State.APPROVED).update(
        state=State.REPLACED, ended_at=now
    )
    return _decided(found, State.APPROVED, "transit.operator-account-approved", by)


@transaction.atomic
def refuse_account(account: BankAccount, *, reason: str, by: Origin) -> BankAccount:
    """Do not let an account be paid to, with the reason; the one in use stays in use."""
    found = _waiting(account, by)
    if not reason.strip():
        _refuse("The account is not refused", Fault(field="reason", problem="is missing"))
    found.reason, found.ended_at = reason.strip()[:500], timezone.now()
    return _decided(found, State.REFUSED, "transit.operator-account-refused", by)


def checked_account(bank: str, account: str) -> tuple[str, str]:
    """A bank's BIC and an account's number as they are kept; ProblemError names a bad one."""
    number, code = re.sub(r"[\s.\-]", "", account), bank.strip().upper()
    faults = []
    if not BIC.fullmatch(code):
        faults.append(Fault(field="bank", value=bank,
                            problem="is not a BIC of 8 or 11 characters"))  # fmt: skip
    if not ACCOUNT.fullmatch(number):
        faults.append(Fault(field="account", problem="is not of 4 to 34 letters and digits"))
    if faults:
        _refuse("The account cannot be kept", *faults)
    return code, number


def number_of(account: BankAccount) -> str:
    """The number of an account, unsealed."""
    return keys.open_sealed(PURPOSE, bytes(account.number), about=str(account.operator_id))


def _locked(operator: Operator) -> Operator:
    return Operator.objects.select_for_update().get(pk=operator.pk)


def _waiting(account: BankAccount, by: Origin) -> BankAccount:
    """The account that waits for this officer's word, its operator held until the end."""
    _locked(account.operator)
    found = BankAccount.objects.select_related("operator").get(pk=account.pk)
    if found.state != State.WAITING:
        raise ConflictError("The account does not wait for approval",
                            detail=str(found.get_state_display()))  # fmt: skip
    if found.entered_by and found.entered_by == by.actor:
        raise ConflictError("Another officer must decide on it",
                            detail="Who entered the account cannot approve it.")  # fmt: skip
    return found


def _decided(found: BankAccount, state: str, action: str, by: Origin) -> BankAccount:
    found.state, found.decided_by, found.decided_at = state, by.actor, timezone.now()
    found.save()
    _told(action, found, by)
    return found


def _told(action: str, account: BankAccount, by: Origin, **detail: Any) -> None:
    operator = account.operator
    audit(action, by, subject=f"transit.operator:{operator.pk}", region=operator.region_code,
          account=account.pk, **detail)  # fmt: skip


def _refuse(title: str, *faults: Fault) -> None:
    raise ProblemError(title, faults=faults)
