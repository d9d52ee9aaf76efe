"""The roles and token scopes of this room."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes

VIEW, RECONCILE, REQUEST = "payments.view", "payments.reconcile", "payments.request"

register_roles(
    "payments",
    [
        RoleSpec(
            name="officer",
            title={"id": "Bendahara penerimaan", "en": "Payments officer"},
            permissions=(VIEW, RECONCILE, REQUEST),
            sees_residents=True,
            demo=DemoAccount(username="kasir", display_name="Bendahara Penerimaan",
                             place="makassar"),
        )
    ],
)  # fmt: skip
register_scopes(
    "payments",
    [
        ScopeSpec(
            name="payments:request",
            title={"id": "Meminta pembayaran", "en": "Request payments"},
            permission=REQUEST,
        ),
        ScopeSpec(
            name="payments:read",
            title={"id": "Membaca pembayaran", "en": "Read payments"},
            permission=VIEW,
        ),
    ],
)
register_actions(
    "payments",
    {
        "payments.statement-taken": {"id": "Rekening koran diambil", "en": "Statement taken in"},
        "payments.statement-sent": {
            "id": "Rekening koran diantrekan", "en": "Statement put in the queue"
        },
        "payments.act-done": {"id": "Selisih ditangani", "en": "Difference dealt with"},
        "payments.act-undone": {"id": "Penanganan dibatalkan", "en": "Act undone"},
        "payments.range-added": {"id": "Rentang nomor ditambah", "en": "Number range added"},
    },
)  # fmt: skip
