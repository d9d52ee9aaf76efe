"""`balai payments`: QR codes, banks, statements, and a bank to try with."""

from __future__ import annotations

import click

from balai.kernel.commands import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "qris": "balai.kernel.payments.commands.qris:qris",
        "statement": "balai.kernel.payments.commands.statement:statement",
        "books": "balai.kernel.payments.commands.statement:books",
        "connect-simulator": "balai.kernel.payments.commands.bank_simulator:connect_simulator",
        "bank-simulator": "balai.kernel.payments.commands.bank_simulator:bank_simulator",
    },
)
def group() -> None:
    """Money in: QRIS, virtual accounts, bank statements."""
