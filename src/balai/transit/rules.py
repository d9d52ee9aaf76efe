"""The roles and token scopes of this programme."""

from __future__ import annotations

from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

register_roles(
    "transit",
    [
        RoleSpec(
            name="officer",
            title={"id": "Petugas perjalanan", "en": "Transit officer"},
            permissions=("transit.view_taps", "transit.import_feed", "transit.post_taps"),
            demo=DemoAccount(
                username="transit", display_name="Petugas Perjalanan", place="jakarta"
            ),
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
            name="transit:taps",
            title={"id": "Mengirim tap", "en": "Send taps"},
            permission="transit.post_taps",
        )
    ],
)
