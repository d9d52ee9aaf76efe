"""The network's roles and what an API token may be made for."""

from __future__ import annotations

from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

register_roles(
    "network",
    [
        RoleSpec(
            name="plan_officer",
            title={"id": "Petugas rencana aksi kota", "en": "City action plan officer"},
            permissions=("network.publish_value",),
            demo=DemoAccount(
                username="perencana", display_name="Petugas Rencana Aksi", place="jakarta"
            ),
        )
    ],
)
register_scopes(
    "network",
    [
        ScopeSpec(
            name="network:values",
            title={
                "id": "Menghitung ulang dan menerbitkan nilai indikator",
                "en": "Count indicators again and publish their values",
            },
            permission="network.publish_value",
        )
    ],
)
