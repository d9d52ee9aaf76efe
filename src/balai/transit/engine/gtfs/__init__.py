"""GTFS Schedule feeds, read from whatever state they are in and written by the standard.

Source: GTFS Schedule reference, https://gtfs.org/documentation/schedule/reference/.
"""

from balai.transit.engine.gtfs.feed import Feed, FeedRefused, ReadLimits
from balai.transit.engine.gtfs.issues import KINDS, Issue
from balai.transit.engine.gtfs.read import read_feed
from balai.transit.engine.gtfs.write import write_feed

__all__ = ["KINDS", "Feed", "FeedRefused", "Issue", "ReadLimits", "read_feed", "write_feed"]
