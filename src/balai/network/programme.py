"""The network's manifest."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="network",
    title={"id": "Jaringan", "en": "Network"},
    summary={
        "id": "38 kota ASEAN, rencana aksinya, dan angka yang dapat dibuka sampai catatannya",
        "en": "38 ASEAN cities, their action plans, and figures that open down to the records",
    },
    icon="network",
    colour="net",
    scope="network",
    home="network:home",
    urls="balai.network.urls",
    api="balai.network.api:router",
    commands="balai.network.commands:group",
    demo="balai.network.demo:build",
    demo_order=200,
    navigation=(
        Entry(title={"id": "Kota-kota", "en": "Cities"}, url="network:home", face="leader"),
    ),
)
