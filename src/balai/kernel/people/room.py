"""How this room makes itself known to the shell."""

from balai.kernel.programmes import Entry, Programme

MANIFEST = Programme(
    name="people",
    title={"id": "Penduduk", "en": "Residents"},
    summary={
        "id": "Siapa warga kota, dan siapa yang membuka datanya.",
        "en": "Who lives in the city, and who opened their records.",
    },
    icon="people",
    colour="kampung",
    home="people:mine",
    urls="balai.kernel.people.urls",
    api="balai.kernel.people.api:router",
    commands="balai.kernel.people.commands:group",
    demo="balai.kernel.people.demo.build:build",
    demo_order=5,
    matters="balai.kernel.people.queries.matters:matters",
    navigation=(
        Entry(title={"id": "Data saya", "en": "My record"}, url="people:mine"),
        Entry(
            title={"id": "Siapa melihat data saya", "en": "Who looked at my record"},
            url="people:looks",
        ),
        Entry(
            title={"id": "Penduduk", "en": "Residents"}, url="people:list", face="officer",
            permission="people.open_record", within=True,
        ),
        Entry(
            title={"id": "Impor", "en": "Imports"}, url="people:imports", face="officer",
            permission="people.import",
        ),
        Entry(
            title={"id": "Data ganda", "en": "Duplicates"}, url="people:pairs", face="officer",
            permission="people.resolve_duplicates",
        ),
        Entry(
            title={"id": "Kedatangan", "en": "Arrivals"}, url="people:arrive", face="officer",
            permission="people.change_record", within=True,
        ),
        Entry(
            title={"id": "Pelindungan data", "en": "Data protection"}, url="people:desk",
            face="officer", permission="people.protect_data", within=True,
        ),
        Entry(
            title={"id": "Semua akses", "en": "All looks"}, url="people:all_looks",
            face="officer", permission="people.protect_data", within=True,
        ),
    ),
)  # fmt: skip
