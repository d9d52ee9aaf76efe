"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="notices",
    title={"id": "Pemberitahuan", "en": "Notices"},
    summary={"id": "Pesan dari kota kepada warga.", "en": "Messages from the city to its people."},
    icon="notices",
    colour="kampung",
)
