"""Currencies and their minor units by ISO 4217, and in which units the ledger keeps them. Pure."""

from __future__ import annotations

from fractions import Fraction

# fmt: off
_TWO = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
# fmt: on
ISO_DIGITS: dict[str, int] = {
    **dict.fromkeys(_TWO.split(), 2),
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
}
"""Digits of the minor unit, by code (ISO 4217, list one: currencies in use)."""

KEPT_DIGITS = {"IDR": 0}
"""Where the ledger's unit is not ISO's minor unit: sen are no longer paid, so IDR is in rupiah."""


def is_currency(code: str) -> bool:
    """Whether ISO 4217 lists the code."""
    return code in ISO_DIGITS


def digits(code: str) -> int:
    """How many decimal digits the ledger keeps; LookupError where the code is not of ISO 4217."""
    return KEPT_DIGITS.get(code, ISO_DIGITS[code])


def decimal(amount: int, code: str) -> str:
    """An amount of the ledger's units in whole currency units, exactly: 1050 SGD is `10.50`."""
    places = digits(code)
    if not places:
        return str(amount)
    whole, part = divmod(abs(amount), 10**places)
    return f"{'-' if amount < 0 else ''}{whole}.{part:0{places}}"


def converted(amount: int, rate: Fraction, paid: str, received: str) -> int:
    """What `amount` units of `paid` give in units of `received`, rounded down to a whole one.

    `rate` is how many of the received currency one of the paid currency buys.
    """
    exact = amount * rate * Fraction(10 ** digits(received), 10 ** digits(paid))
    return exact.numerator // exact.denominator
