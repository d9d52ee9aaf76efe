"""Papers that were attached to a case: sealed, only added to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from balai.kernel.cases.models.case import Case, new_id


class CaseFile(models.Model):
    """A paper: `code` is the definition's paper or file field, `media_type` what the bytes are.

    A later file of the same code takes the place of the one before, which is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    code = models.TextField()
    name_sealed = models.BinaryField()
    media_type = models.TextField()
    size = models.IntegerField()
    digest = models.TextField()
    content_sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="cases_casefile_size", condition=Q(size__gt=0)),
        ]
        indexes = [models.Index(name="cases_casefile_newest", fields=["case", "code", "-at"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}: {self.media_type}"
