"""What a channel must do: tell whether it is set up, read an address, hand a parcel over."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.conf import settings


class PermanentError(Exception):
    """The gateway will never take this: the next channel is tried. `gone`: dead subscriptions."""

    def __init__(self, problem: str, *, gone: tuple[UUID, ...] = ()) -> None:
        super().__init__(problem)
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A browser's subscription to web push (W3C Push API): where, and its keys in base64url."""

    id: UUID
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What a channel hands over. `id` stays the same however often it is tried."""

    id: UUID
    address: str
    subject: str
    text: str
    short: str
    html: str
    link: str
    language: str
    sender: str
    optional: bool = True
    subscriptions: tuple[Subscribed, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway took it: its number for it, segments of an SMS, dead subscriptions."""

    number: str = ""
    segments: int | None = None
    gone: tuple[UUID, ...] = ()


class Channel(ABC):
    """A way to a person. `disturbs`: it makes a telephone ring, so quiet hours hold."""

    name: ClassVar[str]
    title: ClassVar[Mapping[str, str]]
    disturbs: ClassVar[bool] = True

    @abstractmethod
    def is_set_up(self) -> bool:
        """Whether a gateway is configured; where not, parcels are kept in the local outbox."""

    @abstractmethod
    def normalised(self, address: str, *, country: str) -> str:
        """The address in its one form; ValueError tells what is wrong, without the address."""

    @abstractmethod
    def hand_over(self, parcel: Parcel) -> Accepted:
        """Give it to the gateway. TransientError: try again later; PermanentError: never."""


def option(name: str) -> str:
    """A setting of the gateways (`settings.NOTICES`), empty where it is not set."""
    return str(settings.NOTICES.get(name, ""))


def with_link(text: str, link: str) -> str:
    """The text, and below it the address of the page it is about."""
    return f"{text}\n{link}" if link else text
