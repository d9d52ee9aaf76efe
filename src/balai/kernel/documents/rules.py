"""The roles and token scopes of documents."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

VIEW, ISSUE, VOID, SIGN = (f"documents.{act}" for act in ("view", "issue", "void", "sign"))

register_roles(
    "documents",
    [
        RoleSpec(
            name="officer",
            title={"id": "Petugas dokumen", "en": "Documents officer"},
            permissions=(VIEW, ISSUE, VOID),
            sees_residents=True,
            demo=DemoAccount(
                username="dokumen", display_name="Petugas Dokumen", place="banyuwangi"
            ),
        ),
        RoleSpec(
            name="signer",
            title={"id": "Penanda tangan", "en": "Signer"},
            permissions=(VIEW, SIGN),
            sees_residents=True,
            demo=DemoAccount(username="camat", display_name="Camat Licin", place="banyuwangi"),
        ),
        RoleSpec(
            name="village-head",
            title={"id": "Kepala desa", "en": "Village head"},
            permissions=(VIEW, ISSUE, VOID, SIGN),
            sees_residents=True,
            demo=DemoAccount(
                username="kades", display_name="Kepala Desa Tamansari", place="banyuwangi"
            ),
        ),
    ],
)
register_actions(
    "documents",
    {
        "documents.issued": {"id": "Dokumen diterbitkan", "en": "Document issued"},
        "documents.signed": {"id": "Dokumen ditandatangani", "en": "Document signed"},
        "documents.voided": {"id": "Dokumen dibatalkan", "en": "Document voided"},
        "documents.declined": {"id": "Tanda tangan ditolak", "en": "Signature declined"},
        "documents.replaced": {"id": "Dokumen diganti", "en": "Document replaced"},
        "documents.opened": {"id": "Dokumen dibaca", "en": "Document read"},
        "documents.listed": {"id": "Daftar dokumen diunduh", "en": "List of documents downloaded"},
        "documents.method-chosen": {
            "id": "Cara tanda tangan dipilih", "en": "Way of signing chosen",
        },
    },
)  # fmt: skip
register_scopes(
    "documents",
    [
        ScopeSpec(name="documents:read", permission=VIEW,
                  title={"id": "Membaca dokumen", "en": "Read documents"}),
        ScopeSpec(name="documents:issue", permission=ISSUE,
                  title={"id": "Menerbitkan dokumen", "en": "Issue documents"}),
        ScopeSpec(name="documents:void", permission=VOID,
                  title={"id": "Membatalkan dokumen", "en": "Void documents"}),
    ],
)  # fmt: skip
