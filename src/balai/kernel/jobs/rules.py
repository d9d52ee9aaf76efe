"""Who may watch over jobs that others started."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes
from balai.kernel.jobs.queries import MAY_OPERATE, MAY_VIEW

register_roles(
    "jobs",
    [
        RoleSpec(
            name="operator",
            title={"id": "Operator pekerjaan", "en": "Operator of jobs"},
            permissions=(MAY_VIEW, MAY_OPERATE),
        )
    ],
)
register_scopes(
    "jobs",
    [
        ScopeSpec(
            name="jobs:read",
            title={"id": "Membaca pekerjaan", "en": "Read jobs"},
            permission=MAY_VIEW,
        ),
        ScopeSpec(
            name="jobs:operate",
            title={"id": "Membatalkan dan mengulang pekerjaan", "en": "Cancel and retry jobs"},
            permission=MAY_OPERATE,
        ),
    ],
)
register_actions(
    "jobs",
    {
        "jobs.cancelled": {"id": "Pekerjaan dibatalkan", "en": "Job cancelled"},
        "jobs.retried": {"id": "Pekerjaan diulang", "en": "Job tried again"},
    },
)
