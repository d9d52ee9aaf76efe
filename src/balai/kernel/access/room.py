"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="access",
    title={"id": "Akses", "en": "Access"},
    summary={
        "id": "Peran, pelimpahan, akun layanan, dan audit.",
        "en": "Roles, delegation, service accounts, and the audit.",
    },
    icon="key",
    colour="kampung",
    home="access_city:grants",
    urls="balai.kernel.access.urls_city",
    site_urls="balai.kernel.access.identity.urls",
    site_paths=("identity",),
    commands="balai.kernel.access.commands:group",
    navigation=(
        Entry(
            title={"id": "Pemegang peran", "en": "People with roles"}, url="access_city:grants",
            face="officer", permission="access.grant_role",
        ),
        Entry(
            title={"id": "Akun layanan", "en": "Service accounts"}, url="access_city:services",
            face="officer", permission="access.manage_tokens",
        ),
        Entry(
            title={"id": "Audit", "en": "Audit"}, url="access_city:audit", face="officer",
            permission="access.read_audit",
        ),
    ),
)  # fmt: skip
