"""The roles that belong to no programme, and the names of what the audit records here."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles

register_roles(
    "access",
    [
        RoleSpec(
            name="admin",
            title={"id": "Administrator", "en": "Administrator"},
            permissions=("access.grant_role", "access.manage_tokens", "access.read_audit"),
            delegable=False,
            demo=DemoAccount(username="admin", display_name="Administrator"),
        )
    ],
)
register_roles(
    "city",
    [
        RoleSpec(
            name="leader",
            title={"id": "Pimpinan kota", "en": "City leader"},
            permissions=("city.read_plan",),
            demo=DemoAccount(username="leader", display_name="Pimpinan Kota", place="jakarta"),
        )
    ],
)
register_actions(
    "access",
    {
        "access.user-added": {"id": "Akun dibuat", "en": "Account made"},
        "access.role-granted": {"id": "Peran diberikan", "en": "Role granted"},
        "access.role-revoked": {"id": "Peran dicabut", "en": "Role taken back"},
        "access.role-delegated": {"id": "Peran dilimpahkan", "en": "Role delegated"},
        "access.delegation-ended": {"id": "Pelimpahan diakhiri", "en": "Delegation ended"},
        "access.token-issued": {"id": "Token dibuat", "en": "Token made"},
        "access.token-renewed": {"id": "Token diperbarui", "en": "Token renewed"},
        "access.token-revoked": {"id": "Token dicabut", "en": "Token revoked"},
        "access.signed-in": {"id": "Masuk", "en": "Signed in"},
        "access.signed-out": {"id": "Keluar", "en": "Signed out"},
        "access.sign-in-failed": {"id": "Gagal masuk", "en": "Sign-in failed"},
        "access.session-ended": {"id": "Sesi diakhiri", "en": "Session ended"},
        "access.identity-linked": {"id": "Identitas ditautkan", "en": "Identity linked"},
        "access.identity-refused": {"id": "Identitas ditolak", "en": "Identity refused"},
        "access.password-changed": {"id": "Kata sandi diganti", "en": "Password changed"},
        "access.password-set": {"id": "Kata sandi dibuat", "en": "Password set"},
        "access.password-reset": {"id": "Kata sandi disetel ulang", "en": "Password reset"},
        "access.factor-added": {"id": "Langkah kedua ditambah", "en": "Second step added"},
        "access.factor-removed": {"id": "Langkah kedua dihapus", "en": "Second step removed"},
        "access.factor-renewed": {"id": "Langkah kedua diperbarui", "en": "Second step renewed"},
        "access.audit-exported": {"id": "Audit diunduh", "en": "Audit downloaded"},
    },
)
