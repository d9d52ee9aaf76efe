"""Law as data: dated parameters with their articles, read as of a date.

A law is one YAML file in a programme's `laws` folder. Amounts, limits and choices that a council
or a governor may change live there with the article they come from; code only asks what held on
a day. A day that no value covers is an error that names the gap, never a silent default.
"""

from balai.kernel.laws.law import DatedValue, Law, LawError, LawGap, Parameter
from balai.kernel.laws.reader import find_law, laws_under, load_law, read_law

__all__ = [
    "DatedValue",
    "Law",
    "LawError",
    "LawGap",
    "Parameter",
    "find_law",
    "laws_under",
    "load_law",
    "read_law",
]
