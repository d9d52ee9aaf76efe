"""Who may see and change residents' records, and what an API token may be made for."""

from __future__ import annotations

from balai.kernel.access.kinds import register_actions
from balai.kernel.access.roles import DemoAccount, RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes
from balai.kernel.people import audit_names
from balai.kernel.people.intake import rules as intake_rules  # noqa: F401 - its acts and scope

register_actions("people", audit_names.TITLES, private=audit_names.PRIVATE)
register_roles(
    "people",
    [
        RoleSpec(
            name="officer",
            title={"id": "Petugas kependudukan", "en": "Population officer"},
            permissions=(
                "people.open_record",
                "people.change_record",
                "people.link_account",
                "people.import",
                "people.resolve_duplicates",
            ),
            sees_residents=True,
            demo=DemoAccount(
                username="petugas", display_name="Petugas Kependudukan", place="makassar"
            ),
        ),
        RoleSpec(
            name="reader",
            title={"id": "Pembaca data penduduk", "en": "Reader of residents' records"},
            permissions=("people.open_record",),
            sees_residents=True,
        ),
        RoleSpec(
            name="dpo",
            title={"id": "Pejabat pelindungan data", "en": "Data protection officer"},
            permissions=("people.protect_data",),
            sees_residents=True,
            demo=DemoAccount(username="pdp", display_name="Pejabat PDP", place="jakarta"),
        ),
    ],
)
register_scopes(
    "people",
    [
        ScopeSpec(
            name="people:read",
            title={"id": "Membaca data penduduk", "en": "Read residents' records"},
            permission="people.open_record",
        )
    ],
)
