"""How much of a limit is used up, shared by every process that serves."""

from __future__ import annotations

from django.db import models


class Throttle(models.Model):
    """Until when what was asked so far is paid for (the theoretical arrival time of GCRA).

    `subject` is a digest of whose limit it is. The table is not logged: a crash forgets it.
    """

    pk = models.CompositePrimaryKey("name", "subject")
    name = models.TextField()
    subject = models.BinaryField(max_length=16)
    paid_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name
