"""The pure part of the search for duplicates: names as they sound, records as they compare."""

from balai.kernel.people.linkage.engine.records import comparable
from balai.kernel.people.linkage.engine.spelling import sounding, without_titles

__all__ = ["comparable", "sounding", "without_titles"]
