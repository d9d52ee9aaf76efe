"""Where operators are paid: bank accounts, each entered by one officer and approved by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.transit.models.settlement import Operator


class BankAccount(models.Model):
    """An operator's bank account. `number` is sealed; `number_end` is what pages show of it.

    Rows are never edited: a change is another row, and those before it are the history. At most
    one is in use, and at most one waits for another officer's word.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        APPROVED = "approved", _("in use")
        REFUSED = "refused", _("refused")
        REPLACED = "replaced", _("replaced")

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="bank_accounts")
    bank = models.TextField()
    number = models.BinaryField()
    number_end = models.CharField(max_length=4)
    holder = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    entered_by = models.TextField(blank=True)
    entered_at = models.DateTimeField(db_default=Now())
    decided_by = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="transit_account_in_use", fields=["operator"], condition=Q(state="approved")
            ),
            models.UniqueConstraint(
                name="transit_account_waiting", fields=["operator"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="transit_account_four_eyes",
                condition=Q(decided_by="") | ~Q(decided_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="transit_account_decided",
                condition=Q(state="waiting", decided_by="")
                | (~Q(state="waiting") & ~Q(decided_by=""))
                | Q(state="replaced"),
            ),
        ]
        ordering = ["operator", "-id"]

    def __str__(self) -> str:
        return f"{self.bank} …{self.number_end}"
