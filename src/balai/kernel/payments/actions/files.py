"""A statement's file that is taken in by a job: kept sealed until its last slice is booked."""

from __future__ import annotations

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from balai.kernel import keys
from balai.kernel.access.models import User
from balai.kernel.jobs import Job
from balai.kernel.jobs import actions as jobs
from balai.kernel.payments.models import Bank, StatementFile
from balai.kernel.problems import MissingError

PURPOSE = "payments.statement-file"
NONCE_BYTES = 12
AT_ONCE = 2_000
"""Entries that are taken in while one waits; more go to a job, whose page shows how far it is."""


def is_large(content: bytes) -> bool:
    """Whether a file is taken in by a job: by its tags alone, so that nothing is read twice."""
    return (content.count(b"Ntry>") + content.count(b"TxDtls>")) // 2 > AT_ONCE


@transaction.atomic
def take_later(bank: Bank, content: bytes, by: User) -> Job:
    """Put a file in the queue; jobs of one bank wait for each other's statements by their order."""
    kept = StatementFile.objects.create(
        region_code=bank.region_code, bank=bank, sealed=_sealed(content, bank.pk),
        by=by.get_username(),
    )  # fmt: skip
    kept.refresh_from_db()
    return jobs.start("payments.statement", city=bank.city, by=by,
                      arguments={"file": str(kept.pk)}, key=kept.pk)  # fmt: skip


def content_of(kept: StatementFile) -> bytes:
    """The file's bytes; MissingError where it was altered."""
    sealed = bytes(kept.sealed)
    try:
        return AESGCM(keys.data_key(PURPOSE)).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], kept.bank_id.bytes
        )
    except InvalidTag as error:
        raise MissingError("The file is gone", detail="Send the statement again.") from error


def _sealed(content: bytes, about: UUID) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(keys.data_key(PURPOSE)).encrypt(nonce, content, about.bytes)
