"""Messages to people, over any channel, in their language and outside quiet hours.

    send(
        Message(
            kind="people.request-answered",
            to=Recipient(person_id=person.id, name=person.name, language="id",
                         channels={"email": address, "sms": number}),
            city="makassar",
            values={"name": person.name},
            link="/makassar/people/mine/",
        ),
        key=f"people.request-answered/{request.id}",
    )

The notice is stored in the transaction of the act it tells of, and sent by the worker afterwards:
once a key and channel, however often the act is repeated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from balai.kernel.notices.actions.send import Stored, send
    from balai.kernel.notices.kinds import register_kinds

__all__ = ["Message", "Recipient", "Stored", "register_kinds", "send"]
LATE = {"send": "actions.send", "Stored": "actions.send", "register_kinds": "kinds"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is told: a person of the register, an account, or both.

    `channels` are the addresses known: `email`, `sms`, `chat`. Browsers that subscribed, and the
    e-mail address of the account where `email` is absent, are found by themselves. `region_code`
    is where the person lives (the city's where it is empty): its officers see the notice.
    """

    person_id: UUID | None = None
    account_id: int | None = None
    name: str = ""
    language: str = ""
    channels: Mapping[str, str] = field(default_factory=dict)
    region_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told: a registered kind with its values, or a subject and text already in words.

    `link` is a path of this site. Words of one's own keep the duties of the kind (legal, urgent)
    where it is registered; a kind that is not counts as a general notice.
    """

    kind: str
    to: Recipient
    city: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    text: str = ""
    link: str = ""


def __getattr__(name: str) -> Any:
    if name not in LATE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{LATE[name]}"), name)
