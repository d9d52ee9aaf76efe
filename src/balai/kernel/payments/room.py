"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="payments",
    title={"id": "Pembayaran", "en": "Payments"},
    summary={
        "id": "QRIS, akun virtual, dan rekening koran.",
        "en": "QRIS, virtual accounts, and bank statements.",
    },
    icon="payments",
    colour="kampung",
)
