"""A tariff as officers draw it up: each figure with its day, article and source; pure."""

from balai.transit.engine.tariff_versions.figures import (
    Difference,
    Entry,
    differences,
    digest_of,
    entries_of,
    law_of,
    plain,
    read_entries,
    tariff_faults,
    tariff_of,
)

__all__ = [
    "Difference",
    "Entry",
    "differences",
    "digest_of",
    "entries_of",
    "law_of",
    "plain",
    "read_entries",
    "tariff_faults",
    "tariff_of",
]
