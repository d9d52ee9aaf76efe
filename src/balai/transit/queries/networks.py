"""The feeds that a city uses at once, as one network with ids that cannot clash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from balai.transit.models import FeedVersion

SEPARATOR = ":"
MAIN = "main"


@dataclass(frozen=True, slots=True)
class CityNetwork:
    """The current versions of a city's feeds, the main one first.

    Where there is but one, ids are the feed's own; of several, each id bears its feed's name
    (`mrt:s1`), as `engine.planner.join_feeds` writes them.
    """

    versions: tuple[FeedVersion, ...]

    @property
    def city(self) -> str:
        """The city's slug."""
        return self.versions[0].city

    @property
    def main(self) -> FeedVersion:
        """The feed whose clock and credit go first."""
        return self.versions[0]

    @property
    def joined(self) -> bool:
        """Whether ids bear the names of their feeds."""
        return len(self.versions) > 1

    @property
    def fingerprint(self) -> str:
        """What the network is made of: the file's own SHA-256, or one over names and files."""
        if not self.joined:
            return self.main.sha256
        told = "\n".join(f"{each.name} {each.sha256}" for each in self.versions)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def pks(self) -> list[int]:
        """The versions' keys."""
        return [each.pk for each in self.versions]

    @property
    def generated(self) -> bool:
        """Whether any of it was made up for a demonstration."""
        return any(each.generated for each in self.versions)

    @property
    def credit(self) -> str:
        """What the publishers ask to be shown."""
        return ". ".join(dict.fromkeys(each.credit or each.source for each in self.versions))

    @property
    def first_day(self) -> date | None:
        """The first day of which any feed says anything."""
        return min((each.first_day for each in self.versions if each.first_day), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day of which any feed says anything."""
        return max((each.last_day for each in self.versions if each.last_day), default=None)

    def id_of(self, version: FeedVersion | int, own: str) -> str:
        """A feed's own id as the network writes it; an empty one stays empty."""
        if not self.joined or not own:
            return own
        key = version if isinstance(version, int) else version.pk
        name = next(each.name for each in self.versions if each.pk == key)
        return f"{name}{SEPARATOR}{own}"

    def own_id(self, written: str) -> tuple[FeedVersion, str]:
        """The feed an id belongs to, and its id there.

        An id without a feed's name is the main feed's: links and records from before a second
        feed came keep their meaning.
        """
        name, separator, own = written.partition(SEPARATOR)
        for each in self.versions:
            if separator and each.name == name:
                return each, own
        return self.main, written

    def of_feed(self, name: str) -> FeedVersion | None:
        """The current version of the feed of that name."""
        return next((each for each in self.versions if each.name == name), None)


def current_network(city: str) -> CityNetwork | None:
    """What a city uses now, or None before its first import."""
    rows = FeedVersion.objects.filter(city=city, status=FeedVersion.Status.CURRENT)
    versions = sorted(rows, key=lambda each: (each.name != MAIN, each.name))
    return CityNetwork(tuple(versions)) if versions else None


def cities_with_timetable() -> list[str]:
    """The cities that have a feed in use, by slug."""
    rows = FeedVersion.objects.filter(status=FeedVersion.Status.CURRENT).order_by("city")
    return list(rows.values_list("city", flat=True).distinct())
