"""A programme's roles and scopes as a programme would declare them, and people."""

from __future__ import annotations

import pytest

from balai.kernel.access.actions import add_user
from balai.kernel.access.origin import Origin
from balai.kernel.access.roles import RoleSpec, register_roles
from balai.kernel.access.scopes import ScopeSpec, register_scopes
from balai.kernel.regions.actions import install_cities

register_roles(
    "parks",
    [
        RoleSpec(name="officer", title={"id": "Petugas", "en": "Officer"},
                 permissions=("parks.plant", "parks.water")),
        RoleSpec(name="reader", title={"id": "Pembaca", "en": "Reader"}),
    ],
)  # fmt: skip
register_scopes(
    "parks",
    [
        ScopeSpec(name="parks:plant", title={"id": "Menanam", "en": "Plant"},
                  permission="parks.plant"),
        ScopeSpec(name="parks:water", title={"id": "Menyiram", "en": "Water"},
                  permission="parks.water"),
    ],
)  # fmt: skip


@pytest.fixture
def cities(db) -> None:
    install_cities()


@pytest.fixture
def origin() -> Origin:
    return Origin("tester", "192.0.2.1", "test")


@pytest.fixture
def officer(cities, origin):
    return add_user("wayan", password="hujan-di-senayan-7", origin=origin, display_name="Wayan")
