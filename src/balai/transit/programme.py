"""The manifest of the transit programme."""

from balai.kernel.programmes import Entry, Programme

HAS_CARDS = "balai.transit.queries.card_rules:has_cards_for"
IS_OPERATOR = "balai.transit.queries.settlement.contracts:speaks_for_operator"
MANIFEST = Programme(
    name="transit",
    title={"id": "Perjalanan", "en": "Travel"},
    summary={
        "id": "Rencanakan perjalanan dan lihat satu ongkos terpadunya.",
        "en": "Plan a trip and see its one integrated fare.",
    },
    icon="transit",
    colour="transit",
    home="transit:plan",
    urls="balai.transit.urls",
    api="balai.transit.api:router",
    commands="balai.transit.commands:group",
    indicators="balai.transit.indicators:INDICATORS",
    demo="balai.transit.demo.build:build",
    matters="balai.transit.queries.matters:matters",
    demo_order=20,
    cities=(),
    navigation=(
        Entry(title={"id": "Perjalanan", "en": "Travel"}, url="transit:plan"),
        Entry(title={"id": "Halte", "en": "Stops"}, url="transit:stops"),
        Entry(title={"id": "Jangkauan", "en": "Reach"}, url="transit:reach"),
        Entry(title={"id": "Tarif", "en": "Fares"}, url="transit:tariffs"),
        Entry(title={"id": "Kartu saya", "en": "My cards"}, url="transit:cards"),
        Entry(
            title={"id": "Ringkasan", "en": "Overview"}, url="transit:officer", face="officer",
            permission="transit.view_taps",
        ),
        Entry(
            title={"id": "Perjalanan terhitung", "en": "Journeys"}, url="transit:journeys",
            face="officer", permission="transit.view_taps",
        ),
        Entry(
            title={"id": "Tap", "en": "Taps"}, url="transit:taps", face="officer",
            permission="transit.view_taps",
        ),
        Entry(
            title={"id": "Karantina", "en": "Quarantine"}, url="transit:quarantine",
            face="officer", permission="transit.view_taps",
        ),
        Entry(
            title={"id": "Versi tarif", "en": "Tariffs"}, url="transit:tariff-desk",
            face="officer", permission="transit.view_tariffs",
        ),
        Entry(
            title={"id": "Simulator", "en": "Simulator"}, url="transit:simulator", face="officer",
            permission="transit.view_taps",
        ),
        Entry(
            title={"id": "Jadwal (GTFS)", "en": "Feeds"}, url="transit:feeds", face="officer",
            permission="transit.view_taps",
        ),
        Entry(
            title={"id": "Waktu nyata", "en": "Real time"}, url="transit:realtime",
            face="officer", permission="transit.view_taps",
        ),
        Entry(
            title={"id": "Penyelesaian", "en": "Settlement"}, url="transit:settlement",
            face="officer", permission="transit.view_settlement",
        ),
        Entry(
            title={"id": "Operator", "en": "Operators"}, url="transit:operators", face="officer",
            permission="transit.view_settlement",
        ),
        Entry(
            title={"id": "Catatan operator", "en": "Operators' logs"},
            url="transit:operator-logs", face="officer", permission="transit.view_settlement",
        ),
        Entry(
            title={"id": "Standar pelayanan", "en": "Service standard"},
            url="transit:penalty-desk", face="officer", permission="transit.view_settlement",
        ),
        Entry(
            title={"id": "Keberatan operator", "en": "Objections"}, url="transit:objections",
            face="officer", permission="transit.view_settlement",
        ),
        Entry(
            title={"id": "Berkas bank", "en": "Bank files"}, url="transit:operator-payments",
            face="officer", permission="transit.view_settlement",
        ),
        Entry(
            title={"id": "Laporan saya", "en": "My statements"}, url="transit:own-statements",
            only_if=IS_OPERATOR, permission="transit.own_statements",
        ),
        Entry(
            title={"id": "Kartu", "en": "Cards"}, url="transit:card-desk", face="officer",
            permission="transit.view_cards", only_if=HAS_CARDS,
        ),
        Entry(
            title={"id": "Sengketa ongkos", "en": "Disputes"}, url="transit:disputes",
            face="officer", permission="transit.decide_disputes", only_if=HAS_CARDS,
        ),
        Entry(
            title={"id": "Keringanan", "en": "Concessions"}, url="transit:concessions",
            face="officer", permission="transit.decide_concessions", only_if=HAS_CARDS,
        ),
    ),
)  # fmt: skip
