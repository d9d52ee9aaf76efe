"""Who looks after a city's money, and what an API token may do with it."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

VIEW = "treasury.view"
POST = "treasury.post"
REVERSE = "treasury.reverse"
SEAL = "treasury.seal"

register_roles(
    "treasury",
    [
        RoleSpec(
            name="officer",
            title={"id": "Bendahara", "en": "Treasurer"},
            permissions=(VIEW, POST, REVERSE, SEAL),
            demo=DemoAccount(username="bendahara", display_name="Bendahara", place="jakarta"),
        ),
        RoleSpec(
            name="auditor",
            title={"id": "Pemeriksa kas", "en": "Auditor of the treasury"},
            permissions=(VIEW,),
        ),
    ],
)
register_scopes(
    "treasury",
    [
        ScopeSpec(
            name="treasury:read",
            title={"id": "Membaca buku besar", "en": "Read the ledger"},
            permission=VIEW,
        ),
        ScopeSpec(
            name="treasury:post",
            title={"id": "Membukukan transfer", "en": "Post transfers"},
            permission=POST,
        ),
    ],
)
register_actions(
    "treasury",
    {
        "treasury.reversed": {"id": "Transfer dibalik", "en": "Transfer reversed"},
        "treasury.settled": {
            "id": "Transfer tertunda diselesaikan",
            "en": "Pending transfer settled",
        },
        "treasury.voided": {"id": "Transfer tertunda dibatalkan", "en": "Pending transfer voided"},
        "treasury.sealed": {"id": "Titik periksa dibuat", "en": "Checkpoint made"},
    },
)
