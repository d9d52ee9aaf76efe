"""How this room makes itself known to the shell."""

from balai.kernel.notices.rules import MAY_VIEW
from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="notices",
    title={"id": "Pemberitahuan", "en": "Notices"},
    summary={"id": "Pesan dari kota kepada warga.", "en": "Messages from the city to its people."},
    icon="notices",
    colour="kampung",
    home="notices:inbox",
    urls="balai.kernel.notices.urls",
    site_urls="balai.kernel.notices.urls_site",
    site_paths=("push-worker.js",),
    api="balai.kernel.notices.api:router",
    demo="balai.kernel.notices.demo:build",
    matters="balai.kernel.notices.queries.matters:matters",
    demo_order=18,
    navigation=(
        Entry(title={"id": "Pemberitahuan", "en": "Notices"}, url="notices:inbox"),
        Entry(
            title={"id": "Kotak keluar", "en": "Outbox"}, url="notices:outbox", face="officer",
            permission=MAY_VIEW,
        ),
        Entry(
            title={"id": "Contoh pesan", "en": "Templates"}, url="notices:templates",
            face="officer", permission=MAY_VIEW,
        ),
    ),
)  # fmt: skip
