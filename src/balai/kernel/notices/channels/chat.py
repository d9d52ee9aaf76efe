"""Chat through an HTTP gateway: WhatsApp Business, Telegram, or one of the generic form."""

from __future__ import annotations

import re
from typing import ClassVar

from balai.kernel.notices.channels.base import Accepted, Channel, Parcel, option, with_link
from balai.kernel.notices.channels.gateways import gateway_named
from balai.kernel.notices.channels.numbers import e164
from balai.kernel.notices.channels.sms import handed

LONGEST = 4096
"""Letters of a text in WhatsApp's and Telegram's APIs."""


class Chat(Channel):
    """A message in the chat programme that the city's gateway speaks to."""

    name = "chat"
    title: ClassVar = {"id": "WhatsApp atau Telegram", "en": "WhatsApp or Telegram"}

    def is_set_up(self) -> bool:
        """Whether BALAI_CHAT_URL names a gateway."""
        return bool(option("CHAT_URL"))

    def normalised(self, address: str, *, country: str) -> str:
        """A telephone number in E.164, or the number of a chat where the gateway goes by that."""
        if gateway_named(option("CHAT_FORM") or "whatsapp").address == "phone":
            return e164(address, country)
        if not re.fullmatch(r"-?\d{1,20}", address.strip()):
            raise ValueError("is no number of a chat")
        return address.strip()

    def hand_over(self, parcel: Parcel) -> Accepted:
        """Post the whole text with its subject."""
        text = with_link(f"{parcel.subject}\n\n{parcel.text}"[: LONGEST - 500], parcel.link)
        gateway = gateway_named(option("CHAT_FORM") or "whatsapp")
        return Accepted(
            handed(gateway, parcel, text, url=option("CHAT_URL"), token=option("CHAT_TOKEN"))
        )
