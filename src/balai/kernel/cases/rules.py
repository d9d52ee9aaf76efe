"""The roles and token scopes of cases, and the names of its acts in the audit."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

WORK, DECIDE, SUPERVISE, PUBLISH = (
    f"cases.{act}" for act in ("work", "decide", "supervise", "publish")
)
OFFICER, DISTRICT, SUPERVISOR = "cases.officer", "cases.district", "cases.supervisor"
VILLAGE_HEAD = "cases.village_head"
ROLES = (SUPERVISOR, DISTRICT, VILLAGE_HEAD, OFFICER)
"""The roles that act on cases, the widest first."""

register_roles(
    "cases",
    [
        RoleSpec(
            name="officer",
            title={"id": "Petugas layanan desa", "en": "Village service officer"},
            permissions=(WORK,),
            sees_residents=True,
            demo=DemoAccount(
                username="petugas.desa", display_name="Petugas Layanan Desa", place="banyuwangi"
            ),
        ),
        RoleSpec(
            name="village_head",
            title={"id": "Kepala desa atau lurah", "en": "Head of a village"},
            permissions=(WORK, DECIDE),
            sees_residents=True,
            demo=DemoAccount(
                username="kepala.desa", display_name="Kepala Desa", place="banyuwangi"
            ),
        ),
        RoleSpec(
            name="district",
            title={"id": "Petugas layanan kecamatan", "en": "District service officer"},
            permissions=(WORK, DECIDE),
            sees_residents=True,
            demo=DemoAccount(
                username="petugas.kecamatan", display_name="Petugas Layanan Kecamatan",
                place="banyuwangi",
            ),
        ),
        RoleSpec(
            name="supervisor",
            title={"id": "Penyelia layanan", "en": "Supervisor of services"},
            permissions=(WORK, DECIDE, SUPERVISE, PUBLISH),
            sees_residents=True,
            demo=DemoAccount(
                username="penyelia", display_name="Penyelia Layanan", place="banyuwangi"
            ),
        ),
    ],
)  # fmt: skip
ACT_TITLES = {
    "open": ("Permohonan dibuka", "Case opened"),
    "submit": ("Permohonan diajukan", "Case submitted"),
    "claim": ("Permohonan diambil", "Case claimed"),
    "release": ("Permohonan dilepas", "Case released"),
    "assign": ("Permohonan ditugaskan", "Case assigned"),
    "check": ("Permohonan diperiksa", "Case checked"),
    "approve": ("Permohonan disetujui", "Case approved"),
    "sign": ("Dokumen permohonan ditandatangani", "Document of a case signed"),
    "return": ("Permohonan dikembalikan", "Case returned"),
    "resubmit": ("Permohonan diajukan lagi", "Case submitted again"),
    "send_back": ("Permohonan dikembalikan ke tahap sebelumnya", "Case sent back a step"),
    "refuse": ("Permohonan ditolak", "Case refused"),
    "pause": ("Permohonan dijeda", "Case paused"),
    "resume": ("Permohonan dilanjutkan", "Case resumed"),
    "withdraw": ("Permohonan ditarik", "Case withdrawn"),
    "hand_over": ("Permohonan diserahkan ke kantor lain", "Case handed over"),
    "note": ("Catatan ditambahkan", "Note added"),
    "attach": ("Berkas dilampirkan", "Paper attached"),
    "escalate": ("Permohonan dieskalasi", "Case escalated"),
    "appeal": ("Keberatan diajukan", "Appeal made"),
    "migrate": ("Permohonan dipindah ke versi lain", "Case moved to another version"),
}
register_actions(
    "cases",
    {
        **{f"cases.{kind}": {"id": indonesian, "en": english}
           for kind, (indonesian, english) in ACT_TITLES.items()},
        "cases.published": {"id": "Layanan diterbitkan", "en": "Service published"},
        "cases.answers-opened": {"id": "Jawaban permohonan dibaca", "en": "Answers read"},
        "cases.file-opened": {"id": "Berkas permohonan dibaca", "en": "Paper of a case read"},
        "cases.list-exported": {"id": "Antrean diunduh", "en": "Queue downloaded"},
        "cases.draft-saved": {"id": "Konsep disimpan", "en": "Draft saved"},
    },
)  # fmt: skip
register_scopes(
    "cases",
    [
        ScopeSpec(name="cases:read", permission=WORK,
                  title={"id": "Membaca permohonan", "en": "Read cases"}),
        ScopeSpec(name="cases:work", permission=WORK,
                  title={"id": "Mengerjakan permohonan", "en": "Work on cases"}),
    ],
)  # fmt: skip
