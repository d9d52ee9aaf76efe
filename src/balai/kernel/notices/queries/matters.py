"""What the inbox adds to a resident's own page."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from balai.kernel.access.models import User
from balai.kernel.notices import sealed
from balai.kernel.notices.queries.inbox import unread
from balai.kernel.programmes import Matter
from balai.kernel.regions.queries import City


def matters(city: City, person: UUID | None, account: User) -> list[Matter]:
    """One line while notices of this city are unread; none otherwise."""
    reader = person or sealed.reader_of_account(account.pk)
    count = unread(reader, city=city.slug)
    if not count:
        return []
    title = ngettext("%(n)s notice to read", "%(n)s notices to read", count) % {"n": count}
    url = reverse("notices:inbox", args=[city.slug])
    return [Matter(title=title, url=f"{url}?which=unread", state="waiting")]
