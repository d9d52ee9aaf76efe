"""What the application's role may never rewrite here."""

from balai.kernel.keys import SealedColumn

APPEND_ONLY = ("access_auditentry",)
SEALED = (SealedColumn("access_keptanswer", "answer", "'access.kept-answer'"),)
