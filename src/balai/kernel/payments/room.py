"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="payments",
    title={"id": "Pembayaran", "en": "Payments"},
    summary={
        "id": "QRIS, akun virtual, dan rekening koran.",
        "en": "QRIS, virtual accounts, and bank statements.",
    },
    icon="payments",
    colour="tax",
    home="payments:mine",
    urls="balai.kernel.payments.urls",
    api="balai.kernel.payments.api:router",
    commands="balai.kernel.payments.commands:group",
    demo="balai.kernel.payments.demo:build",
    demo_order=12,
    matters="balai.kernel.payments.queries.matters:matters",
    navigation=(
        Entry(title={"id": "Tagihan saya", "en": "My bills"}, url="payments:mine"),
        Entry(
            title={"id": "Pembayaran", "en": "Payments"}, url="payments:payments",
            face="officer", permission="payments.view",
        ),
        Entry(
            title={"id": "Perlu dilihat", "en": "To look at"}, url="payments:worklist",
            face="officer", permission="payments.view",
        ),
        Entry(
            title={"id": "Rekonsiliasi", "en": "Reconciliation"}, url="payments:days",
            face="officer", permission="payments.view",
        ),
        Entry(
            title={"id": "Kabar bank", "en": "Bank notices"}, url="payments:notices",
            face="officer", permission="payments.view",
        ),
        Entry(
            title={"id": "Nomor akun virtual", "en": "Account numbers"}, url="payments:ranges",
            face="officer", permission="payments.view",
        ),
    ),
)  # fmt: skip
