"""The global names of what the audit records, with a title for people.

An action's name is its room's and a verb in the past: `people.person-changed`. A room registers
its actions in its module `rules`, which Django imports at start-up.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ActionKind:
    """A registered action. Of `private` fields the audit tells that they changed, never from what
    to what.
    """

    name: str
    title: Mapping[str, str]
    private: frozenset[str] = frozenset()


_kinds: dict[str, ActionKind] = {}


def register_actions(
    room: str, titles: Mapping[str, Mapping[str, str]], *, private: Collection[str] = ()
) -> None:
    """Make a room's actions known: title by language for each name, and the private fields.

    ValueError for a name that does not begin with the room's, a title that lacks a language, or an
    action that was registered otherwise before.
    """
    for name, title in titles.items():
        if not name.startswith(f"{room}."):
            raise ValueError(f"action {name} must begin with {room}.")
        if missing := {"id", "en"} - set(title):
            raise ValueError(f"action {name} has no title in {', '.join(sorted(missing))}")
        kind = ActionKind(name, dict(title), frozenset(private))
        if _kinds.setdefault(name, kind) != kind:
            raise ValueError(f"action {name} is registered twice, and differently")


def all_actions() -> tuple[ActionKind, ...]:
    """Every registered action, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def find_action(name: str) -> ActionKind:
    """The action of that name; one unheard of is refused in tests (`ACCESS_STRICT_ACTIONS`) and
    told to the log elsewhere: an entry without a title is better than none.
    """
    if name in _kinds:
        return _kinds[name]
    if getattr(settings, "ACCESS_STRICT_ACTIONS", False):
        raise LookupError(
            f"action {name} is not registered: call access.kinds.register_actions in the room's"
            " module rules"
        )
    log.error("action %s is not registered", name)
    return ActionKind(name, {"id": name, "en": name})


def title_of(name: str) -> Mapping[str, str]:
    """The title of an action by language; its bare name where it is no longer known."""
    known = _kinds.get(name)
    return known.title if known else {"id": name, "en": name}
