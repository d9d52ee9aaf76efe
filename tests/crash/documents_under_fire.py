"""A process that issues and signs documents until it is killed; the tests kill it.

It stays at the ready and forks for each round, so that a round costs no start of Python.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from uuid import uuid4

OFFICE, CITY = "429.509", "banyuwangi"
LETTER = {
    "name": "Siti Aminah", "nik": "3510194505900003", "address": "Dusun Kampung Baru, RT 02 RW 01",
    "statement": "benar warga desa kami.", "purpose": "pengajuan kredit usaha rakyat",
}  # fmt: skip


def issue_and_sign() -> None:
    """Issue a document and sign one that waits, in turn and without end."""
    from balai.kernel.access.models import User
    from balai.kernel.access.origin import Origin
    from balai.kernel.documents import actions
    from balai.kernel.documents.models import Document

    head = User.objects.get(username="kades")
    by = Origin("kades", None, "test")
    while True:
        actions.issue("surat-keterangan", office=OFFICE, city=CITY, data=LETTER, about=None,
                      by=by, key=uuid4().hex)  # fmt: skip
        for waiting in Document.objects.filter(state="waiting").order_by("made_at")[:2]:
            actions.sign(waiting.id, user=head, by=by, proved=True)


def main() -> None:
    """For each line read: fork a process that works, and say its number."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = sys.argv[1]
    settings.KEYS_ROOT = Path(sys.argv[2])
    django.setup()
    import pyhanko.sign.signers
    import typst

    assert pyhanko.sign.signers
    assert typst
    for _ in sys.stdin:
        if (child := os.fork()) == 0:
            issue_and_sign()
        print(child, flush=True)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
