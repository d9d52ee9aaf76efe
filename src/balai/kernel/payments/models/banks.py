"""Banks the city is paid through, and the ranges of virtual account numbers they gave it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.payments.models.columns import identifier


class Bank(models.Model):
    """An account of the city at a bank, with the keys of both sides. Secrets are sealed."""

    class Signing(models.TextChoices):
        HMAC = "hmac", _("shared secret (HMAC-SHA512)")
        RSA = "rsa", _("the bank's key (SHA256withRSA)")

    id = identifier()
    city = models.TextField()
    region_code = models.TextField()
    slug = models.SlugField(max_length=40)
    name = models.TextField()
    account_number = models.TextField()
    account_holder = models.TextField()
    currency = models.CharField(max_length=3)
    grace_days = models.PositiveSmallIntegerField(default=1)
    base_url = models.TextField(blank=True, default="")
    signing = models.TextField(choices=Signing.choices)
    client_key = models.TextField(unique=True)
    partner_id = models.TextField()
    client_secret = models.BinaryField()
    private_key = models.BinaryField()
    public_key = models.TextField()
    qris_guid = models.TextField(blank=True, default="")
    qris_pan = models.TextField(blank=True, default="")
    qris_nmid = models.TextField(blank=True, default="")
    qris_criteria = models.CharField(max_length=3, blank=True, default="URE")
    qris_category = models.CharField(max_length=4, default="9399")
    qris_name = models.CharField(max_length=25, blank=True, default="")
    qris_city = models.CharField(max_length=15, blank=True, default="")
    qris_postal_code = models.CharField(max_length=10, blank=True, default="")
    is_simulator = models.BooleanField(default=False)
    is_open = models.BooleanField(default=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="payments_bank_slug", fields=["city", "slug"]),
            models.UniqueConstraint(name="payments_bank_account", fields=["slug", "account_number",
                                                                          "city"]),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class NumberRange(models.Model):
    """Virtual account numbers of a biller: `prefix` (the partner service ID) and a counter."""

    class Kind(models.TextChoices):
        CLOSED = "closed", _("closed: exactly the bill's amount")
        OPEN = "open", _("open: any amount up to the bill's")

    id = identifier()
    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="ranges")
    title = models.TextField()
    prefix = models.CharField(max_length=8)
    digits = models.PositiveSmallIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    next = models.BigIntegerField()
    kind = models.TextField(choices=Kind.choices)
    hours = models.PositiveIntegerField()
    is_open = models.BooleanField(default=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_range_prefix", condition=Q(prefix__regex=r"^[0-9]{1,8}$")
            ),
            models.CheckConstraint(
                name="payments_range_order",
                condition=Q(first__gte=0, last__gte=F("first"), next__gte=F("first"),
                            next__lte=F("last") + 1),
            ),
            models.CheckConstraint(
                name="payments_range_digits", condition=Q(digits__gte=1, digits__lte=18)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.prefix} {self.title}"

    @property
    def left(self) -> int:
        """How many numbers are still free."""
        return self.last - self.next + 1

    def number(self, serial: int) -> str:
        """The whole virtual account number of a serial."""
        return f"{self.prefix}{serial:0{self.digits}}"
