"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="treasury",
    title={"id": "Kas", "en": "Treasury"},
    summary={
        "id": "Akun, mutasi, dan titik periksa buku besar.",
        "en": "Accounts, statements, and the ledger's checkpoints.",
    },
    icon="treasury",
    colour="kampung",
)
