"""What people fill in: a trip to plan, a feed to upload."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.transit.models import Mode

MOST_FEED_BYTES = 256 * 2**20


WALKS = [(800, "800 m"), (400, "400 m"), (1500, "1.500 m")]
WHEELCHAIR = [
    ("", _("not needed")),
    ("not-excluded", _("needed: leave out what cannot take one")),
    ("known", _("needed: only where the timetable says it can")),
]


def moment_of(data: dict[str, Any]) -> datetime:
    """The moment of the fields `on` and `at`; on another day without a time, seven o'clock."""
    now = timezone.localtime()
    day, time = data.get("on") or now.date(), data.get("at")
    if time is None:
        time = now.time() if day == now.date() else now.time().replace(hour=7, minute=0)
    return datetime.combine(day, time.replace(second=0, microsecond=0), now.tzinfo)


class TripForm(forms.Form):
    """Where from, where to, when, under which tariff, and the limits of who travels."""

    start = forms.CharField(label=_("From"), max_length=120)
    end = forms.CharField(label=_("To"), max_length=120)
    on = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    by = forms.ChoiceField(
        label=_("The time is when I"), required=False,
        choices=[("leave", _("leave")), ("arrive", _("arrive at the latest"))],
    )  # fmt: skip
    mode = forms.MultipleChoiceField(
        label=_("Only by"), required=False, choices=Mode.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    walk = forms.TypedChoiceField(
        label=_("Walk at most"), required=False, coerce=int, empty_value=800,
        choices=WALKS,
    )  # fmt: skip
    changes = forms.TypedChoiceField(
        label=_("Changes"), required=False, coerce=int, empty_value=None,
        choices=[("", _("any number")), (1, _("at most one")), (0, _("none"))],
    )  # fmt: skip
    wheel = forms.ChoiceField(label=_("Wheelchair"), required=False, choices=WHEELCHAIR)
    most = forms.IntegerField(
        label=_("Pay at most (Rp)"), required=False, min_value=0, max_value=1_000_000
    )
    tariff = forms.CharField(label=_("Fare rules"), max_length=60, required=False)
    start_stop = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)
    end_stop = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)

    def limits(self) -> dict[str, Any]:
        """What was asked beside places and time, as `TripRequest` names it."""
        data: dict[str, Any] = self.cleaned_data
        return {
            "arrive_by": data.get("by") == "arrive", "modes": frozenset(data.get("mode") or ()),
            "max_walk_m": float(data.get("walk") or 800), "max_transfers": data.get("changes"),
            "wheelchair": data.get("wheel") or "", "max_fare": data.get("most"),
        }  # fmt: skip

    def is_limited(self) -> bool:
        """Whether anything beside places and time was asked, so that it is shown."""
        return any(self.data.get(name) for name in ("mode", "walk", "changes", "wheel", "most"))

    def moment(self) -> datetime:
        """The moment to leave (or to arrive), in the zone in force; now where none was chosen."""
        return moment_of(self.cleaned_data)


class ReachForm(forms.Form):
    """From where, when, within how much time and for how much money."""

    start = forms.CharField(label=_("From"), max_length=120)
    start_stop = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)
    on = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    minutes = forms.IntegerField(
        label=_("Within (minutes)"), min_value=5, max_value=120, initial=45
    )
    most = forms.IntegerField(
        label=_("Pay at most (Rp)"), required=False, min_value=0, max_value=1_000_000,
        initial=5000,
    )  # fmt: skip
    walk = forms.TypedChoiceField(
        label=_("Walk at most"), required=False, coerce=int, empty_value=800, choices=WALKS
    )
    wheel = forms.ChoiceField(label=_("Wheelchair"), required=False, choices=WHEELCHAIR)

    def moment(self) -> datetime:
        """The moment to leave, in the zone in force; now where none was chosen."""
        return moment_of(self.cleaned_data)


NAME = RegexValidator(
    r"^[a-z0-9][a-z0-9-]{0,39}$", _("Use up to 40 small letters, digits and hyphens.")
)


class FeedUploadForm(forms.Form):
    """A GTFS feed to import."""

    feed = forms.FileField(label=_("GTFS feed (zip)"))
    name = forms.CharField(
        label=_("Name of the feed"), max_length=40, initial="main", required=False,
        empty_value="main", validators=[NAME],
        help_text=_("Feeds of different names are used side by side: “main” for the first, then"
                    " such as “mrt”. A new version bears the name of the one it follows."),
    )  # fmt: skip
    source = forms.CharField(label=_("Where it comes from"), max_length=200)
    licence = forms.CharField(label=_("Licence"), max_length=200, required=False)
    credit = forms.CharField(
        label=_("Credit line the publisher asks for"), max_length=200, required=False
    )

    def clean_feed(self) -> Any:
        """The file, unless it is larger than a feed may be."""
        feed = self.cleaned_data["feed"]
        if feed.size > MOST_FEED_BYTES:
            raise forms.ValidationError(_("Choose a file of at most 256 MB."))
        return feed


class RealtimeSourceForm(forms.Form):
    """Where real-time reports of a feed come from."""

    name = forms.CharField(label=_("Name"), max_length=40, validators=[NAME])
    feed = forms.CharField(label=_("Feed it speaks of"), max_length=40, initial="main",
                           validators=[NAME])  # fmt: skip
    url = forms.CharField(
        label=_("Address (GTFS-Realtime)"), max_length=2000, required=False,
        help_text=_("Empty where the operator posts to us, with a token of the scope"
                    " transit:realtime."),
    )  # fmt: skip
    header_name = forms.RegexField(
        r"^[A-Za-z0-9-]{1,60}$", label=_("Header of the publisher's key"), required=False
    )
    secret = forms.CharField(
        label=_("The key itself"), max_length=500, required=False,
        widget=forms.PasswordInput(render_value=False),
        help_text=_("Kept sealed; empty keeps the one there is."),
    )  # fmt: skip
    poll_s = forms.IntegerField(label=_("Ask every (seconds)"), min_value=10, max_value=3600,
                                initial=30)  # fmt: skip
    stale_s = forms.IntegerField(
        label=_("Too old after (seconds)"), min_value=30, max_value=86_400, initial=180
    )
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
