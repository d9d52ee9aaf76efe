"""Telephone numbers in their one form."""

from __future__ import annotations


def e164(number: str, country: str) -> str:
    """The number in E.164 (+6281234567890); without a country code it is of `country` (ISO 3166).

    ValueError where it can be no number of its country; the message does not repeat it.
    """
    import phonenumbers

    try:
        found = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException:
        raise ValueError("is no telephone number") from None
    if not phonenumbers.is_valid_number(found):
        raise ValueError("is no telephone number that its country gives out")
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
