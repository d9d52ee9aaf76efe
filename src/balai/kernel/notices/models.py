"""Notices, the ways they were sent, what people wish, and the browsers that take web push.

What tells of a person (addresses, names, texts) is sealed. `reader` is the person, or for somebody
without a record in the register a number drawn from their account: row-level security opens a
notice to its reader and to the region's officers.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    KEPT = "kept", _("Kept here")
    FAILED = "failed", _("Failed")


OPEN = (State.WAITING, State.SENDING)


class Notice(models.Model):
    """One message to one person, stored in the transaction of the act that it tells of."""

    id = models.UUIDField(primary_key=True, editable=False)
    key = models.TextField(unique=True)
    kind = models.TextField()
    city = models.TextField(blank=True, default="")
    region_code = models.TextField(blank=True, default="")
    reader = models.UUIDField()
    language = models.CharField(max_length=10)
    legal = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    sealed_content = models.BinaryField()
    sealed_addresses = models.BinaryField()
    channels = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="notices_notice_kind", condition=~Q(kind="")),
            models.CheckConstraint(name="notices_notice_key", condition=~Q(key="")),
        ]
        indexes = [
            models.Index(name="notices_notice_reader", fields=["reader", "-created_at"]),
            models.Index(name="notices_notice_city", fields=["city", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Delivery(models.Model):
    """A notice on one channel: once a channel, whatever fails and is tried again.

    `number` is the gateway's own; while it is being sent, `due_at` is when it counts as lost.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.TextField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField(db_default=Now())
    tries = models.IntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    number = models.TextField(blank=True, default="")
    segments = models.IntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                name="notices_delivery_state", condition=Q(state__in=State.values)
            ),
            models.UniqueConstraint(name="notices_delivery_once", fields=["notice", "channel"]),
        ]
        indexes = [
            models.Index(
                name="notices_delivery_due", fields=["due_at"],
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(
                name="notices_delivery_number", fields=["number"], condition=~Q(number="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.channel}"


class Preference(models.Model):
    """What a reader wishes for a kind of notice; an empty kind stands for all others."""

    reader = models.UUIDField()
    region_code = models.TextField(blank=True, default="")
    kind = models.TextField(blank=True, default="")
    off = models.BooleanField(default=False)
    channels = ArrayField(models.TextField(), default=list)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="notices_preference_once", fields=["reader", "kind"])
        ]

    def __str__(self) -> str:
        return f"{self.reader} {self.kind or '*'}"


class Subscription(models.Model):
    """A browser that takes web push. Its address is a capability, so it is sealed."""

    id = models.UUIDField(primary_key=True, editable=False)
    reader = models.UUIDField()
    region_code = models.TextField(blank=True, default="")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    endpoint_index = models.BinaryField(unique=True, max_length=16)
    sealed = models.BinaryField()
    label = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(name="notices_subscription_reader", fields=["reader"])]

    def __str__(self) -> str:
        return f"subscription {self.id}"
