"""The roles and token scopes of this programme."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

VIEW_SETTLEMENT = "transit.view_settlement"
SETTLE = "transit.settle"
APPROVE_SETTLEMENT = "transit.approve_settlement"
MANAGE_OPERATORS = "transit.manage_operators"
OWN_STATEMENTS = "transit.own_statements"

register_roles(
    "transit",
    [
        RoleSpec(
            name="officer",
            title={"id": "Petugas perjalanan", "en": "Transit officer"},
            permissions=(
                "transit.view_taps",
                "transit.import_feed",
                "transit.manage_realtime",
                "transit.post_taps",
                "transit.judge_taps",
                "transit.view_tariffs",
                "transit.draft_tariffs",
            ),
            demo=DemoAccount(
                username="transit", display_name="Petugas Perjalanan", place="jakarta"
            ),
        ),
        RoleSpec(
            name="tariff-publisher",
            title={"id": "Penerbit tarif", "en": "Publisher of tariffs"},
            permissions=("transit.view_tariffs", "transit.publish_tariffs"),
            demo=DemoAccount(username="tarif", display_name="Penerbit Tarif", place="jakarta"),
        ),
        RoleSpec(
            name="control-room",
            title={"id": "Pengirim waktu nyata", "en": "Sender of real time"},
            permissions=("transit.post_realtime",),
        ),
        RoleSpec(
            name="card-officer",
            title={"id": "Petugas kartu", "en": "Cards officer"},
            permissions=(
                "transit.view_cards",
                "transit.serve_cards",
                "transit.decide_concessions",
                "transit.decide_disputes",
            ),
            sees_residents=True,
            demo=DemoAccount(username="kartu", display_name="Petugas Kartu", place="jakarta"),
        ),
        RoleSpec(
            name="settlement-officer",
            title={"id": "Petugas penyelesaian", "en": "Settlement officer"},
            permissions=(VIEW_SETTLEMENT, SETTLE, MANAGE_OPERATORS),
            demo=DemoAccount(
                username="operasi", display_name="Petugas Penyelesaian", place="jakarta"
            ),
        ),
        RoleSpec(
            name="settlement-approver",
            title={"id": "Penyetuju penyelesaian", "en": "Approver of settlements"},
            permissions=(VIEW_SETTLEMENT, APPROVE_SETTLEMENT),
            demo=DemoAccount(
                username="setuju", display_name="Penyetuju Penyelesaian", place="jakarta"
            ),
        ),
        RoleSpec(
            name="operator",
            title={"id": "Operator angkutan", "en": "Transit operator"},
            permissions=(OWN_STATEMENTS,),
            delegable=False,
            demo=DemoAccount(username="koperasi", display_name="Koperasi Contoh", place="jakarta"),
        ),
        RoleSpec(
            name="validator",
            title={"id": "Pengirim tap", "en": "Sender of taps"},
            permissions=("transit.post_taps",),
        ),
    ],
)
register_scopes(
    "transit",
    [
        ScopeSpec(
            name="transit:tariffs",
            title={"id": "Menyusun tarif", "en": "Draw up tariffs"},
            permission="transit.draft_tariffs",
        ),
        ScopeSpec(
            name="transit:quarantine",
            title={"id": "Memutuskan tap di karantina", "en": "Judge taps in quarantine"},
            permission="transit.judge_taps",
        ),
        ScopeSpec(
            name="transit:taps",
            title={"id": "Mengirim tap", "en": "Send taps"},
            permission="transit.post_taps",
        ),
        ScopeSpec(
            name="transit:cards",
            title={"id": "Melayani kartu", "en": "Serve cards"},
            permission="transit.serve_cards",
        ),
        ScopeSpec(
            name="transit:realtime",
            title={"id": "Mengirim waktu nyata", "en": "Send real time"},
            permission="transit.post_realtime",
        ),
    ],
)
register_actions(
    "transit",
    {
        "transit.taps-released": {"id": "Tap dilepas dari karantina", "en": "Taps released"},
        "transit.taps-rejected": {"id": "Tap ditolak", "en": "Taps rejected"},
        "transit.taps-reopened": {
            "id": "Keputusan atas tap dibatalkan",
            "en": "Decision on taps taken back",
        },
        "transit.tariff-drafted": {"id": "Tarif disusun", "en": "Tariff drawn up"},
        "transit.tariff-changed": {"id": "Rancangan tarif diubah", "en": "Draft tariff changed"},
        "transit.tariff-submitted": {"id": "Tarif diajukan", "en": "Tariff submitted"},
        "transit.tariff-returned": {"id": "Tarif dikembalikan", "en": "Tariff returned"},
        "transit.tariff-discarded": {
            "id": "Rancangan tarif dibuang",
            "en": "Draft tariff discarded",
        },
        "transit.tariff-published": {"id": "Tarif diterbitkan", "en": "Tariff published"},
        "transit.tariff-withdrawn": {"id": "Tarif ditarik", "en": "Tariff withdrawn"},
        "transit.realtime-source": {
            "id": "Sumber waktu nyata diatur",
            "en": "Real-time source set",
        },
        "transit.feed-withdrawn": {"id": "Jadwal ditarik", "en": "Feed withdrawn"},
        "transit.tariff-in-force": {"id": "Tarif diberlakukan", "en": "Tariff put in force"},
        "transit.card-acted": {"id": "Kartu dilayani", "en": "Card served"},
        "transit.concession-applied": {"id": "Keringanan diajukan", "en": "Concession applied for"},
        "transit.concession-granted": {"id": "Keringanan diberikan", "en": "Concession granted"},
        "transit.concession-refused": {"id": "Keringanan ditolak", "en": "Concession refused"},
        "transit.concession-withdrawn": {
            "id": "Permohonan keringanan ditarik",
            "en": "Application for a concession withdrawn",
        },
        "transit.concession-revoked": {"id": "Keringanan dicabut", "en": "Concession revoked"},
        "transit.dispute-filed": {"id": "Ongkos disengketakan", "en": "Charge disputed"},
        "transit.dispute-refunded": {"id": "Ongkos dikembalikan", "en": "Charge refunded"},
        "transit.dispute-refused": {"id": "Sengketa ditolak", "en": "Dispute refused"},
        "transit.dispute-withdrawn": {"id": "Sengketa ditarik", "en": "Dispute withdrawn"},
    },
)
register_scopes(
    "transit",
    [
        ScopeSpec(
            name="transit:settlement",
            title={"id": "Membaca penyelesaian operator", "en": "Read operators' settlement"},
            permission=VIEW_SETTLEMENT,
        ),
        ScopeSpec(
            name="transit:settle",
            title={"id": "Menyelesaikan hari operasi", "en": "Settle service days"},
            permission=SETTLE,
        ),
        ScopeSpec(
            name="transit:operators",
            title={"id": "Mengelola operator", "en": "Manage operators"},
            permission=MANAGE_OPERATORS,
        ),
        ScopeSpec(
            name="transit:approve",
            title={"id": "Menyetujui penyelesaian", "en": "Approve settlements"},
            permission=APPROVE_SETTLEMENT,
        ),
    ],
)
register_actions(
    "transit",
    {
        "transit.operator-added": {"id": "Operator ditambahkan", "en": "Operator added"},
        "transit.operator-account-changed": {
            "id": "Rekening operator dicatat",
            "en": "Operator's bank account entered",
        },
        "transit.operator-account-approved": {
            "id": "Rekening operator disetujui",
            "en": "Operator's bank account approved",
        },
        "transit.operator-account-refused": {
            "id": "Rekening operator ditolak",
            "en": "Operator's bank account refused",
        },
        "transit.contract-added": {"id": "Kontrak ditambahkan", "en": "Contract added"},
        "transit.term-set": {"id": "Angka kontrak ditetapkan", "en": "Contract's figure set"},
        "transit.route-assigned": {"id": "Rute diserahkan", "en": "Route given to an operator"},
        "transit.vehicle-added": {"id": "Kendaraan ditambahkan", "en": "Vehicle added"},
        "transit.inspection-recorded": {"id": "Pemeriksaan dicatat", "en": "Inspection recorded"},
        "transit.inspection-voided": {
            "id": "Pemeriksaan dibatalkan",
            "en": "Inspection taken back",
        },
        "transit.log-imported": {"id": "Catatan operator diimpor", "en": "Operator's log imported"},
        "transit.statement-approved": {"id": "Laporan disetujui", "en": "Statement approved"},
        "transit.statement-withdrawn": {"id": "Laporan ditarik", "en": "Statement withdrawn"},
        "transit.objection-made": {"id": "Keberatan diajukan", "en": "Objection made"},
        "transit.objection-answered": {"id": "Keberatan dijawab", "en": "Objection answered"},
        "transit.payment-made": {"id": "Berkas bank dibuat", "en": "Bank file made"},
        "transit.payment-released": {"id": "Berkas bank dilepas", "en": "Bank file released"},
        "transit.payment-withdrawn": {"id": "Berkas bank ditarik", "en": "Bank file withdrawn"},
        "transit.payment-booked": {"id": "Pembayaran dibukukan", "en": "Payment booked"},
        "transit.payout-paid": {"id": "Operator dibayar bank", "en": "Operator paid by the bank"},
        "transit.payout-returned": {"id": "Pembayaran operator kembali", "en": "Payout came back"},
    },
)
