"""How a programme makes itself known: its manifest, and the list of those installed.

A programme is a Django app that has a module `programme` with a `MANIFEST`. The shell mounts its
pages, API, commands and demonstration from there, so a seventh programme is one folder and one
line in the settings. A room of the kernel that has pages of its own (people, cases, documents)
makes itself known in the same way, by its module `room`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

Scope = Literal["city", "network"]
"""`city`: pages live under `/<city>/<slug>/`; `network`: under `/<slug>/`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a programme's navigation.

    `url` is a reversible URL name; `face` says who sees it (`service`: everyone, as a tile with its
    `summary` among the city's services); `permission` names a rule of `rules`
    that the visitor must hold, or is empty for everyone. `within`: holding it in a part of the city
    is enough, as the page itself lets in who does. `only_if`: `module:function` that tells, of the
    city (slug) and the account, whether there is such a page for them at all.
    """

    title: Mapping[str, str]
    url: str
    face: Literal["resident", "officer", "leader", "service"] = "resident"
    permission: str = ""
    within: bool = False
    only_if: str = ""
    summary: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something of a resident's own: it waits for them, the city works on it, or it is done.

    `due` is when it must be done, by them or by the city; `late` says that this has passed.
    """

    title: str
    url: str
    state: Literal["waiting", "working", "done"]
    detail: str = ""
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The manifest of one programme. Dotted paths are resolved only when they are needed.

    - `name`: its folder and app label, for example `transit`.
    - `title`, `summary`: by language, `{"id": ..., "en": ...}`.
    - `icon`, `colour`: names in the site's icon sprite and colour tokens.
    - `urls`: a URLconf module; `api`: `module:router` of django-ninja;
      `commands`: `module:group` of click; `indicators`: `module:INDICATORS`;
      `demo`: `module:function` that builds its part of a demonstration city.
    - `matters`: `module:function` from (city, person's id, account) to the `Matter`s of a resident.
    - `site_urls`: a URLconf mounted beside the cities, at the root; `site_paths` are the first
      parts of its addresses, which no city may be called.
    """

    name: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    icon: str
    colour: str
    scope: Scope = "city"
    home: str = ""
    urls: str = ""
    site_urls: str = ""
    site_paths: tuple[str, ...] = ()
    api: str = ""
    commands: str = ""
    indicators: str = ""
    demo: str = ""
    matters: str = ""
    demo_order: int = 100
    cities: tuple[str, ...] = ()
    navigation: tuple[Entry, ...] = field(default=())

    def runs_in(self, city: str) -> bool:
        """Whether the programme is open in the city with this slug (all, if it names none)."""
        return self.scope == "city" and (not self.cities or city in self.cities)

    def load(self, part: Literal["api", "commands", "indicators", "demo", "matters"]) -> Any:
        """The object that a dotted path of the manifest names, or None where it is empty."""
        path = getattr(self, part)
        return resolve(path) if path else None

    @property
    def laws(self) -> Path:
        """The folder that holds the programme's dated law."""
        module = import_module(f"{_module_of(self.name)}.programme")
        assert module.__file__
        return Path(module.__file__).parent / "laws"


def resolve(path: str) -> Any:
    """The attribute named by `module:attribute`."""
    module, _, attribute = path.partition(":")
    return getattr(import_module(module), attribute)


def installed() -> tuple[Programme, ...]:
    """The manifests of the programmes in the settings, in their order."""
    from django.conf import settings

    return tuple(manifest(module) for module in settings.PROGRAMMES)


def rooms() -> tuple[Programme, ...]:
    """The manifests of the kernel's rooms that have pages, an API or commands of their own."""
    from django.conf import settings

    return tuple(manifest(module, part="room") for module in settings.ROOMS)


def known() -> tuple[Programme, ...]:
    """Rooms and programmes: everything that the shell mounts."""
    return rooms() + installed()


def find(name: str) -> Programme:
    """The installed programme of that name; LookupError if there is none."""
    for programme in installed():
        if programme.name == name:
            return programme
    raise LookupError(f"no programme named {name!r} is installed")


@cache
def manifest(module: str, *, part: Literal["programme", "room"] = "programme") -> Programme:
    """The manifest of the programme or room in this package; TypeError where it is not one."""
    found = import_module(f"{module}.{part}").MANIFEST
    if not isinstance(found, Programme):
        raise TypeError(f"{module}.{part}.MANIFEST is not a Programme")
    return found


def _module_of(name: str) -> str:
    from django.conf import settings

    for module in settings.PROGRAMMES:
        if manifest(module).name == name:
            return str(module)
    raise LookupError(f"no programme named {name!r} is installed")


Demo = Callable[[Callable[[str], None]], None]
"""A demonstration builder: takes a function to which it tells its progress, a line at a time."""
