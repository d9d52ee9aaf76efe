"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Programme

MANIFEST = Programme(
    name="cases",
    title={"id": "Permohonan", "en": "Requests"},
    summary={
        "id": "Permohonan layanan dan janji waktunya.",
        "en": "Requests for services and their promised times.",
    },
    icon="cases",
    colour="kampung",
    api="balai.kernel.cases.api:router",
    commands="balai.kernel.cases.commands:group",
    demo="balai.kernel.cases.demo:build",
    demo_order=16,
)
