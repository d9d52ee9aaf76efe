"""Who may see what a city sent."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

MAY_VIEW, MAY_RETRY = "notices.view_outbox", "notices.retry"

register_roles(
    "notices",
    [
        RoleSpec(
            name="officer",
            title={"id": "Petugas pemberitahuan", "en": "Notices officer"},
            permissions=(MAY_VIEW, MAY_RETRY),
            sees_residents=True,
        )
    ],
)
register_scopes(
    "notices",
    [
        ScopeSpec(
            name="notices:outbox",
            title={"id": "Membaca kotak keluar", "en": "Read the outbox"},
            permission=MAY_VIEW,
        )
    ],
)
register_actions(
    "notices",
    {
        "notices.delivery-retried": {
            "id": "Pengiriman pemberitahuan diulang",
            "en": "Delivery of a notice tried again",
        }
    },
)
