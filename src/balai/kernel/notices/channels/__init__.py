"""The channels a notice can take, each a plug-in behind one small class."""

from __future__ import annotations

from balai.kernel.notices.channels.base import (
    Accepted,
    Channel,
    Parcel,
    PermanentError,
    Subscribed,
)
from balai.kernel.notices.channels.chat import Chat
from balai.kernel.notices.channels.mail import Mail
from balai.kernel.notices.channels.sms import Sms
from balai.kernel.notices.channels.webpush import WebPush
from balai.kernel.problems import MissingError

__all__ = [
    "Accepted", "Channel", "Parcel", "PermanentError", "Subscribed", "all_channels",
    "find_channel", "register_channel",
]  # fmt: skip
_channels: dict[str, Channel] = {}


def register_channel(channel: Channel) -> None:
    """Make a channel known; one of the same name takes the former one's place."""
    _channels[channel.name] = channel


def find_channel(name: str) -> Channel:
    """The channel of that name; MissingError names those that exist."""
    if name not in _channels:
        raise MissingError(
            "There is no such channel", detail=f"{name!r}. Known: {', '.join(_channels)}."
        )
    return _channels[name]


def all_channels() -> tuple[Channel, ...]:
    """Every channel."""
    return tuple(_channels.values())


for _channel in (WebPush(), Chat(), Sms(), Mail()):
    register_channel(_channel)
