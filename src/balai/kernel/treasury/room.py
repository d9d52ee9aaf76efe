"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="treasury",
    title={"id": "Kas", "en": "Treasury"},
    summary={
        "id": "Akun, mutasi, dan titik periksa buku besar.",
        "en": "Accounts, statements, and the ledger's checkpoints.",
    },
    icon="treasury",
    colour="kampung",
    home="treasury:accounts",
    urls="balai.kernel.treasury.urls",
    api="balai.kernel.treasury.api:router",
    demo="balai.kernel.treasury.demo:build",
    # After the programmes, so that the checkpoint holds what they posted.
    demo_order=900,
    navigation=(
        Entry(
            title={"id": "Akun", "en": "Accounts"}, url="treasury:accounts", face="officer",
            permission="treasury.view",
        ),
        Entry(
            title={"id": "Neraca saldo", "en": "Trial balance"}, url="treasury:trial-balance",
            face="officer", permission="treasury.view",
        ),
        Entry(
            title={"id": "Titik periksa", "en": "Checkpoints"}, url="treasury:checkpoints",
            face="officer", permission="treasury.view",
        ),
    ),
)  # fmt: skip
