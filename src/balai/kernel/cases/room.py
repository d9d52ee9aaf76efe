"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="cases",
    title={"id": "Permohonan", "en": "Requests"},
    summary={
        "id": "Permohonan layanan dan janji waktunya.",
        "en": "Requests for services and their promised times.",
    },
    icon="cases",
    colour="kampung",
    urls="balai.kernel.cases.urls",
    api="balai.kernel.cases.api:router",
    commands="balai.kernel.cases.commands:group",
    demo="balai.kernel.cases.demo:build",
    matters="balai.kernel.cases.matters:matters",
    demo_order=16,
    navigation=(
        Entry(
            title={"id": "Ajukan permohonan", "en": "Ask for a service"}, url="cases:catalogue",
            face="service",
            summary={
                "id": "Surat dan layanan kota: isi formulirnya, lalu ikuti sampai selesai.",
                "en": "Letters and services of the city: fill in the form, follow it to its end.",
            },
        ),
        Entry(title={"id": "Permohonan", "en": "Requests"}, url="cases:mine"),
        Entry(
            title={"id": "Antrean", "en": "Queue"}, url="cases:queue", face="officer",
            permission="cases.work", within=True,
        ),
        Entry(
            title={"id": "Beban kerja", "en": "Workload"}, url="cases:workload", face="officer",
            permission="cases.supervise",
        ),
        Entry(
            title={"id": "Layanan", "en": "Services"}, url="cases:services", face="officer",
            permission="cases.work", within=True,
        ),
    ),
)  # fmt: skip
