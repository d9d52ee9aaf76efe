"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="documents",
    title={"id": "Dokumen", "en": "Documents"},
    summary={
        "id": "Surat bernomor, bertanda tangan, dan dapat diperiksa siapa pun.",
        "en": "Numbered, signed letters that anyone can check.",
    },
    icon="document",
    colour="kampung",
    home="documents:list",
    urls="balai.kernel.documents.urls",
    site_urls="balai.kernel.documents.urls_public",
    site_paths=("verify",),
    api="balai.kernel.documents.api:router",
    commands="balai.kernel.documents.commands:group",
    demo="balai.kernel.documents.demo:build",
    demo_order=14,
    matters="balai.kernel.documents.matters:matters",
    navigation=(
        Entry(title={"id": "Dokumen", "en": "Documents"}, url="documents:list", face="officer",
              permission="documents.view", within=True),
        Entry(title={"id": "Menunggu tanda tangan saya", "en": "Waiting for my signature"},
              url="documents:queue", face="officer", permission="documents.sign"),
        Entry(title={"id": "Jenis dan penomoran", "en": "Kinds and numbering"},
              url="documents:kinds", face="officer", permission="documents.view"),
        Entry(title={"id": "Tanda tangan saya", "en": "My signature"},
              url="documents:signature", face="officer", permission="documents.sign"),
        Entry(title={"id": "Dokumen", "en": "Documents"}, url="documents:mine", face="resident"),
        Entry(title={"id": "Periksa surat", "en": "Check a letter"}, url="verify:page",
              face="service",
              summary={"id": "Pastikan surat dari kota itu asli dan masih berlaku.",
                       "en": "Make sure that a letter of the city is genuine and still holds."}),
    ),
)  # fmt: skip
