"""What a tariff's law says, in the reader's language."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from balai.transit.views.tariff_desk.words import figure_text

register = template.Library()
APART = "; "
LAW_WORDS = (
    gettext_noop("3,000 and 1,000 more each station, at most 14,000"),
    gettext_noop(
        "BRT and feeder buses are large or medium buses, mikrotrans are angkot under contract"
    ),
    gettext_noop("BRT costs 2,000 from 05:00 to 07:00"),
    gettext_noop("IANA time zone database"),
    gettext_noop("Kepgub 733/2022, as reported"),
    gettext_noop("Kepgub 733/2022, as reported: 180 minutes"),
    gettext_noop("Kepgub 733/2022, as reported: 45 minutes"),
    gettext_noop("LRT Jakarta flat"),
    gettext_noop("Pergub 33/2025 and its forerunners, as reported: fifteen groups ride free"),
    gettext_noop("Royaltrans at its own price"),
    gettext_noop("Royaltrans from the operator's public GTFS feed of August 2025"),
    gettext_noop("a boarding pays unless a ticket of its fare is still open"),
    gettext_noop("a card is blocked until reset, so no later leg continues the package"),
    gettext_noop("a journey costs at most 5,000"),
    gettext_noop("a later tap-out belongs to a missed tap-in"),
    gettext_noop("a reset after a missed tap-out charges the farthest trip"),
    gettext_noop("a tap-out alone opens no journey, is charged nothing and is reported"),
    gettext_noop("a tap-out of another mode shows a missed tap-out and a missed tap-in"),
    gettext_noop("angkot under contract ride as mikrotrans"),
    gettext_noop("changing inside a station needs no tap"),
    gettext_noop("commuter rail for any distance at its price of the first 25 km"),
    gettext_noop(
        "each boarding charges its mode's price but tops the journey up to at most the cap"
    ),
    gettext_noop("each tap-in pays its mode's price"),
    gettext_noop("every tap-in is charged"),
    gettext_noop("from the first tap-in to a leg's tap-in"),
    gettext_noop("from the first tap-in to the last tap-in"),
    gettext_noop("inclusive to the second"),
    gettext_noop("leaving comes before entering"),
    gettext_noop("modes of one fare share a ticket"),
    gettext_noop("no tickets"),
    gettext_noop("policy setting"),
    gettext_noop("premium buses stay outside the cap and leave the window alone"),
    gettext_noop("press reports of 11 August 2022"),
    gettext_noop("press reports of 2025"),
    gettext_noop("press reports of 26 March 2019"),
    gettext_noop("press reports of March 2019 (LRT), operators' published prices"),
    gettext_noop("press reports of Transjakarta's prices"),
    gettext_noop("press reports of the OK OTrip tariff, October 2018"),
    gettext_noop("press reports of the OK OTrip trial, January 2018"),
    gettext_noop("press reports on resetting blocked cards"),
    gettext_noop("price of a boarding"),
    gettext_noop("price of each mode"),
    gettext_noop("some reports tell of a trial cap of 3,500"),
    gettext_noop("stations lie 1.3 km apart on average"),
    gettext_noop("that 07:00:00 itself still pays it is a policy setting"),
    gettext_noop("the city's choice, to be confirmed by the operator"),
    gettext_noop("the city's zone (WIB, UTC+7)"),
    gettext_noop("the decree's own list was not read"),
    gettext_noop("the last ride may end later"),
    gettext_noop("the length of each mode's longest corridor or line, rounded up"),
    gettext_noop("the operator's own fare"),
    gettext_noop("the operator's own table is by pair of stations"),
    gettext_noop("the operator's public GTFS feed of August 2025 (fare_attributes)"),
    gettext_noop("the other choice, own-fare-stands, lets later legs top up from the own fares"),
    gettext_noop(
        "the rule fixes the journey's total, and only restated first legs give the worked "
        "4,000 for 6 km"
    ),
    gettext_noop("the sources do not say"),
    gettext_noop("three hours"),
    gettext_noop("transfer_duration of the fare"),
)
"""The clauses of the articles and sources in the laws of tariffs, for the catalogue."""


@register.filter
def law_text(text: str) -> str:
    """An article or a source clause by clause; one that the catalogue has not stays as written."""
    return APART.join(gettext(clause) if clause else "" for clause in str(text).split(APART))


@register.filter
def kept_day(text: str) -> str:
    """A day kept as `2022-08-11` as people write it; what is no day stays as typed."""
    try:
        return date_format(date.fromisoformat(str(text)), "j F Y")
    except ValueError:
        return str(text)


register.filter("figure", figure_text)
