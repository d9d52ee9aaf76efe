"""The roles that belong to no programme."""

from __future__ import annotations

from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles

register_roles(
    "access",
    [
        RoleSpec(
            name="admin",
            title={"id": "Administrator", "en": "Administrator"},
            permissions=("access.grant_role", "access.manage_tokens", "access.read_audit"),
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
