"""Offices and who signs for them; documents, their files and signatures; what anyone may see.

What tells of a person is sealed or stands under row-level security; the public tables hold what a
kind's definition releases, and nothing else.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from balai.kernel.identifiers import time_ordered_ids


def new_id() -> UUID:
    """An identifier known before the row is written: what is sealed is bound to it."""
    return UUID(time_ordered_ids(1)[0])


class State(models.TextChoices):
    """Where a document stands. A void or replaced one keeps its number."""

    WAITING = "waiting", _("waiting for a signature")
    SIGNED = "signed", _("signed")
    VOID = "void", _("void")
    REPLACED = "replaced", _("replaced")


class Method(models.TextChoices):
    """With what somebody signs."""

    LOCAL = "local", _("this installation's own authority (for trying out)")
    PKCS12 = "pkcs12", _("a certificate file (PKCS #12)")
    BSRE = "bsre", _("BSrE, the national signing service")


class Office(models.Model):
    """An office that issues documents, as its letterhead shows it; `code` stands in numbers."""

    city = models.TextField()
    code = models.TextField()
    region_code = models.TextField()
    name = models.TextField()
    parent = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    place = models.TextField()
    head_title = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="documents_office_code", fields=["city", "code"]),
            models.CheckConstraint(
                name="documents_office_filled", condition=~Q(code="") & ~Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Signatory(models.Model):
    """A person who holds a post of an office and signs for it, and with what.

    `sealed` holds what the method needs and no stranger may read: the NIK for BSrE. A passphrase is
    never kept.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="signatories")
    post = models.TextField()
    title = models.TextField()
    name = models.TextField()
    number = models.TextField(blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    method = models.TextField(choices=Method.choices, default=Method.LOCAL)
    sealed = models.BinaryField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "signatories"
        constraints = [
            models.CheckConstraint(
                name="documents_signatory_filled", condition=~Q(post="") & ~Q(name="")
            ),
            models.UniqueConstraint(
                name="documents_signatory_once",
                fields=["office", "post", "user"],
                condition=Q(active=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"


class KindVersion(models.Model):
    """A kind's definition and templates as they stood when a document was made with them."""

    kind = models.TextField()
    version = models.IntegerField()
    digest = models.TextField(unique=True)
    definition = models.JSONField()
    files = models.JSONField()
    first_used_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="documents_kindversion_once", fields=["kind", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Counter(models.Model):
    """The last number given for a kind, office and year. Its row is locked until the document that
    took a number is stored: what is rolled back leaves no gap.
    """

    kind = models.TextField()
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    year = models.IntegerField()
    last = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="documents_counter_once", fields=["kind", "office", "year"]
            ),
            models.CheckConstraint(name="documents_counter_positive", condition=Q(last__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.office_id} {self.year}: {self.last}"


class Document(models.Model):
    """A numbered document. `sealed` is its data; `holder` whom it is about, masked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    city = models.TextField()
    region_code = models.TextField()
    person_id = models.UUIDField(null=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="documents")
    version = models.ForeignKey(KindVersion, on_delete=models.PROTECT, related_name="documents")
    kind = models.TextField()
    title = models.JSONField()
    year = models.IntegerField()
    no = models.IntegerField()
    number = models.TextField()
    code = models.TextField(unique=True)
    day = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    holder = models.TextField(blank=True, default="")
    sealed = models.BinaryField()
    content_digest = models.TextField()
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replacements"
    )
    made_at = models.DateTimeField()
    made_by = models.TextField()
    request_key = models.TextField(unique=True)
    request_digest = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.TextField(blank=True, default="")
    ended_reason = models.TextField(blank=True, default="")
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="documents_document_number", fields=["kind", "office", "year", "no"]
            ),
            models.CheckConstraint(
                name="documents_document_state", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="documents_document_ended",
                condition=Q(state__in=["void", "replaced"], ended_at__isnull=False)
                & ~Q(ended_reason="")
                | Q(state__in=["waiting", "signed"], ended_at=None),
            ),
            models.CheckConstraint(name="documents_document_region", condition=~Q(region_code="")),
        ]
        indexes = [
            models.Index(name="documents_document_newest", fields=["city", "-made_at"]),
            models.Index(name="documents_document_person", fields=["person_id", "-made_at"]),
            models.Index(name="documents_document_written", fields=["city", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class File(models.Model):
    """The bytes of a document after its making (step 0) and after each signature, sealed.

    They stand in the database so that they and the record of a signature are written together or
    not at all; `digest` is the SHA-256 of the PDF.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="files")
    step = models.IntegerField()
    digest = models.TextField()
    size = models.IntegerField()
    sealed = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(name="documents_file_step", fields=["document", "step"]),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} after {self.step}: {self.digest[:12]}"


class Signature(models.Model):
    """A place for a signature, in order, and the signature once it is made.

    It counts as signed only with the file that holds it: the database refuses the one without the
    other.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    order = models.IntegerField()
    post = models.TextField()
    title = models.TextField()
    name = models.TextField()
    number = models.TextField(blank=True, default="")
    visible = models.BooleanField(default=True)
    box = ArrayField(models.IntegerField(), default=list)
    signatory = models.ForeignKey(Signatory, null=True, on_delete=models.PROTECT)
    file = models.OneToOneField(File, null=True, on_delete=models.PROTECT)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.TextField(blank=True, default="")
    method = models.TextField(choices=Method.choices, blank=True, default="")
    subject = models.TextField(blank=True, default="")
    timestamped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="documents_signature_order", fields=["document", "order"]),
            models.CheckConstraint(
                name="documents_signature_stored",
                condition=Q(signed_at=None, file=None, signed_by="")
                | Q(signed_at__isnull=False, file__isnull=False, signatory__isnull=False)
                & ~Q(signed_by=""),
            ),
            models.CheckConstraint(
                name="documents_signature_box", condition=Q(box__len=5) | Q(visible=False)
            ),
        ]
        indexes = [
            models.Index(name="documents_signature_queue", fields=["post"],
                         condition=Q(signed_at=None)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.document_id} {self.order}: {self.title}"


class PublicRecord(models.Model):
    """What anyone who holds the code may see of a document: no personal data beyond what its kind
    releases, masked.
    """

    code = models.TextField(primary_key=True)
    city = models.TextField()
    kind = models.TextField()
    title = models.JSONField()
    number = models.TextField()
    office = models.TextField()
    day = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.TextField(choices=State.choices)
    released = models.JSONField(default=list)
    signers = models.JSONField(default=list)
    content_digest = models.TextField()
    ended_on = models.DateField(null=True)
    replaced_by = models.TextField(blank=True, default="")
    generated = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="documents_publicrecord_state", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="documents_publicrecord_other", condition=~Q(replaced_by=F("code"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class PublicFile(models.Model):
    """The digest of every file of a document, so that an uploaded one is found by its bytes."""

    digest = models.TextField(primary_key=True)
    record = models.ForeignKey(PublicRecord, on_delete=models.PROTECT, related_name="files")
    step = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.record_id}"
