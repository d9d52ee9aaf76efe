"""`balai documents`: verify a signed file, read a QR code, list kinds."""

from __future__ import annotations

import click

from balai.kernel.commands import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "verify": "balai.kernel.documents.commands.verify:verify",
        "read-qr": "balai.kernel.documents.commands.verify:read_qr",
        "kinds": "balai.kernel.documents.commands.kinds:kinds",
    },
)
def group() -> None:
    """Documents: verify a signed file, read a QR code, list kinds."""
