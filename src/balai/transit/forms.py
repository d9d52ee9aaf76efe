"""What people fill in: a trip to plan, a feed to upload."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MOST_FEED_BYTES = 256 * 2**20


class TripForm(forms.Form):
    """Where from, where to, when, and under which tariff."""

    start = forms.CharField(label=_("From"), max_length=120)
    end = forms.CharField(label=_("To"), max_length=120)
    on = forms.DateField(
        label=_("Date"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    at = forms.TimeField(
        label=_("Leave at"), required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    tariff = forms.CharField(label=_("Fare rules"), max_length=60, required=False)
    start_stop = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)
    end_stop = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)

    def moment(self) -> datetime:
        """The moment to leave, in the zone in force; now where nothing was chosen."""
        now = timezone.localtime()
        data: dict[str, Any] = self.cleaned_data
        day, time = data.get("on") or now.date(), data.get("at")
        if time is None:
            time = now.time() if day == now.date() else now.time().replace(hour=7, minute=0)
        return datetime.combine(day, time.replace(second=0, microsecond=0), now.tzinfo)


class FeedUploadForm(forms.Form):
    """A GTFS feed to import."""

    feed = forms.FileField(label=_("GTFS feed (zip)"))
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
