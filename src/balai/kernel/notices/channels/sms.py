"""SMS through an HTTP gateway (BALAI_SMS_URL, BALAI_SMS_TOKEN, BALAI_SMS_FORM)."""

from __future__ import annotations

from typing import ClassVar

from balai.kernel.notices.channels import http
from balai.kernel.notices.channels.base import Accepted, Channel, Parcel, option, with_link
from balai.kernel.notices.channels.gateways import Gateway, gateway_named
from balai.kernel.notices.channels.numbers import e164
from balai.kernel.notices.engine.segments import measure, plainer


class Sms(Channel):
    """A short message to a telephone, counted in segments."""

    name = "sms"
    title: ClassVar = {"id": "SMS", "en": "SMS"}

    def is_set_up(self) -> bool:
        """Whether BALAI_SMS_URL names a gateway."""
        return bool(option("SMS_URL"))

    def normalised(self, address: str, *, country: str) -> str:
        """The number in E.164."""
        return e164(address, country)

    def hand_over(self, parcel: Parcel) -> Accepted:
        """Post it; typographic signs go, so that it stays in the cheaper alphabet."""
        text = self.text(parcel)
        gateway = gateway_named(option("SMS_FORM") or "generic")
        number = handed(gateway, parcel, text, url=option("SMS_URL"), token=option("SMS_TOKEN"))
        return Accepted(number, segments=measure(text).segments)

    @staticmethod
    def text(parcel: Parcel) -> str:
        """What the telephone shows."""
        return plainer(with_link(parcel.short, parcel.link))


def handed(gateway: Gateway, parcel: Parcel, text: str, *, url: str, token: str) -> str:
    """Post a text in the gateway's form; returns its number of it."""
    values = {
        "address": parcel.address if gateway.plus else parcel.address.removeprefix("+"),
        "text": text, "subject": parcel.subject, "id": str(parcel.id), "sender": parcel.sender,
        "token": token,
    }  # fmt: skip
    headers, body = gateway.request(values)
    if gateway.form == "json":
        return gateway.number_in(http.post(url, headers=headers, json=body))
    return gateway.number_in(http.post(url, headers=headers, form=body))
