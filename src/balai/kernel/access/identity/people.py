"""Who can be chosen at the demonstration's issuer."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from balai.kernel import keys


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody made up: name, NIK, and where they live, to be told apart."""

    name: str
    nik: str = field(repr=False)
    place: str = ""

    @property
    def number(self) -> str:
        """What stands for the person in forms and subjects; it tells nothing of the NIK."""
        return keys.blind_index("access.identity-person", self.nik).hex()


Finder = Callable[[], Iterable[DemoPerson]]
_finders: list[Finder] = []
ALONE = (DemoPerson("Sari Wulandari", "3171014503900001", "Jakarta"),)


def register_demo_people(find: Finder) -> None:
    """Let the registry say which of its generated residents can sign in at the local issuer."""
    if find not in _finders:
        _finders.append(find)


def demo_people() -> tuple[DemoPerson, ...]:
    """Everybody who can be chosen; one made-up person where nobody says more."""
    found = tuple(person for find in _finders for person in find())
    return found or ALONE


def pairwise(client_id: str, person: DemoPerson) -> str:
    """The subject under which one client knows a person (OpenID Connect Core 1.0, 8.1)."""
    told = f"{client_id}\0{person.number}".encode()
    return hmac.digest(keys.data_key("access.identity-subject"), told, "sha256").hex()
